;; Claims a list whose size in bytes is 4 GiB and 12 bytes: cut off at 32 bits, it would be the 12 bytes of one rule.
;;
;; Ends as `answer`.
(module
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "describe") (result i32) (i32.const 0))
  (func (export "configure") (param i32 i32) (result i32) (i32.const 0))
  (func (export "evaluate") (result i32)
    ;; `undecided` at 12: 268,435,457 records of 16 bytes.
    (i32.store (i32.const 16) (i32.const 0x10000001))
    (i32.const 0)))
