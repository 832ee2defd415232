;; Wants sockets.
;;
;; Is refused when it is loaded, before it is compiled: a policy gets facts and nothing else.
(component
  (import "wasi:sockets/tcp@0.2.6" (instance (export "connect" (func (param "address" string))))))
