//! The contract, made from `wit/v1`. Nothing here is written by hand; a
//! connector meets these types under their names in [`crate`].

#![allow(missing_docs, clippy::all, clippy::indexing_slicing, clippy::unwrap_used, clippy::expect_used)]

wit_bindgen::generate!({
    path: "../../wit/v1",
    world: "connector",
    additional_derives: [PartialEq, Clone],
    pub_export_macro: true,
    export_macro_name: "export_guest",
    default_bindings_module: "rollcall_sdk::bindings",
});
