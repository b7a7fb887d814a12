;; Falls over when it is asked whether it works, and what there is to read.
(func $check (param i32 i32 i32 i32 i32 i64 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
    unreachable)
(func $discover (param i32 i32 i32 i32 i32 i64 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
    unreachable)
