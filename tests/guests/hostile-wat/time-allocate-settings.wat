;; Looks for a place for its settings for ever: the host is copying them, and this is its call, not the policy's.
;;
;; Ends as `time-limit`.
(module
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (loop $again (result i32) (br $again)))
  (func (export "describe") (result i32) (i32.const 0))
  (func (export "configure") (param i32 i32) (result i32) (i32.const 0))
  (func (export "evaluate") (result i32) (i32.const 0)))
