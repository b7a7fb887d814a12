;; Computes for ever before any function of the contract is called.
(func $boot (loop $again (br $again)))
(start $boot)
