;; Throws what nobody catches.
;;
;; Is refused when it is loaded: exceptions need a garbage collector, and there is none.
(module
  (tag $thrown)
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "describe") (result i32) (i32.const 0))
  (func (export "configure") (param i32 i32) (result i32) (i32.const 0))
  (func (export "evaluate") (result i32) (throw $thrown)))
