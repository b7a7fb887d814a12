;; Asks a host that its manifest does not name.
(data (i32.const 16640) "elsewhere")
(data (i32.const 16896) "/people")
(func $pull-workers (param $args i32) (result i32)
    (call $to (i32.const 16640) (i32.const 9) (i32.const 0) (i32.const 16896) (i32.const 7))
    (call $ask))
