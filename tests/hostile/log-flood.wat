;; A hundred thousand log lines of six thousand control characters, then an
;; empty page.
(func $pull-workers (param $args i32) (result i32)
    (local $left i32)
    (local.set $left (i32.const 100000))
    (loop $again
        (call $emit (i32.const 3) (i32.const 16384) (i32.const 6000))
        (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
    (i32.const 1024))
