;; A thousand requests in one call, none of them granted; then it reports the
;; last one.
(data (i32.const 16640) "elsewhere")
(func $pull-workers (param $args i32) (result i32)
    (local $left i32)
    (call $to (i32.const 16640) (i32.const 9) (i32.const 0) (i32.const 16896) (i32.const 0))
    (local.set $left (i32.const 999))
    (loop $again
        (drop (call $ask))
        (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
    (call $ask))
