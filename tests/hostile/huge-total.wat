;; One person of as many as there are numbers.
(data (i32.const 16384) "7")
(func $pull-workers (param $args i32) (result i32)
    (i32.store8 (i32.const 1072) (i32.const 1))
    (i64.store (i32.const 1080) (i64.const -1))
    (call $one-worker (i32.const 16384) (i32.const 1)))
