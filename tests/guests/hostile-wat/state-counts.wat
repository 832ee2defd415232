;; Counts how often it was configured and how often it judged, in a global and in memory, and says so.
;;
;; Judges: one violation with `11` found, however often it is asked.
(module
  (memory (export "memory") 1)
  (global $configured (mut i32) (i32.const 0x30))
  ;; Characters, as many as it was asked.
  (data (i32.const 512) "00")
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "describe") (result i32) (i32.const 0))
  (func (export "configure") (param i32 i32) (result i32)
    (global.set $configured (i32.add (global.get $configured) (i32.const 1)))
    (i32.const 0))
  (func (export "evaluate") (result i32)
    (i32.store8 (i32.const 512) (global.get $configured))
    (i32.store8 (i32.const 513) (i32.add (i32.load8_u (i32.const 513)) (i32.const 1)))
    ;; One violation, at 256; `found`, at 28 of the record.
    (i32.store (i32.const 4) (i32.const 256))
    (i32.store (i32.const 8) (i32.const 1))
    (i32.store8 (i32.const 284) (i32.const 1))
    (i32.store (i32.const 288) (i32.const 512))
    (i32.store (i32.const 292) (i32.const 2))
    (i32.const 0)))
