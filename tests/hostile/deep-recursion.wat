;; Calls itself until the stack ends.
(func $deep (result i32)
    (i32.add (call $deep) (call $deep)))
(func $pull-workers (param $args i32) (result i32)
    (call $deep))
