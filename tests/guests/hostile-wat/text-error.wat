;; Says itself that it failed, in 1 MB of text with control characters.
;;
;; Ends as `policy`.
(module
  (memory (export "memory") 16)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "describe") (result i32) (i32.const 0))
  (func (export "configure") (param i32 i32) (result i32) (i32.const 0))
  (func (export "evaluate") (result i32)
    (i32.store8 (i32.const 0) (i32.const 1))
    (i32.store (i32.const 4) (i32.const 1024))
    (i32.store (i32.const 8) (i32.const 1000000))
    (memory.fill (i32.const 1024) (i32.const 0x0a) (i32.const 1000000))
    (i32.const 0)))
