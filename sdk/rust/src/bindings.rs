//! The contract, made from `wit/v1`. Nothing here is written by hand; a
//! connector meets these types under their names in [`crate`].

#![allow(missing_docs, clippy::all, clippy::indexing_slicing, clippy::unwrap_used, clippy::expect_used)]

wit_bindgen::generate!({
    path: "../../wit/v1",
    // Both worlds of the contract: a component imports what it calls, and so is
    // of one of them.
    inline: "
        package rollcall:guest;
        world guest {
            import rollcall:connector/http@1.0.0;
            import rollcall:connector/files@1.0.0;
            import rollcall:connector/log@1.0.0;
            export rollcall:connector/source@1.0.0;
        }
    ",
    world: "rollcall:guest/guest",
    generate_all,
    additional_derives: [PartialEq, Clone],
    pub_export_macro: true,
    export_macro_name: "export_guest",
    default_bindings_module: "rollcall_sdk::bindings",
});
