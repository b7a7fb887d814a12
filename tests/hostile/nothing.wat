;; Does no harm.
