;; Stays below the limit with each of its memories, and beyond it with all of them.
;;
;; Ends as `memory-limit`.
(module
  (memory (export "memory") 400)
  (memory $second 400)
  (memory $third 400)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "describe") (result i32) (i32.const 0))
  (func (export "configure") (param i32 i32) (result i32) (i32.const 0))
  (func (export "evaluate") (result i32) (i32.const 0)))
