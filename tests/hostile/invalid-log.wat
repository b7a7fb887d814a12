;; Writes a log line that is not text.
(data (i32.const 16384) "\ff\fe")
(func $pull-workers (param $args i32) (result i32)
    (call $emit (i32.const 0) (i32.const 16384) (i32.const 2))
    (i32.const 1024))
