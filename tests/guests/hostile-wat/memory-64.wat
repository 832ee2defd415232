;; Asks for a memory that 32 bits do not address.
;;
;; Ends as `memory-limit`.
(module
  (memory (export "memory") 1)
  (memory $large i64 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "describe") (result i32) (i32.const 0))
  (func (export "configure") (param i32 i32) (result i32) (i32.const 0))
  (func (export "evaluate") (result i32)
    ;; All but one of the pages that 64 bits address.
    (drop (memory.grow $large (i64.const 0xffffffffffff)))
    (i32.const 0)))
