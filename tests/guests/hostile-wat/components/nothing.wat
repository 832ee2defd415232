;; Has nothing in it.
;;
;; Is refused when it is loaded.
(component
)
