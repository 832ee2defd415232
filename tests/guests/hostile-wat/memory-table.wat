;; Lets a table grow: its elements are memory of the host.
;;
;; Ends as `memory-limit`.
(module
  (memory (export "memory") 1)
  (table $table 1 funcref)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "describe") (result i32) (i32.const 0))
  (func (export "configure") (param i32 i32) (result i32) (i32.const 0))
  (func (export "evaluate") (result i32)
    (loop $again (result i32)
      (drop (table.grow $table (ref.null func) (i32.const 0x10000)))
      (br $again))))
