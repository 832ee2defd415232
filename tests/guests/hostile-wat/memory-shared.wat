;; Waits for ever to be woken. Whoever sleeps is not interrupted; only memory that threads share can be waited on.
;;
;; Is refused when it is loaded: there is no such memory.
(module
  (memory (export "memory") 1)
  (memory $shared 1 1 shared)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "describe") (result i32) (i32.const 0))
  (func (export "configure") (param i32 i32) (result i32) (i32.const 0))
  (func (export "evaluate") (result i32)
    (drop (memory.atomic.wait32 $shared (i32.const 0) (i32.const 0) (i64.const -1)))
    (i32.const 0)))
