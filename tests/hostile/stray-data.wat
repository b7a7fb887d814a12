;; Wants data written outside its memory before anything of it runs.
(data (i32.const 0x7fff0000) "out of here")
