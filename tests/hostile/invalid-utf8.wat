;; A person whose id is not text.
(data (i32.const 16384) "a\ff\fe")
(func $pull-workers (param $args i32) (result i32)
    (call $one-worker (i32.const 16384) (i32.const 3)))
