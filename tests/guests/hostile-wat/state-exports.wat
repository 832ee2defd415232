;; Calls its own exports: inside a module they are functions like all others, and the host does not learn of it.
;;
;; Judges without a violation.
(module
  (memory (export "memory") 1)
  (global $calls (mut i32) (i32.const 0))
  (func $allocate (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func $describe (export "describe") (result i32) (i32.const 0))
  (func $configure (export "configure") (param i32 i32) (result i32) (i32.const 0))
  (func $evaluate (export "evaluate") (result i32)
    (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
    (drop (call $allocate (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 1)))
    (drop (call $describe))
    (drop (call $configure (i32.const 0) (i32.const 0)))
    (if (result i32) (i32.lt_u (global.get $calls) (i32.const 100))
      (then (call $evaluate))
      (else (i32.const 0)))))
