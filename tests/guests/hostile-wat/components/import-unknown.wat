;; Wants an interface of someone else.
;;
;; Is refused when it is loaded, before it is compiled.
(component
  (import "acme:secrets/store@1.0.0" (instance (export "get" (func (param "name" string) (result string))))))
