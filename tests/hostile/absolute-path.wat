;; Gives a whole URL as a path.
(data (i32.const 16640) "api")
(data (i32.const 16896) "https://evil.example.net/people")
(func $pull-workers (param $args i32) (result i32)
    (call $to (i32.const 16640) (i32.const 3) (i32.const 0) (i32.const 16896) (i32.const 31))
    (call $ask))
