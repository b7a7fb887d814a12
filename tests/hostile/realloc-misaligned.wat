;; Gives the host a place that nothing but a byte may lie at.
(func $realloc (param i32 i32 i32 i32) (result i32)
    (i32.const 65537))
