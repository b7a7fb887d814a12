;; What all guests of this folder have in common. A file beside this one holds
;; what makes its guest different; a function that it does not define answers
;; with an empty page.
;;
;; Memory: 1024 the answer, 4096 a person, 8192 a request, 12288 what came of
;; it, 16384 and on the file's own, 65536 and on what the host hands over.
(module
    (import "rollcall:connector/log@1.0.0" "emit" (func $emit (param i32 i32 i32)))
    (import "rollcall:connector/http@1.0.0" "fetch" (func $fetch (param i32 i32)))
    (import "rollcall:connector/http@1.0.0" "fetch-all" (func $fetch-all (param i32 i32 i32)))
    (memory (export "memory") 2)
    (global $free (mut i32) (i32.const 65536))

    (export "cabi_realloc" (func $realloc))
    (export "rollcall:connector/source@1.0.0#check" (func $check))
    (export "rollcall:connector/source@1.0.0#discover" (func $discover))
    (export "rollcall:connector/source@1.0.0#pull-groups" (func $pull-groups))
    (export "rollcall:connector/source@1.0.0#pull-memberships" (func $pull-memberships))
    (export "rollcall:connector/source@1.0.0#pull-workers" (func $pull-workers))
    (export "cabi_post_rollcall:connector/source@1.0.0#pull-workers" (func $post-pull-workers))

    ;; A page with one person, who has nothing but an id.
    (func $one-worker (param $id i32) (param $length i32) (result i32)
        (i32.store (i32.const 4096) (local.get $id))
        (i32.store (i32.const 4100) (local.get $length))
        (i32.store (i32.const 1032) (i32.const 4096))
        (i32.store (i32.const 1036) (i32.const 1))
        (i32.const 1024))

    ;; Gives the page a cursor.
    (func $next (param $cursor i32) (param $length i32)
        (i32.store8 (i32.const 1048) (i32.const 1))
        (i32.store (i32.const 1052) (local.get $cursor))
        (i32.store (i32.const 1056) (local.get $length)))

    ;; Fills in a GET request; `kind` is 0 for a path and 1 for a next link.
    (func $to (param $alias i32) (param $alias-length i32) (param $kind i32) (param $target i32) (param $length i32)
        (i32.store (i32.const 8196) (local.get $alias))
        (i32.store (i32.const 8200) (local.get $alias-length))
        (i32.store8 (i32.const 8204) (local.get $kind))
        (i32.store (i32.const 8208) (local.get $target))
        (i32.store (i32.const 8212) (local.get $length)))

    ;; Sends the request: an empty page if it is answered, else its failure.
    (func $ask (result i32)
        (call $fetch (i32.const 8192) (i32.const 12288))
        (if (result i32) (i32.load8_u (i32.const 12288))
            (then (call $request-failed))
            (else (i32.const 1024))))

    ;; The failure `fetch-failed`, without a text.
    (func $request-failed (result i32)
        (i32.store (i32.const 1024) (i32.const 1))
        (i32.store (i32.const 1032) (i32.const 6))
        (i32.const 1024))

    ;; <the file's own, and default functions>
)
