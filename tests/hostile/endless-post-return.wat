;; Answers, and computes for ever when it is told that the answer was read.
(func $post-pull-workers (param i32)
    (loop $again (br $again)))
