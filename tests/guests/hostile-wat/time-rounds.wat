;; Works for a while before each fact that nobody gathered yet. The host gathers it and evaluates again from the start, so
;; that one verdict takes as many evaluations as there are families. All of them together have the time of one.
;;
;; Ends as `time-limit`, in one of eight rounds.
(module
  (import "gatecheck:policy/task-definition@1.0.0" "document" (func $task_definition (param i32)))
  (import "gatecheck:policy/network@1.0.0" "interface-documents" (func $interfaces (param i32)))
  (import "gatecheck:policy/network@1.0.0" "subnet-documents" (func $subnets (param i32)))
  (import "gatecheck:policy/security-groups@1.0.0" "documents" (func $security_groups (param i32)))
  (import "gatecheck:policy/service@1.0.0" "document" (func $service (param i32)))
  (import "gatecheck:policy/cluster@1.0.0" "document" (func $cluster (param i32)))
  (import "gatecheck:policy/task-details@1.0.0" "document" (func $task_details (param i32)))
  (memory (export "memory") 960)
  (global $free (mut i32) (i32.const 1024))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (global.get $free)
    (global.set $free (i32.and (i32.add (i32.add (global.get $free) (local.get 3)) (i32.const 15)) (i32.const -16))))
  ;; A quarter of a second.
  (func $work (local $left i32)
    (local.set $left (i32.const 400000000))
    (loop $again
      (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1))))))
  (func (export "describe") (result i32) (i32.const 0))
  (func (export "configure") (param i32 i32) (result i32)
    ;; Once in each evaluation, before anything is read.
    (call $work)
    (i32.const 0))
  (func (export "evaluate") (result i32)
    (call $task_definition (i32.const 512))
    (call $interfaces (i32.const 512))
    (call $subnets (i32.const 512))
    (call $security_groups (i32.const 512))
    (call $service (i32.const 512))
    (call $cluster (i32.const 512))
    (call $task_details (i32.const 512))
    (i32.const 0)))
