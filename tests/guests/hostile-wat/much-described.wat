;; Describes its settings in 10 MB.
;;
;; Judges without a violation; whoever asks what it is hears `answer`.
(module
  (memory (export "memory") 160)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "describe") (result i32)
    ;; The schema, at 36 of the description.
    (i32.store (i32.const 36) (i32.const 1024))
    (i32.store (i32.const 40) (i32.const 10000000))
    (i32.const 0))
  (func (export "configure") (param i32 i32) (result i32) (i32.const 0))
  (func (export "evaluate") (result i32) (i32.const 0)))
