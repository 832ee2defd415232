;; Calls itself with the smallest frames there are: the most calls that any stack holds.
;;
;; Ends as `stack-limit`.
(module
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "describe") (result i32) (i32.const 0))
  (func (export "configure") (param i32 i32) (result i32) (i32.const 0))
  (func $deeper (export "evaluate") (result i32)
    (i32.add (call $deeper) (i32.const 1))))
