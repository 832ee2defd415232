;; Wants a core module under the name of a fact family, to have code of the host in it.
;;
;; Is refused when it is loaded.
(component
  (import "gatecheck:policy/task@1.0.0" (core module)))
