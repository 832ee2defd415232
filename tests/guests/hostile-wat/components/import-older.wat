;; Is built for an interface before the first.
;;
;; Is refused when it is loaded, before it is compiled: the policy is too old.
(component
  (import "gatecheck:policy/task@0.9.0" (instance (export "document" (func (result string))))))
