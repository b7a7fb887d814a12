;; A person who is their own manager.
(data (i32.const 16384) "7")
(func $pull-workers (param $args i32) (result i32)
    (i32.store8 (i32.const 4392) (i32.const 1))
    (i32.store (i32.const 4396) (i32.const 16384))
    (i32.store (i32.const 4400) (i32.const 1))
    (call $one-worker (i32.const 16384) (i32.const 1)))
