;; A request that claims ten million headers, of which its memory has no room.
(data (i32.const 16640) "api")
(data (i32.const 16896) "/people")
(func $pull-workers (param $args i32) (result i32)
    (drop (memory.grow (i32.const 300)))
    (call $to (i32.const 16640) (i32.const 3) (i32.const 0) (i32.const 16896) (i32.const 7))
    (i32.store (i32.const 8224) (i32.const 131072))
    (i32.store (i32.const 8228) (i32.const 10000000))
    (call $ask))
