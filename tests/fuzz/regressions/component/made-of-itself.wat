;; An instance that exports a function of its own, which is not valid.
(component
  (core module $module
    (import "itself" "function" (func))
    (memory 1))
  (core instance (export "function" (func 0)))
  (alias core export 0 "function" (core func))
  (core instance (instantiate $module (with "itself" (instance 0)))))
