;; A policy as toolchains make them for WASI 0.1: its run-time library asks for arguments, the clock and randomness when it
;; starts, and prints. Without component types, so it is one for wit/policy.wit.
;;
;; It violates its only rule with what it was told of the task, and traps if WASI has anything to tell.
(module
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $arguments (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $environment (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "clock_time_get" (func $clock (param i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "adapter_monotonic_clock_set_paused" (func $pause_clock (param i32)))
  (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_prestat_get" (func $folder (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (import "gatecheck:policy/task@1.0.0" "document" (func $document (param i32)))

  (memory (export "memory") 4)
  (global $free (mut i32) (i32.const 8192))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (global.get $free)
    (global.set $free (i32.and (i32.add (i32.add (global.get $free) (local.get 3)) (i32.const 15)) (i32.const -16))))

  (data (i32.const 1024) "sealed")
  (data (i32.const 1040) "1.2.3")
  (data (i32.const 1056) "task")
  (data (i32.const 1072) "is what it is")
  (data (i32.const 1088) "{}")
  (data (i32.const 1104) "no facts")

  (func $is (param $right i32) (if (i32.eqz (local.get $right)) (then (call $exit (i32.const 1)))))
  (func $text (param $at i32) (param $text i32) (param $length i32)
    (i32.store (local.get $at) (local.get $text))
    (i32.store offset=4 (local.get $at) (local.get $length)))

  (func (export "_initialize")
    (call $pause_clock (i32.const 1))
    (i64.store (i32.const 16) (i64.const -1))
    (call $is (i32.eqz (call $arguments (i32.const 16) (i32.const 20))))
    (call $is (i64.eqz (i64.load (i32.const 16))))
    (i64.store (i32.const 16) (i64.const -1))
    (call $is (i32.eqz (call $environment (i32.const 16) (i32.const 20))))
    (call $is (i64.eqz (i64.load (i32.const 16))))
    (call $is (i32.eqz (call $random (i32.const 16) (i32.const 16))))
    (call $is (i32.eq (call $folder (i32.const 3) (i32.const 16)) (i32.const 8))))

  (func $print
    (call $text (i32.const 16) (i32.const 1072) (i32.const 13))
    (call $is (i32.eqz (call $write (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 24))))
    (call $is (i32.eq (i32.load (i32.const 24)) (i32.const 13))))

  (func $time (result i64)
    (call $is (i32.eqz (call $clock (i32.const 1) (i64.const 1) (i32.const 16))))
    (i64.load (i32.const 16)))

  ;; A record of 44 bytes.
  (func (export "describe") (result i32)
    (call $text (i32.const 128) (i32.const 1024) (i32.const 6))
    (call $text (i32.const 136) (i32.const 1040) (i32.const 5))
    (call $text (i32.const 144) (i32.const 1072) (i32.const 13))
    (i32.store (i32.const 152) (i32.const 0))
    (call $text (i32.const 164) (i32.const 1088) (i32.const 2))
    (i32.const 128))

  ;; `ok` with no problems.
  (func (export "configure") (param i32 i32) (result i32)
    (call $print)
    (i32.store (i32.const 128) (i32.const 0))
    (call $text (i32.const 132) (i32.const 0) (i32.const 0))
    (i32.const 128))

  ;; `ok` with a verdict of one violation at 256.
  (func (export "evaluate") (result i32)
    (call $print)
    (call $is (i64.eq (call $time) (call $time)))
    (call $document (i32.const 64))
    (if (i32.load8_u (i32.const 64))
      (then
        (i32.store (i32.const 128) (i32.const 1))
        (call $text (i32.const 132) (i32.const 1104) (i32.const 8))
        (return (i32.const 128))))
    (call $text (i32.const 256) (i32.const 1024) (i32.const 6))
    ;; Severity `high`.
    (i32.store8 (i32.const 264) (i32.const 3))
    (call $text (i32.const 268) (i32.const 1056) (i32.const 4))
    (call $text (i32.const 276) (i32.const 1056) (i32.const 4))
    ;; `found` is the task.
    (i32.store8 (i32.const 284) (i32.const 1))
    (call $text (i32.const 288) (i32.load (i32.const 68)) (i32.load (i32.const 72)))
    (call $text (i32.const 320) (i32.const 1072) (i32.const 13))
    (i32.store (i32.const 128) (i32.const 0))
    (call $text (i32.const 132) (i32.const 256) (i32.const 1))
    (call $text (i32.const 140) (i32.const 0) (i32.const 0))
    (call $text (i32.const 148) (i32.const 0) (i32.const 0))
    (i32.const 128)))
