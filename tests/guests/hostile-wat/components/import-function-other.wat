;; Wants a function of an interface under another type: no reason why a fact is missing.
;;
;; Is refused when it is loaded.
(component
  (import "gatecheck:policy/task@1.0.0" (instance (export "document" (func (result string))))))
