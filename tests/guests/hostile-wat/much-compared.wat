;; Violations that differ in the last number of a long list that was found, and in nothing before it: a host that
;; compares each with each of those that it told before goes through three hundred million numbers.
;;
;; Ends as `answer`, with the first 1,000 of 2,600 violations.
(module
  (memory (export "memory") 16)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "describe") (result i32) (i32.const 0))
  (func (export "configure") (param i32 i32) (result i32) (i32.const 0))

  ;; `[0,0,...,0,1234]`, 200 characters.
  (func $list (param $at i32) (param $number i32) (local $end i32)
    (i32.store8 (local.get $at) (i32.const 0x5b))
    (local.set $end (i32.add (local.get $at) (i32.const 195)))
    (local.set $at (i32.add (local.get $at) (i32.const 1)))
    (loop $next
      (i32.store16 (local.get $at) (i32.const 0x2c30))
      (local.set $at (i32.add (local.get $at) (i32.const 2)))
      (br_if $next (i32.lt_u (local.get $at) (local.get $end))))
    (i32.store8 offset=4 (local.get $at) (i32.const 0x5d))
    (local.set $at (i32.add (local.get $at) (i32.const 3)))
    ;; Four digits, from the last to the first.
    (loop $next
      (i32.store8 (local.get $at) (i32.add (i32.rem_u (local.get $number) (i32.const 10)) (i32.const 0x30)))
      (local.set $number (i32.div_u (local.get $number) (i32.const 10)))
      (local.set $at (i32.sub (local.get $at) (i32.const 1)))
      (br_if $next (local.get $number))))

  (func (export "evaluate") (result i32) (local $number i32) (local $record i32) (local $text i32)
    (i32.store (i32.const 4) (i32.const 0x10000))
    (i32.store (i32.const 8) (i32.const 2600))
    (local.set $record (i32.const 0x10000))
    (local.set $text (i32.const 0x60000))
    (loop $next
      (call $list (local.get $text) (i32.add (local.get $number) (i32.const 1000)))
      ;; `found`, at 28 of the record.
      (i32.store8 offset=28 (local.get $record) (i32.const 1))
      (i32.store offset=32 (local.get $record) (local.get $text))
      (i32.store offset=36 (local.get $record) (i32.const 200))
      (local.set $record (i32.add (local.get $record) (i32.const 84)))
      (local.set $text (i32.add (local.get $text) (i32.const 200)))
      (local.set $number (i32.add (local.get $number) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $number) (i32.const 2600))))
    (i32.const 0)))
