;; A next page for ever, each with a new cursor and nobody on it.
(func $pull-workers (param $args i32) (result i32)
    (if (i32.load8_u (i32.add (local.get $args) (i32.const 64)))
        (then
            (i32.store (i32.const 16384)
                (i32.add (i32.const 1)
                    (i32.load (i32.load (i32.add (local.get $args) (i32.const 68))))))))
    (call $next (i32.const 16384) (i32.const 4))
    (i32.const 1024))
