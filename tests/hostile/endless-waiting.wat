;; Waits until the clock shows another time, which it never does: `now-ms` is
;; the only clock, and the host writes it once.
(func $pull-workers (param $args i32) (result i32)
    (local $now i64)
    (local.set $now (i64.load (i32.add (local.get $args) (i32.const 24))))
    (loop $again
        (br_if $again
            (i64.eq (local.get $now) (i64.load (i32.add (local.get $args) (i32.const 24))))))
    (i32.const 1024))
