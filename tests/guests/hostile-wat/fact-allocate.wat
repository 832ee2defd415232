;; Reads a fact while the host is copying the settings, in the middle of a call of the host.
;;
;; Ends as `trap`: nothing leaves a component then.
(module
  (import "gatecheck:policy/task@1.0.0" "document" (func $document (param i32)))
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (call $document (i32.const 512))
    (i32.const 1024))
  (func (export "describe") (result i32) (i32.const 0))
  (func (export "configure") (param i32 i32) (result i32) (i32.const 0))
  (func (export "evaluate") (result i32) (i32.const 0)))
