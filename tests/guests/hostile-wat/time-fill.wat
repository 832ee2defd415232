;; Fills 60 MiB of memory again and again. Each time is one instruction, and no instruction is interrupted.
;;
;; Ends as `time-limit`, at most one instruction later.
(module
  (memory (export "memory") 960)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "describe") (result i32) (i32.const 0))
  (func (export "configure") (param i32 i32) (result i32) (i32.const 0))
  (func (export "evaluate") (result i32)
    (loop $again (result i32)
      (memory.fill (i32.const 0) (i32.const 1) (i32.const 0x3c00000))
      (br $again))))
