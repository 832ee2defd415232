;; Reads the same fact again and again: each time the host writes the document out and copies it, which is the host's
;; work and not the policy's.
;;
;; Ends as `time-limit`, at most one copy later.
(module
  (import "gatecheck:policy/task@1.0.0" "document" (func $document (param i32)))
  (memory (export "memory") 960)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "describe") (result i32) (i32.const 0))
  (func (export "configure") (param i32 i32) (result i32) (i32.const 0))
  (func (export "evaluate") (result i32)
    (loop $again (result i32)
      (call $document (i32.const 512))
      (br $again))))
