;; A person whose id has a million bytes.
(func $pull-workers (param $args i32) (result i32)
    (drop (memory.grow (i32.const 20)))
    (memory.fill (i32.const 131072) (i32.const 0x78) (i32.const 1000000))
    (call $one-worker (i32.const 131072) (i32.const 1000000)))
