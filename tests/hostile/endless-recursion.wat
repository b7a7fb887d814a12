;; Calls itself twice, fifty deep: more calls than anybody waits for, on little
;; stack.
(func $twice (param $deep i32)
    (if (local.get $deep)
        (then
            (call $twice (i32.sub (local.get $deep) (i32.const 1)))
            (call $twice (i32.sub (local.get $deep) (i32.const 1))))))
(func $pull-workers (param $args i32) (result i32)
    (call $twice (i32.const 50))
    (i32.const 1024))
