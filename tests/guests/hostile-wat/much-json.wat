;; What was found is JSON of 1 MB, a list of half a million numbers: once it is read, it takes many times the memory.
;;
;; Judges: one violation.
(module
  (memory (export "memory") 16)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "describe") (result i32) (i32.const 0))
  (func (export "configure") (param i32 i32) (result i32) (i32.const 0))
  (func (export "evaluate") (result i32) (local $at i32)
    ;; One violation, at 256.
    (i32.store (i32.const 4) (i32.const 256))
    (i32.store (i32.const 8) (i32.const 1))
    ;; `found`, at 28 of the record: `[0,0,...,0]`.
    (i32.store8 (i32.const 284) (i32.const 1))
    (i32.store (i32.const 288) (i32.const 1024))
    (i32.store (i32.const 292) (i32.const 1000003))
    (i32.store8 (i32.const 1024) (i32.const 0x5b))
    (local.set $at (i32.const 1025))
    (loop $next
      ;; `0,`
      (i32.store16 (local.get $at) (i32.const 0x2c30))
      (local.set $at (i32.add (local.get $at) (i32.const 2)))
      (br_if $next (i32.lt_u (local.get $at) (i32.const 1001025))))
    ;; `0]`
    (i32.store16 (i32.const 1001025) (i32.const 0x5d30))
    (i32.const 0)))
