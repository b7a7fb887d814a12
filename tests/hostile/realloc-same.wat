;; Gives the host the same place for everything: what it is told is scrambled,
;; and that is its own matter.
(func $realloc (param i32 i32 i32 i32) (result i32)
    (i32.const 65536))
