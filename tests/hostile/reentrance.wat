;; Asks the host for something while the host hands over the answer to another
;; request: guest, host, guest, host.
(data (i32.const 16640) "elsewhere")
(global $asked (mut i32) (i32.const 0))
(func $realloc (param i32 i32 i32 i32) (result i32)
    (if (global.get $asked) (then (call $fetch (i32.const 8192) (i32.const 12288))))
    global.get $free
    (global.set $free (i32.add (global.get $free) (i32.const 1024))))
(func $pull-workers (param $args i32) (result i32)
    (call $to (i32.const 16640) (i32.const 9) (i32.const 0) (i32.const 16896) (i32.const 0))
    (global.set $asked (i32.const 1))
    (call $ask))
