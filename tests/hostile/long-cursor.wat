;; A cursor of a million bytes.
(func $pull-workers (param $args i32) (result i32)
    (drop (memory.grow (i32.const 20)))
    (call $next (i32.const 131072) (i32.const 1000000))
    (i32.const 1024))
