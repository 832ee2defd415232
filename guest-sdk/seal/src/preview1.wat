;; WASI preview 1 without a world behind it. wit-component links it to the memory of a policy, and takes from it only the
;; functions that the policy imports.
;;
;; Error numbers: 8 is `badf`, 28 `inval`, 58 `notsup`. Pointers are the caller's, as WASI has them.
(module
  (import "env" "memory" (memory 0))

  ;; Neither arguments nor environment.
  (func $none (param $count i32) (param $size i32) (result i32)
    (i32.store (local.get $count) (i32.const 0))
    (i32.store (local.get $size) (i32.const 0))
    (i32.const 0))
  (export "args_sizes_get" (func $none))
  (export "environ_sizes_get" (func $none))
  (func $nothing_to_copy (param i32 i32) (result i32) (i32.const 0))
  (export "args_get" (func $nothing_to_copy))
  (export "environ_get" (func $nothing_to_copy))

  ;; Every clock stands still at 2020-01-01T00:00:00Z.
  (func (export "clock_time_get") (param $clock i32) (param $precision i64) (param $time i32) (result i32)
    (i64.store (local.get $time) (i64.const 1577836800000000000))
    (i32.const 0))
  (func (export "clock_res_get") (param $clock i32) (param $resolution i32) (result i32)
    (i64.store (local.get $resolution) (i64.const 1))
    (i32.const 0))
  ;; No part of WASI: Go asks it of an adapter since wit-bindgen 0.63.
  (func (export "adapter_monotonic_clock_set_paused") (param $paused i32))

  ;; The same bytes at every call.
  (func (export "random_get") (param $at i32) (param $length i32) (result i32)
    (local $index i32)
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $index) (local.get $length)))
        (i32.store8
          (i32.add (local.get $at) (local.get $index))
          (i32.add (i32.mul (local.get $index) (i32.const 73)) (i32.const 41)))
        (local.set $index (i32.add (local.get $index) (i32.const 1)))
        (br $next)))
    (i32.const 0))

  ;; Standard output and standard error take everything and keep nothing.
  (func (export "fd_write") (param $fd i32) (param $buffers i32) (param $count i32) (param $written i32) (result i32)
    (local $sum i32)
    (if (i32.and (i32.ne (local.get $fd) (i32.const 1)) (i32.ne (local.get $fd) (i32.const 2)))
      (then (return (i32.const 8))))
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $count)))
        (local.set $sum (i32.add (local.get $sum) (i32.load offset=4 (local.get $buffers))))
        (local.set $buffers (i32.add (local.get $buffers) (i32.const 8)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br $next)))
    (i32.store (local.get $written) (local.get $sum))
    (i32.const 0))

  ;; Standard input is at its end.
  (func (export "fd_read") (param $fd i32) (param $buffers i32) (param $count i32) (param $read i32) (result i32)
    (if (local.get $fd) (then (return (i32.const 8))))
    (i32.store (local.get $read) (i32.const 0))
    (i32.const 0))

  ;; The three streams are of unknown type, so no terminals; the rights say which can be read and which written.
  (func (export "fd_fdstat_get") (param $fd i32) (param $stat i32) (result i32)
    (if (i32.gt_u (local.get $fd) (i32.const 2)) (then (return (i32.const 8))))
    (i64.store (local.get $stat) (i64.const 0))
    (i64.store offset=8 (local.get $stat)
      (select (i64.const 0x40) (i64.const 0x02) (local.get $fd)))
    (i64.store offset=16 (local.get $stat) (i64.const 0))
    (i32.const 0))

  ;; Whatever is waited for is ready at once: an event of 32 bytes for each subscription of 48.
  (func (export "poll_oneoff") (param $wanted i32) (param $events i32) (param $count i32) (param $ready i32) (result i32)
    (if (i32.eqz (local.get $count)) (then (return (i32.const 28))))
    (i32.store (local.get $ready) (local.get $count))
    (loop $next
      (i64.store (local.get $events) (i64.load (local.get $wanted)))
      (i64.store offset=8 (local.get $events) (i64.const 0))
      (i32.store8 offset=10 (local.get $events) (i32.load8_u offset=8 (local.get $wanted)))
      (i64.store offset=16 (local.get $events) (i64.const 0))
      (i64.store offset=24 (local.get $events) (i64.const 0))
      (local.set $wanted (i32.add (local.get $wanted) (i32.const 48)))
      (local.set $events (i32.add (local.get $events) (i32.const 32)))
      (br_if $next (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))
    (i32.const 0))

  (func (export "sched_yield") (result i32) (i32.const 0))
  ;; A policy that exits has given no verdict.
  (func (export "proc_exit") (param $code i32) unreachable)
  (func (export "proc_raise") (param $signal i32) (result i32) (i32.const 58))

  ;; No folder is open, and so no file and no socket can be: every other descriptor is a bad one.
  (func (export "fd_advise") (param i32 i64 i64 i32) (result i32) (i32.const 8))
  (func (export "fd_allocate") (param i32 i64 i64) (result i32) (i32.const 8))
  (func (export "fd_close") (param i32) (result i32) (i32.const 8))
  (func (export "fd_datasync") (param i32) (result i32) (i32.const 8))
  (func (export "fd_fdstat_set_flags") (param i32 i32) (result i32) (i32.const 8))
  (func (export "fd_fdstat_set_rights") (param i32 i64 i64) (result i32) (i32.const 8))
  (func (export "fd_filestat_get") (param i32 i32) (result i32) (i32.const 8))
  (func (export "fd_filestat_set_size") (param i32 i64) (result i32) (i32.const 8))
  (func (export "fd_filestat_set_times") (param i32 i64 i64 i32) (result i32) (i32.const 8))
  (func (export "fd_pread") (param i32 i32 i32 i64 i32) (result i32) (i32.const 8))
  (func (export "fd_prestat_get") (param i32 i32) (result i32) (i32.const 8))
  (func (export "fd_prestat_dir_name") (param i32 i32 i32) (result i32) (i32.const 8))
  (func (export "fd_pwrite") (param i32 i32 i32 i64 i32) (result i32) (i32.const 8))
  (func (export "fd_readdir") (param i32 i32 i32 i64 i32) (result i32) (i32.const 8))
  (func (export "fd_renumber") (param i32 i32) (result i32) (i32.const 8))
  (func (export "fd_seek") (param i32 i64 i32 i32) (result i32) (i32.const 8))
  (func (export "fd_sync") (param i32) (result i32) (i32.const 8))
  (func (export "fd_tell") (param i32 i32) (result i32) (i32.const 8))
  (func (export "path_create_directory") (param i32 i32 i32) (result i32) (i32.const 8))
  (func (export "path_filestat_get") (param i32 i32 i32 i32 i32) (result i32) (i32.const 8))
  (func (export "path_filestat_set_times") (param i32 i32 i32 i32 i64 i64 i32) (result i32) (i32.const 8))
  (func (export "path_link") (param i32 i32 i32 i32 i32 i32 i32) (result i32) (i32.const 8))
  (func (export "path_open") (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32) (i32.const 8))
  (func (export "path_readlink") (param i32 i32 i32 i32 i32 i32) (result i32) (i32.const 8))
  (func (export "path_remove_directory") (param i32 i32 i32) (result i32) (i32.const 8))
  (func (export "path_rename") (param i32 i32 i32 i32 i32 i32) (result i32) (i32.const 8))
  (func (export "path_symlink") (param i32 i32 i32 i32 i32) (result i32) (i32.const 8))
  (func (export "path_unlink_file") (param i32 i32 i32) (result i32) (i32.const 8))
  (func (export "sock_accept") (param i32 i32 i32) (result i32) (i32.const 8))
  (func (export "sock_recv") (param i32 i32 i32 i32 i32 i32) (result i32) (i32.const 8))
  (func (export "sock_send") (param i32 i32 i32 i32 i32) (result i32) (i32.const 8))
  (func (export "sock_shutdown") (param i32 i32) (result i32) (i32.const 8)))
