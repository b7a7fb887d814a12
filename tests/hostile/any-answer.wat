;; Answers with whatever its network gives it: the page of people is the body of
;; an answer, at the beginning of the third 64 KiB.
(func $pull-workers (param $args i32) (result i32)
    (drop (memory.grow (i32.const 2)))
    (call $fetch (i32.const 8192) (i32.const 12288))
    (memory.copy (i32.const 0x20000) (i32.load (i32.const 12304)) (i32.load (i32.const 12308)))
    (i32.const 0x20000))
