;; A page of a million people, of which its memory has room for a few thousand.
(func $pull-workers (param $args i32) (result i32)
    (drop (memory.grow (i32.const 900)))
    (i32.store (i32.const 1032) (i32.const 65536))
    (i32.store (i32.const 1036) (i32.const 1000000))
    (i32.const 1024))
