;; A thousand violations that share one sentence of 60 KB: small in the memory of the policy, 60 MB once it is copied.
;;
;; Ends as `answer`.
(module
  (memory (export "memory") 3)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "describe") (result i32) (i32.const 0))
  (func (export "configure") (param i32 i32) (result i32) (i32.const 0))
  (func (export "evaluate") (result i32) (local $record i32)
    (i32.store (i32.const 4) (i32.const 0x10000))
    (i32.store (i32.const 8) (i32.const 1000))
    (local.set $record (i32.const 0x10000))
    (loop $next
      (i32.store offset=64 (local.get $record) (i32.const 1024))
      (i32.store offset=68 (local.get $record) (i32.const 60000))
      (local.set $record (i32.add (local.get $record) (i32.const 84)))
      (br_if $next (i32.lt_u (local.get $record) (i32.const 0x24820))))
    (i32.const 0)))
