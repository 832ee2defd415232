;; Claims a list of violations that would be 1 GiB, in a memory of 64 KiB.
;;
;; Ends as `answer`.
(module
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "describe") (result i32) (i32.const 0))
  (func (export "configure") (param i32 i32) (result i32) (i32.const 0))
  (func (export "evaluate") (result i32)
    ;; The verdict begins at 4; 12,782,640 records of 84 bytes.
    (i32.store (i32.const 8) (i32.const 12782640))
    (i32.const 0)))
