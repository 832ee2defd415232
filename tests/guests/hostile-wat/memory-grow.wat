;; Takes page after page, and writes to each so that it is really there.
;;
;; Ends as `memory-limit`.
(module
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "describe") (result i32) (i32.const 0))
  (func (export "configure") (param i32 i32) (result i32) (i32.const 0))
  (func (export "evaluate") (result i32)
    (loop $again (result i32)
      (i32.store8 (i32.mul (memory.grow (i32.const 1)) (i32.const 0x10000)) (i32.const 1))
      (br $again))))
