;; Brings a header within a path.
(data (i32.const 16640) "api")
(data (i32.const 16896) "/people\0d\0aHost: evil")
(func $pull-workers (param $args i32) (result i32)
    (call $to (i32.const 16640) (i32.const 3) (i32.const 0) (i32.const 16896) (i32.const 19))
    (call $ask))
