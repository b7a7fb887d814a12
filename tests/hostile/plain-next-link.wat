;; Follows a link to the same host without TLS.
(data (i32.const 16640) "api")
(data (i32.const 16896) "http://api.example.com/people")
(func $pull-workers (param $args i32) (result i32)
    (call $to (i32.const 16640) (i32.const 3) (i32.const 1) (i32.const 16896) (i32.const 29))
    (call $ask))
