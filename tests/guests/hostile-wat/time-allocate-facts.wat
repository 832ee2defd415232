;; The same for a fact: the policy calls the host, which calls the policy, which does not come back.
;;
;; Ends as `time-limit`.
(module
  (import "gatecheck:policy/task@1.0.0" "document" (func $document (param i32)))
  (memory (export "memory") 1)
  (global $judging (mut i32) (i32.const 0))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (loop $again (br_if $again (global.get $judging)))
    (i32.const 1024))
  (func (export "describe") (result i32) (i32.const 0))
  (func (export "configure") (param i32 i32) (result i32) (i32.const 0))
  (func (export "evaluate") (result i32)
    (global.set $judging (i32.const 1))
    (call $document (i32.const 512))
    (i32.const 0)))
