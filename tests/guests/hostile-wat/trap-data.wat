;; Has bytes for a place beyond its memory, and fails where they are put there.
;;
;; Ends as `trap`.
(module
  (memory (export "memory") 1)
  (data (i32.const 0xffff) "beyond")
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "describe") (result i32) (i32.const 0))
  (func (export "configure") (param i32 i32) (result i32) (i32.const 0))
  (func (export "evaluate") (result i32) (i32.const 0)))
