;; A person with a hundred thousand attributes, all of them there: neither name
;; nor text, in zeroed memory.
(data (i32.const 16384) "7")
(func $pull-workers (param $args i32) (result i32)
    (drop (memory.grow (i32.const 40)))
    (i32.store (i32.const 4676) (i32.const 131072))
    (i32.store (i32.const 4680) (i32.const 100000))
    (call $one-worker (i32.const 16384) (i32.const 1)))
