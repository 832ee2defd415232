;; Computes with relaxed SIMD, whose results differ between processors by design.
;;
;; Is refused when it is loaded: the verdict has to be the same everywhere.
(module
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "describe") (result i32) (i32.const 0))
  (func (export "configure") (param i32 i32) (result i32) (i32.const 0))
  (func (export "evaluate") (result i32)
    (v128.store (i32.const 512)
      (i8x16.relaxed_swizzle (v128.load (i32.const 512)) (v128.const i32x4 0x80 0x7f 0xff 0x10)))
    (i32.const 0)))
