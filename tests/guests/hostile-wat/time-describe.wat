;; Describes itself for ever, and judges as it should.
;;
;; Judges without a violation; whoever asks what it is hears `time-limit`.
(module
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "describe") (result i32)
    (loop $again (result i32) (br $again)))
  (func (export "configure") (param i32 i32) (result i32) (i32.const 0))
  (func (export "evaluate") (result i32) (i32.const 0)))
