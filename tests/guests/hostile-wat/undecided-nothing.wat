;; Leaves a rule undecided and names no fact that it lacks, so that nothing tells whether a later event decides it.
;;
;; Judges: one undecided rule, which must not count as one that a later event decides.
(module
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "describe") (result i32) (i32.const 0))
  (func (export "configure") (param i32 i32) (result i32) (i32.const 0))
  (data (i32.const 512) "rule")
  (func (export "evaluate") (result i32)
    ;; One undecided rule, at 256.
    (i32.store (i32.const 12) (i32.const 256))
    (i32.store (i32.const 16) (i32.const 1))
    (i32.store (i32.const 256) (i32.const 512))
    (i32.store (i32.const 260) (i32.const 4))
    (i32.const 0)))
