;; Leads from one page to another and back, for ever.
(data (i32.const 16384) "a")
(data (i32.const 16385) "b")
(func $pull-workers (param $args i32) (result i32)
    (call $one-worker (i32.const 16384) (i32.const 1))
    (drop)
    (call $next
        (i32.add (i32.const 16384)
            (if (result i32) (i32.load8_u (i32.add (local.get $args) (i32.const 64)))
                (then (i32.eq
                    (i32.load8_u (i32.load (i32.add (local.get $args) (i32.const 68))))
                    (i32.const 0x61)))
                (else (i32.const 0))))
        (i32.const 1))
    (i32.const 1024))
