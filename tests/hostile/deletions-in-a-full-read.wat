;; Says in a read of everybody that somebody is gone.
(data (i32.const 16384) "\00\41\00\00\01\00\00\00")
(data (i32.const 16640) "7")
(func $pull-workers (param $args i32) (result i32)
    (i32.store (i32.const 1040) (i32.const 16384))
    (i32.store (i32.const 1044) (i32.const 1))
    (i32.const 1024))
