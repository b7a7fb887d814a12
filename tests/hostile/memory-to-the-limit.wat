;; Takes all it is given, writes to every page of it, and answers: whoever keeps
;; what a call leaves behind has it twice after the second.
(func $pull-workers (param $args i32) (result i32)
    (loop $again
        (br_if $again (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))
    (memory.fill (i32.const 131072) (i32.const 0x5a)
        (i32.sub (i32.mul (memory.size) (i32.const 65536)) (i32.const 131072)))
    (i32.const 1024))
