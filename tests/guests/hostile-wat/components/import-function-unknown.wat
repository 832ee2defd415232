;; Wants a function that an interface lacks, as one built for a later minor version would.
;;
;; Is refused when it is loaded.
(component
  (import "gatecheck:policy/task@1.0.0" (instance (export "secrets" (func (result string))))))
