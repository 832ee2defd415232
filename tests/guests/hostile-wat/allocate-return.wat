;; Wants a fact written to where it has no memory.
;;
;; Ends as `answer`, which names the place.
(module
  (import "gatecheck:policy/task@1.0.0" "containers" (func $containers (param i32)))
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "describe") (result i32) (i32.const 0))
  (func (export "configure") (param i32 i32) (result i32) (i32.const 0))
  (func (export "evaluate") (result i32)
    (call $containers (i32.const 0xfffffff0))
    (i32.const 0)))
