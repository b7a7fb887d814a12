;; Reports that a request failed, and made none.
(func $pull-workers (param $args i32) (result i32)
    (call $request-failed))
