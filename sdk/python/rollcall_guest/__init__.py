"""Between the contract and `rollcall_sdk.Connector`: what a component runs.
Nothing here is for authors."""
