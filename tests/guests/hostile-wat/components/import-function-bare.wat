;; Wants a function by a name without an interface.
;;
;; Is refused when it is loaded, before it is compiled.
(component
  (import "exit" (func)))
