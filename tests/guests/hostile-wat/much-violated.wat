;; As many violations as an answer may have, each by an object of its own.
;;
;; Ends as `answer`, with the first 1,000 of 5,000 violations.
(module
  (memory (export "memory") 16)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "describe") (result i32) (i32.const 0))
  (func (export "configure") (param i32 i32) (result i32) (i32.const 0))
  ;; The names of objects: numbers of three characters, in base 64.
  (func $name (param $number i32) (result i32)
    (i32.add
      (i32.const 0x303030)
      (i32.or
        (i32.and (local.get $number) (i32.const 0x3f))
        (i32.or
          (i32.shl (i32.and (local.get $number) (i32.const 0xfc0)) (i32.const 2))
          (i32.shl (i32.and (local.get $number) (i32.const 0x3f000)) (i32.const 4))))))
  (func (export "evaluate") (result i32) (local $number i32) (local $record i32) (local $text i32)
    (i32.store (i32.const 4) (i32.const 0x10000))
    (i32.store (i32.const 8) (i32.const 5000))
    (local.set $record (i32.const 0x10000))
    (local.set $text (i32.const 0x80000))
    (loop $next
      (i32.store (local.get $text) (call $name (local.get $number)))
      ;; The object, at 12 of the record.
      (i32.store offset=12 (local.get $record) (local.get $text))
      (i32.store offset=16 (local.get $record) (i32.const 3))
      (local.set $record (i32.add (local.get $record) (i32.const 84)))
      (local.set $text (i32.add (local.get $text) (i32.const 4)))
      (local.set $number (i32.add (local.get $number) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $number) (i32.const 5000))))
    (i32.const 0)))
