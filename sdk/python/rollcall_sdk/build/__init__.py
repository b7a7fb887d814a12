"""`python -m rollcall_sdk.build PROJECT OUT.wasm`: from a connector's project to
a component. `rollcall connector build OUT.wasm` puts the manifest into it."""
