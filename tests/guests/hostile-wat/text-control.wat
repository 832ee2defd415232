;; A violation that clears the screen, forges a log record, and turns what follows around.
;;
;; Judges: one violation, of which no character reaches a terminal or a log line as it is.
(module
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "describe") (result i32) (i32.const 0))
  (func (export "configure") (param i32 i32) (result i32) (i32.const 0))
  (data (i32.const 512) "\1b[2J\0d\0a[WARNING] \e2\80\ae forged\00")
  (func (export "evaluate") (result i32) (local $field i32)
    ;; One violation, at 256.
    (i32.store (i32.const 4) (i32.const 256))
    (i32.store (i32.const 8) (i32.const 1))
    ;; Its rule, object and attribute at 0, 12 and 20 of the record, its message at 64.
    (i32.store (i32.const 256) (i32.const 512))
    (i32.store (i32.const 260) (i32.const 28))
    (i32.store (i32.const 268) (i32.const 512))
    (i32.store (i32.const 272) (i32.const 28))
    (i32.store (i32.const 276) (i32.const 512))
    (i32.store (i32.const 280) (i32.const 28))
    (i32.store (i32.const 320) (i32.const 512))
    (i32.store (i32.const 324) (i32.const 28))
    (i32.const 0)))
