//! What is not a connector is refused before anything is compiled, and the text
//! says why.

use rollcall_sandbox::{ComponentLimits, LoadError, Refusal, inspect};

use crate::guest::{MANIFEST, bare_component, component, guest, host, host_with, module, with_manifest};

async fn refusal(bytes: &[u8]) -> Refusal {
    match host().sandbox.load(bytes).await {
        Err(LoadError::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

async fn check(bytes: &[u8], expected: &str) {
    let text = refusal(bytes).await.to_string();
    assert!(text.contains(expected), "{text}");
}

fn component_text(text: &str) -> Vec<u8> {
    with_manifest(&wat::parse_str(text).unwrap())
}

#[tokio::test]
async fn what_is_no_component() {
    check(b"", "not WebAssembly").await;
    check(b"#!/bin/sh", "not WebAssembly").await;
    check(b"  (component)", "WebAssembly text").await;
    check(b"\x7fELF\x02\x01\x01", "compiled machine code").await;
    check(b"\0asm", "damaged").await;
    check(&wat::parse_str("(module)").unwrap(), "core module").await;
    check(&vec![0; ComponentLimits::BYTES + 1], "67108865 bytes").await;
}

#[tokio::test]
async fn a_truncated_file() {
    let whole = component("", "");
    for length in [9, whole.len() / 4, whole.len() / 2, whole.len() - 1] {
        check(&whole[..length], "").await;
    }
    let mut longer = whole;
    longer.extend([1, 2, 3]);
    check(&longer, "damaged").await;
}

#[tokio::test]
async fn imports_are_listed_by_name() {
    let text = r#"(component
        (import "wasi:cli/environment@0.2.0" (instance))
        (import "wasi:filesystem/types@0.2.0" (instance))
        (import "rollcall:connector/log@1.0.0" (instance)))"#;
    let refused = refusal(&component_text(text)).await;
    let names = vec!["wasi:cli/environment@0.2.0".to_owned(), "wasi:filesystem/types@0.2.0".to_owned()];
    assert_eq!(refused, Refusal::Imports(names));
    assert!(refused.to_string().contains("--stub-wasi"));
    check(
        &component_text(r#"(component (import "evil:backdoor/shell@1.0.0" (instance)))"#),
        "what this host does not offer: evil:backdoor/shell@1.0.0",
    )
    .await;
    check(&component_text(r#"(component (import "plain" (func)))"#), "plain").await;
    check(&component_text(r#"(component (import "rollcall:connector/http@2.0.0" (instance)))"#), "@2.0.0")
        .await;
    check(&component_text("(component)"), "does not export `rollcall:connector/source").await;
}

#[tokio::test]
async fn an_import_of_ours_with_another_type() {
    let text = r#"(component
        (import "rollcall:connector/log@1.0.0" (instance (export "erase-everything" (func))))
        (instance $empty)
        (export "rollcall:connector/source@1.0.0" (instance $empty)))"#;
    let error = host().sandbox.load(&component_text(text)).await.unwrap_err();
    assert!(matches!(&error, LoadError::Contract(why) if why.contains("log")), "{error}");
    let text =
        r#"(component (instance $empty) (export "rollcall:connector/source@1.0.0" (instance $empty)))"#;
    let error = host().sandbox.load(&component_text(text)).await.unwrap_err();
    assert!(matches!(&error, LoadError::Contract(why) if why.contains("check")), "{error}");
}

#[tokio::test]
async fn out_of_proportion() {
    let within = |core: &str| component_text(&format!("(component (core module {core}))"));
    check(&within("(memory 4000)"), "bytes of memory from the start").await;
    check(&within("(memory i64 1)"), "64-bit memories").await;
    check(&within("(memory 1) (memory 1) (memory 1)"), "3 memories").await;
    check(&within("(table 20001 funcref)"), "table elements").await;
    check(&within(&"(table 1 funcref)".repeat(5)), "5 tables").await;
    check(&within(&"(func)".repeat(50_001)), "50001 functions").await;
    // Beside the count of its locals and its end.
    let body = |bytes: usize| within(&format!("(func {})", "nop ".repeat(bytes - 2)));
    check(&body(ComponentLimits::FUNCTION_BYTES + 1), "1048577 bytes in one function").await;
    assert!(inspect(&body(ComponentLimits::FUNCTION_BYTES)).is_ok());
    check(&within("(tag)"), "exceptions").await;
    check(&component_text(&format!("(component {})", "(core module)".repeat(65))), "65 core modules").await;
    check(&component_text(&format!("(component {})", "(component)".repeat(5))), "5 nested components").await;
    let many = |what: &str| (0..101).map(|i| what.replace('#', &i.to_string())).collect::<String>();
    let imports = many(r#"(import "a#" (func))"#);
    check(&component_text(&format!("(component {imports})")), "101 imports").await;
    let exports = many(r#"(export "a#" (instance $empty))"#);
    check(&component_text(&format!("(component (instance $empty) {exports})")), "101 exports").await;
    let section = format!(r#"(@custom "big" "{}")"#, "x".repeat(ComponentLimits::CUSTOM_SECTION + 1));
    check(&within(&section), "custom section `big`").await;
    check(&within(&r#"(@custom "x" "")"#.repeat(4097)), "4097 custom sections").await;
}

#[tokio::test]
async fn the_manifest() {
    let bare = bare_component(&module("", ""));
    check(&bare, "has no manifest").await;
    check(&with_manifest(&with_manifest(&bare)), "has 2 manifests").await;
    let embed = |text: &str| rollcall_sandbox::embed_manifest(&bare, text.as_bytes()).unwrap();
    check(&embed("{"), "manifest is not valid").await;
    check(&embed(&MANIFEST.replace("\"id\"", "\"identity\"")), "manifest is not valid").await;
    let huge = "x".repeat(rollcall_grants::Manifest::MAX_BYTES + 1);
    assert!(rollcall_sandbox::embed_manifest(&bare, huge.as_bytes()).is_err());
}

#[tokio::test]
async fn what_is_in_it() {
    let bytes = component("", "");
    let inspection = inspect(&bytes).unwrap();
    assert_eq!(inspection.bytes, bytes.len());
    assert_eq!(inspection.exports, ["rollcall:connector/source@1.0.0"]);
    let mut imports = inspection.imports.clone();
    imports.sort();
    assert_eq!(
        imports,
        ["rollcall:connector/http@1.0.0", "rollcall:connector/log@1.0.0", "rollcall:connector/types@1.0.0"]
    );
    assert_eq!(inspection.memories.len(), 1);
    assert_eq!(inspection.manifest().unwrap().id, "test");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_function_body_is_the_connectors_matter() {
    // The module is well formed and does not validate.
    let mut bytes = component("", "(drop (i64.add (i64.const 1) (i64.const 0x7777777)))");
    let at = bytes.windows(4).position(|four| four == [0x7c, 0x1a, 0x41, 0x80]).unwrap();
    bytes[at] = 0x6a;
    let error = host().sandbox.load(&bytes).await.unwrap_err();
    assert!(error.is_connector(), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_pool_it_works_as_well() {
    // More address space than there is.
    let host = host_with(|options| options.pool.calls = 1_000_000);
    let connector = guest(&host, "", "").await;
    assert!(connector.pull_workers(crate::guest::call()).await.result.is_ok());
}

/// Instances of a core module, in a component that exports a source.
fn instances(times: usize, core: &str) -> Vec<u8> {
    component_text(&format!(
        r#"(component (core module $m {core}) {}
            (instance $empty) (export "rollcall:connector/source@1.0.0" (instance $empty)))"#,
        "(core instance (instantiate $m))".repeat(times),
    ))
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_a_call_has_room_for() {
    // It shows only once it is compiled: a module is counted once, however many
    // instances there are of it.
    let load = async |times, core: &str| host().sandbox.load(&instances(times, core)).await.unwrap_err();
    let refused = async |times, core: &str, expected: &str| {
        let error = load(times, core).await;
        let names = matches!(&error, LoadError::Refused(Refusal::NoRoom(why)) if why.contains(expected));
        assert!(names && error.is_connector(), "{error}");
    };
    let check = async |within: usize, core: &str, expected: &str| {
        // There is room, and it exports nothing that is asked for.
        assert!(matches!(load(within, core).await, LoadError::Contract(_)));
        refused(within + 1, core, expected).await;
    };
    check(64, "", "65 core module instances").await;
    check(2, "(memory 1)", "3 Wasm linear memories").await;
    check(4, "(table 1 funcref)", "5 tables").await;
    // 16 bytes each: of all instances together, and of one.
    let globals = |count: usize| "(global i64 (i64.const 0))".repeat(count);
    check(2, &globals(200_000), "exceeds the configured maximum of 8388608 bytes").await;
    refused(1, &globals(300_000), "exceeds the configured maximum of 4194304 bytes").await;
}
