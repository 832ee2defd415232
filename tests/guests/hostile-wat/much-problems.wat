;; Finds as many mistakes in its settings as an answer may have, and judges nothing.
;;
;; Ends as `settings`, with the first 1,000 of 14,000 mistakes, and as `answer`.
(module
  (memory (export "memory") 16)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "describe") (result i32) (i32.const 0))
  (func (export "configure") (param i32 i32) (result i32)
    (i32.store8 (i32.const 0) (i32.const 1))
    ;; The problems are in the empty memory that follows the settings.
    (i32.store (i32.const 4) (i32.const 0x8000))
    (i32.store (i32.const 8) (i32.const 14000))
    (i32.const 0))
  (func (export "evaluate") (result i32) (unreachable)))
