;; Asks for all the memory that 32 bits can address.
;;
;; Ends as `memory-limit`.
(module
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "describe") (result i32) (i32.const 0))
  (func (export "configure") (param i32 i32) (result i32) (i32.const 0))
  (func (export "evaluate") (result i32)
    (drop (memory.grow (i32.const 0xffff)))
    (i32.const 0)))
