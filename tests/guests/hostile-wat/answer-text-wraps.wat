;; A sentence whose end is beyond 32 bits: cut off, it would end before it begins.
;;
;; Ends as `answer`.
(module
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "describe") (result i32) (i32.const 0))
  (func (export "configure") (param i32 i32) (result i32) (i32.const 0))
  (func (export "evaluate") (result i32)
    ;; One violation, at 256.
    (i32.store (i32.const 4) (i32.const 256))
    (i32.store (i32.const 8) (i32.const 1))
    ;; Its message, at 64 of the record.
    (i32.store (i32.const 320) (i32.const 0xfffffff0))
    (i32.store (i32.const 324) (i32.const 0x20))
    (i32.const 0)))
