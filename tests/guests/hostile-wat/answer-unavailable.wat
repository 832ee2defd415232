;; A fact that is missing for a reason that there is not.
;;
;; Ends as `answer`.
(module
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "describe") (result i32) (i32.const 0))
  (func (export "configure") (param i32 i32) (result i32) (i32.const 0))
  (func (export "evaluate") (result i32)
    ;; One undecided rule, at 256, with one missing fact, at 512.
    (i32.store (i32.const 12) (i32.const 256))
    (i32.store (i32.const 16) (i32.const 1))
    (i32.store (i32.const 264) (i32.const 512))
    (i32.store (i32.const 268) (i32.const 1))
    (i32.store8 (i32.const 520) (i32.const 7))
    (i32.const 0)))
