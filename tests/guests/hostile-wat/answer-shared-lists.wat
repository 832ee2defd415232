;; A thousand undecided rules that share one list of a thousand missing facts that share one reason of 60 KB: 60 GB once
;; it is copied, of 200 KB.
;;
;; Ends as `answer`.
(module
  (memory (export "memory") 3)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "describe") (result i32) (i32.const 0))
  (func (export "configure") (param i32 i32) (result i32) (i32.const 0))
  (func (export "evaluate") (result i32) (local $record i32)
    ;; `undecided` at 12.
    (i32.store (i32.const 12) (i32.const 0x10000))
    (i32.store (i32.const 16) (i32.const 1000))
    (local.set $record (i32.const 0x10000))
    (loop $next
      (i32.store offset=8 (local.get $record) (i32.const 0x20000))
      (i32.store offset=12 (local.get $record) (i32.const 1000))
      (local.set $record (i32.add (local.get $record) (i32.const 16)))
      (br_if $next (i32.lt_u (local.get $record) (i32.const 0x13e80))))
    (local.set $record (i32.const 0x20000))
    (loop $next
      (i32.store offset=12 (local.get $record) (i32.const 1024))
      (i32.store offset=16 (local.get $record) (i32.const 60000))
      (local.set $record (i32.add (local.get $record) (i32.const 20)))
      (br_if $next (i32.lt_u (local.get $record) (i32.const 0x24e20))))
    (i32.const 0)))
