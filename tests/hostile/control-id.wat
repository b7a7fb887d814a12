;; A person whose id clears the terminal of whoever reads a log.
(data (i32.const 16384) "\1b[2Jroot")
(func $pull-workers (param $args i32) (result i32)
    (call $one-worker (i32.const 16384) (i32.const 8)))
