;; Reads a fact again and again on the way down a recursion, so that the host works on whatever stack is left.
;;
;; Ends as `stack-limit`.
(module
  (import "gatecheck:policy/network@1.0.0" "exposed-addresses" (func $exposed_addresses (param i32)))
  (memory (export "memory") 960)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "describe") (result i32) (i32.const 0))
  (func (export "configure") (param i32 i32) (result i32) (i32.const 0))
  (func $deeper (param $depth i32) (result i32)
    ;; At every 64th depth: at each, time would end it before the stack does.
    (if (i32.eqz (i32.and (local.get $depth) (i32.const 0x3f)))
      (then (call $exposed_addresses (i32.const 512))))
    (i32.add (call $deeper (i32.add (local.get $depth) (i32.const 1))) (i32.const 1)))
  (func (export "evaluate") (result i32) (call $deeper (i32.const 0))))
