;; A person whose id turns around what comes after it: U+202E.
(data (i32.const 16384) "root\e2\80\ae4711")
(func $pull-workers (param $args i32) (result i32)
    (call $one-worker (i32.const 16384) (i32.const 11)))
