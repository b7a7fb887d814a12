;; Grows its memory by 4 MiB whenever the host hands something over, of a request
;; that is refused as well, and falls over when it may not.
(data (i32.const 16640) "elsewhere")
(func $realloc (param i32 i32 i32 i32) (result i32)
    (local $page i32)
    (local.set $page (memory.grow (i32.const 64)))
    (if (i32.eq (local.get $page) (i32.const -1)) (then unreachable))
    (i32.mul (local.get $page) (i32.const 65536)))
(func $pull-workers (param $args i32) (result i32)
    (call $to (i32.const 16640) (i32.const 9) (i32.const 0) (i32.const 16896) (i32.const 0))
    (loop $again
        (drop (call $ask))
        (br $again))
    unreachable)
