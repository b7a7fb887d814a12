;; A person whose part of a full position is no number.
(data (i32.const 16384) "7")
(func $pull-workers (param $args i32) (result i32)
    (i32.store8 (i32.const 4352) (i32.const 1))
    (f64.store (i32.const 4360) (f64.const nan:0x123456789))
    (call $one-worker (i32.const 16384) (i32.const 1)))
