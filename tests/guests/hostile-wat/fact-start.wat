;; Reads a fact in its start function, which runs before a component is put together.
;;
;; Ends as `trap`: its imports are not there yet.
(module
  (import "gatecheck:policy/task@1.0.0" "document" (func $document (param i32)))
  (memory (export "memory") 1)
  (func $start (call $document (i32.const 512)))
  (start $start)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "describe") (result i32) (i32.const 0))
  (func (export "configure") (param i32 i32) (result i32) (i32.const 0))
  (func (export "evaluate") (result i32) (i32.const 0)))
