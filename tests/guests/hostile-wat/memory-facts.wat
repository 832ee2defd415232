;; Reads a document again and again and keeps every copy, until there is no room left. Each gets pages of its own, so
;; that memory is full before time is up, however slow the host is.
;;
;; Ends as `memory-limit`.
(module
  (import "gatecheck:policy/task@1.0.0" "document" (func $document (param i32)))
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (i32.mul
      (memory.grow (i32.add (i32.shr_u (local.get 3) (i32.const 16)) (i32.const 1)))
      (i32.const 0x10000)))
  (func (export "describe") (result i32) (i32.const 0))
  (func (export "configure") (param i32 i32) (result i32) (i32.const 0))
  (func (export "evaluate") (result i32)
    (loop $again (result i32)
      (call $document (i32.const 512))
      (br $again))))
