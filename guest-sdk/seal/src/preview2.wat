;; The fields of the module behind every interface of WASI 0.2, before what `stub.rs` writes for the interfaces at hand.
;;
;; An answer is copied out before the next call, so all of them use the same bytes: 16 to 63 for what has a known size,
;; from 64 on for lists. What callers send goes there too: nothing ever reads it.

(memory (export "memory") 1)

;; Makes sure that there is memory up to an address.
(func $reserve (param $end i32)
  (local $pages i32)
  (local.set $pages (i32.sub (i32.add (i32.shr_u (local.get $end) (i32.const 16)) (i32.const 1)) (memory.size)))
  (if (i32.gt_s (local.get $pages) (i32.const 0))
    (then (if (i32.eq (memory.grow (local.get $pages)) (i32.const -1)) (then unreachable)))))

(func (export "cabi_realloc") (param $old i32) (param $from i32) (param $align i32) (param $size i32) (result i32)
  (call $reserve (i32.add (i32.const 64) (local.get $size)))
  (i32.const 64))

;; The list of so many elements at 64.
(func $list (param $length i32) (result i32)
  (i32.store (i32.const 16) (i32.const 64))
  (i32.store (i32.const 20) (local.get $length))
  (i32.const 16))

;; Every clock stands still at 2020-01-01T00:00:00Z.
(func $instant (result i64) (i64.const 1577836800000000000))
(func $nanosecond (result i64) (i64.const 1))
(func $datetime (result i32)
  (i64.store (i32.const 16) (i64.const 1577836800))
  (i32.store (i32.const 24) (i32.const 0))
  (i32.const 16))
(func $datetime_nanosecond (result i32)
  (i64.store (i32.const 16) (i64.const 0))
  (i32.store (i32.const 24) (i32.const 1))
  (i32.const 16))

;; The same bytes at every call. What no memory can hold traps.
(func $random_bytes (param $length i64) (result i32)
  (local $index i32)
  (if (i64.gt_u (local.get $length) (i64.const 0x1000000)) (then unreachable))
  (call $reserve (i32.add (i32.const 64) (i32.wrap_i64 (local.get $length))))
  (block $done
    (loop $next
      (br_if $done (i32.ge_u (local.get $index) (i32.wrap_i64 (local.get $length))))
      (i32.store8 offset=64 (local.get $index)
        (i32.add (i32.mul (local.get $index) (i32.const 73)) (i32.const 41)))
      (local.set $index (i32.add (local.get $index) (i32.const 1)))
      (br $next)))
  (call $list (i32.wrap_i64 (local.get $length))))
(func $random_number (result i64) (i64.const 0x2804dfba95704b29))
(func $random_seed (result i32)
  (i64.store (i32.const 16) (i64.const 0x2804dfba95704b29))
  (i64.store (i32.const 24) (i64.const 0x704c2803dfba9671))
  (i32.const 16))

;; Whatever is waited for is ready at once.
(func $ready (param $pollable i32) (result i32) (i32.const 1))
(func $block (param $pollable i32))
(func $poll (param $at i32) (param $count i32) (result i32)
  (local $index i32)
  (call $reserve (i32.add (i32.const 64) (i32.shl (local.get $count) (i32.const 2))))
  (block $done
    (loop $next
      (br_if $done (i32.ge_u (local.get $index) (local.get $count)))
      (i32.store offset=64 (i32.shl (local.get $index) (i32.const 2)) (local.get $index))
      (local.set $index (i32.add (local.get $index) (i32.const 1)))
      (br $next)))
  (call $list (local.get $count)))

;; Output is taken and not kept.
(func $room (param $stream i32) (result i32)
  (i32.store (i32.const 16) (i32.const 0))
  (i64.store (i32.const 24) (i64.const 0x10000))
  (i32.const 16))
(func $taken (param $stream i32) (param $at i32) (param $length i32) (result i32)
  (i32.store (i32.const 16) (i32.const 0))
  (i32.const 16))
(func $zeroes_taken (param $stream i32) (param $length i64) (result i32)
  (i32.store (i32.const 16) (i32.const 0))
  (i32.const 16))
(func $flushed (param $stream i32) (result i32)
  (i32.store (i32.const 16) (i32.const 0))
  (i32.const 16))
