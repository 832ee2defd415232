;; Crashes before anything is called.
;;
;; Ends as `trap`.
(module
  (memory (export "memory") 1)
  (func $start (unreachable))
  (start $start)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "describe") (result i32) (i32.const 0))
  (func (export "configure") (param i32 i32) (result i32) (i32.const 0))
  (func (export "evaluate") (result i32) (i32.const 0)))
