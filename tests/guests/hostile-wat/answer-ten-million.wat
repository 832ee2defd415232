;; Claims ten million violations: 84 bytes each, so that they would end beyond 32 bits less than once.
;;
;; Ends as `answer`.
(module
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "describe") (result i32) (i32.const 0))
  (func (export "configure") (param i32 i32) (result i32) (i32.const 0))
  (func (export "evaluate") (result i32)
    (i32.store (i32.const 8) (i32.const 10000000))
    (i32.const 0)))
