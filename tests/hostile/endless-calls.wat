;; Writes to the log for ever: computes in the host as much as by itself.
(func $pull-workers (param $args i32) (result i32)
    (loop $again
        (call $emit (i32.const 0) (i32.const 16384) (i32.const 10))
        (br $again))
    unreachable)
