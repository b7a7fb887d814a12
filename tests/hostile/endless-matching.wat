;; Matches `(a*)*b` against sixty letters `a` by trying every way to divide them:
;; what a regular expression does that goes back.
(func $match (param $at i32) (result i32)
    (local $end i32)
    (if (i32.eq (local.get $at) (i32.const 60)) (then (return (i32.const 0))))
    (local.set $end (local.get $at))
    (loop $longer
        (local.set $end (i32.add (local.get $end) (i32.const 1)))
        (if (call $match (local.get $end)) (then (return (i32.const 1))))
        (br_if $longer (i32.lt_u (local.get $end) (i32.const 60))))
    (i32.const 0))
(func $pull-workers (param $args i32) (result i32)
    (if (call $match (i32.const 0)) (then unreachable))
    (i32.const 1024))
