;; Grows its memory by a page until it may not, then falls over.
(func $pull-workers (param $args i32) (result i32)
    (loop $again
        (br_if $again (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))
    unreachable)
