;; A person in a million teams, all of them there: neither id nor name, in
;; zeroed memory, 24 bytes each here and twice that in the host.
(data (i32.const 16384) "7")
(func $pull-workers (param $args i32) (result i32)
    (drop (memory.grow (i32.const 400)))
    (i32.store (i32.const 4604) (i32.const 131072))
    (i32.store (i32.const 4608) (i32.const 1000000))
    (call $one-worker (i32.const 16384) (i32.const 1)))
