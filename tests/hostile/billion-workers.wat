;; A page that claims two to the thirtieth people.
(func $pull-workers (param $args i32) (result i32)
    (i32.store (i32.const 1036) (i32.const 0x40000000))
    (i32.const 1024))
