;; Is built for the next major version of the interface.
;;
;; Is refused when it is loaded, before it is compiled: this host is too old.
(component
  (import "gatecheck:policy/task@2.0.0" (instance (export "document" (func (result string))))))
