;; Writes a log line of 60 MiB.
(func $pull-workers (param $args i32) (result i32)
    (drop (memory.grow (i32.const 1000)))
    (call $emit (i32.const 0) (i32.const 65536) (i32.const 62914560))
    (i32.const 1024))
