;; Answers with a pointer that no page may lie at.
(func $pull-workers (param $args i32) (result i32)
    (i32.const 1025))
