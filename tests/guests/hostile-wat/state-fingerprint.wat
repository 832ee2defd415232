;; Looks for what differs between processors and between runs: the bits of numbers that are none, what growing returns,
;; and what is in memory that nobody wrote. It says all of it in hexadecimal digits.
;;
;; Judges: one violation with the same `found` on every machine, every time.
(module
  (memory (export "memory") 1)
  (table $table 3 funcref)
  (global $end (mut i32) (i32.const 0x4000))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "describe") (result i32) (i32.const 0))
  (func (export "configure") (param i32 i32) (result i32) (i32.const 0))

  (func $character (param $character i32)
    (i32.store8 (global.get $end) (local.get $character))
    (global.set $end (i32.add (global.get $end) (i32.const 1))))
  ;; Eight digits, and a space.
  (func $say (param $word i32) (local $shift i32) (local $digit i32)
    (local.set $shift (i32.const 32))
    (loop $next
      (local.set $shift (i32.sub (local.get $shift) (i32.const 4)))
      (local.set $digit (i32.and (i32.shr_u (local.get $word) (local.get $shift)) (i32.const 15)))
      (call $character
        (i32.add
          (local.get $digit)
          (select (i32.const 0x30) (i32.const 0x57) (i32.lt_u (local.get $digit) (i32.const 10)))))
      (br_if $next (local.get $shift)))
    (call $character (i32.const 0x20)))
  (func $say_single (param $number f32) (call $say (i32.reinterpret_f32 (local.get $number))))
  (func $say_double (param $number f64)
    (call $say (i32.wrap_i64 (i64.shr_u (i64.reinterpret_f64 (local.get $number)) (i64.const 32))))
    (call $say (i32.wrap_i64 (i64.reinterpret_f64 (local.get $number)))))

  ;; Zero, which no compiler knows.
  (func $zero (result f32) (f32.convert_i32_u (i32.load (i32.const 0x8000))))

  (func (export "evaluate") (result i32) (local $at i32) (local $sum i32)
    ;; x86-64 makes a negative one of this, and AArch64 a positive one.
    (call $say_single (f32.div (call $zero) (call $zero)))
    (call $say_single (f32.sqrt (f32.sub (call $zero) (f32.const 1))))
    (call $say_single (f32.sub (f32.const inf) (f32.add (call $zero) (f32.const inf))))
    ;; Which of two payloads is kept depends on the order of the operands.
    (call $say_single (f32.add (f32.const nan:0x200001) (f32.add (call $zero) (f32.const -nan:0x200002))))
    (call $say_single (f32.min (f32.add (call $zero) (f32.const nan:0x200003)) (f32.const 1)))
    (call $say_double (f64.div (f64.promote_f32 (call $zero)) (f64.promote_f32 (call $zero))))
    (call $say_double (f64.promote_f32 (f32.add (call $zero) (f32.const nan:0x200001))))
    (call $say_single
      (f32x4.extract_lane 3
        (f32x4.div (f32x4.splat (call $zero)) (f32x4.splat (call $zero)))))
    (call $say (memory.size))
    (call $say (memory.grow (i32.const 1)))
    (call $say (memory.grow (i32.const 7)))
    (call $say (table.grow $table (ref.null func) (i32.const 2)))
    ;; All of the new memory.
    (local.set $at (i32.const 0x10000))
    (loop $next
      (local.set $sum (i32.or (local.get $sum) (i32.load (local.get $at))))
      (local.set $at (i32.add (local.get $at) (i32.const 4)))
      (br_if $next (i32.lt_u (local.get $at) (i32.const 0x90000))))
    (call $say (local.get $sum))

    ;; One violation, at 256; `found`, at 28 of the record.
    (i32.store (i32.const 4) (i32.const 256))
    (i32.store (i32.const 8) (i32.const 1))
    (i32.store8 (i32.const 284) (i32.const 1))
    (i32.store (i32.const 288) (i32.const 0x4000))
    (i32.store (i32.const 292) (i32.sub (global.get $end) (i32.const 0x4000)))
    (i32.const 0)))
