;; All of 64 MiB is one list: eight million passed rules without a name, each of them sound.
;;
;; Ends as `answer`.
(module
  (memory (export "memory") 1024)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "describe") (result i32) (i32.const 0))
  (func (export "configure") (param i32 i32) (result i32) (i32.const 0))
  (func (export "evaluate") (result i32)
    ;; `passed` at 20.
    (i32.store (i32.const 24) (i32.const 0x7ffff0))
    (i32.const 0)))
