;; What was found is JSON of 1 MB that does nothing but open lists: whoever reads it by recursion needs as much stack.
;;
;; Judges: one violation, with the text of the JSON as it is.
(module
  (memory (export "memory") 16)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "describe") (result i32) (i32.const 0))
  (func (export "configure") (param i32 i32) (result i32) (i32.const 0))
  (func (export "evaluate") (result i32)
    ;; One violation, at 256.
    (i32.store (i32.const 4) (i32.const 256))
    (i32.store (i32.const 8) (i32.const 1))
    ;; `found`, at 28 of the record.
    (i32.store8 (i32.const 284) (i32.const 1))
    (i32.store (i32.const 288) (i32.const 1024))
    (i32.store (i32.const 292) (i32.const 1000000))
    (memory.fill (i32.const 1024) (i32.const 0x5b) (i32.const 1000000))
    (i32.const 0)))
