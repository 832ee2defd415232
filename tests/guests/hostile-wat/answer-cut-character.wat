;; A sentence that ends in the middle of a character.
;;
;; Ends as `answer`.
(module
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "describe") (result i32) (i32.const 0))
  (func (export "configure") (param i32 i32) (result i32) (i32.const 0))
  (data (i32.const 512) "it is \e2\82\ac")
  (func (export "evaluate") (result i32)
    ;; One violation, at 256.
    (i32.store (i32.const 4) (i32.const 256))
    (i32.store (i32.const 8) (i32.const 1))
    ;; Its message, at 64 of the record.
    (i32.store (i32.const 320) (i32.const 512))
    (i32.store (i32.const 324) (i32.const 8))
    (i32.const 0)))
