//! Files that are no connector, or more than a connector may be.

use std::time::Duration;

use rollcall_sandbox::ComponentLimits;
use rollcall_tests::guests::{self, Watched};
use rollcall_tests::rollcall;
use wasm_encoder::{
    CodeSection, ComponentExportKind, ComponentExportSection, ComponentInstanceSection, FunctionSection,
    ModuleSection, TypeSection, ValType,
};

use crate::beside::others_may_run;
use crate::program::{Crime, PEAK};
use crate::{Fails, guests};

guests! {
    stray_data: Fails("crashed", "connector", "out of bounds memory access");
}

/// A file is refused by `pull`, `sync` and `inspect`, with this text.
#[track_caller]
fn refused(name: &str, bytes: &[u8], why: &[&str]) {
    let crime = Crime::of(name, bytes);
    refused_by(name, "inspect", crime.inspect(), why);
    refused_by(name, "pull", crime.pull(), why);
    refused_by(name, "sync", crime.sync(), why);
}

/// As [`refused`], and it takes the compiler to see why.
#[track_caller]
fn refused_by_the_compiler(name: &str, bytes: &[u8], why: &[&str]) {
    let crime = Crime::of(name, bytes);
    refused_by(name, "pull", crime.pull(), why);
    refused_by(name, "sync", crime.sync(), why);
}

#[track_caller]
fn refused_by(name: &str, how: &str, command: std::process::Command, why: &[&str]) {
    let _others = others_may_run();
    let used = Watched::start(command).end();
    assert_eq!(used.ended.code, Some(1), "{name} by {how}: {}", used.ended.stderr);
    for part in why {
        assert!(used.ended.stderr.contains(part), "{name} by {how}: {}", used.ended.stderr);
    }
    assert!(!used.ended.stderr.contains("panicked"), "{name} by {how}: {}", used.ended.stderr);
    // Of the program itself, with a file of 64 MiB in it.
    assert!(used.peak < PEAK, "{name} by {how} took {} MiB", used.peak >> 20);
    assert!(used.wall < Duration::from_secs(30), "{name} by {how} took {:?}", used.wall);
}

/// A component that exports something of the right name, and has this within.
fn component(within: &str) -> Vec<u8> {
    guests::component_text(&format!(
        "(component {within} (instance $empty) (export \"rollcall:connector/source@1.0.0\" (instance $empty)))"
    ))
}

#[test]
fn what_is_no_component() {
    let whole = guests::guest("nothing");
    refused("empty", b"", &["not WebAssembly"]);
    refused("script", b"#!/bin/sh\nexit 0\n", &["not WebAssembly"]);
    refused("text", b"(component)", &["WebAssembly text"]);
    refused("machine-code", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0", &["compiled machine code"]);
    refused("core-module", &guests::core(""), &["core module"]);
    refused("truncated", &whole[..whole.len() / 2], &["damaged"]);
    refused("truncated-by-one", &whole[..whole.len() - 1], &["damaged"]);
    refused("huge", &[&whole[..], &vec![0; 64 << 20]].concat(), &["67108864"]);
}

#[test]
fn a_file_of_a_gigabyte_is_not_even_read() {
    let crime = Crime::of("giant", &guests::guest("nothing"));
    // Zeros that take no place on the disk.
    let file = std::fs::File::options().write(true).open(crime.file("wasm")).expect("the guest's file");
    file.set_len(1 << 30).expect("a file may have holes");
    let why = ["1073741824 bytes, more than the 67108864 allowed"];
    for (how, command) in [("inspect", crime.inspect()), ("pull", crime.pull()), ("sync", crime.sync())] {
        refused_by("giant", how, command, &why);
    }
}

#[test]
fn out_of_proportion() {
    let module = |core: &str| component(&format!("(core module {core})"));
    refused("memory-of-4-gib", &module("(memory 65536)"), &["4294967296 bytes of memory from the start"]);
    refused("memory-64", &module("(memory i64 1)"), &["64-bit memories"]);
    refused("table-of-2-32", &module("(table 0xffffffff funcref)"), &["4294967295 table elements"]);
    refused("nested-10000", &component(&"(component)".repeat(10_000)), &["nested components"]);
    let deep = format!("{}{}", "(component ".repeat(50), ")".repeat(50));
    refused("nested-deep", &component(&deep), &["nested components"]);
    refused("functions-100000", &module(&"(func)".repeat(100_000)), &["100000 functions"]);
}

#[test]
fn what_the_engine_does_not_run() {
    let gc = "(core module (type (struct (field i32))))";
    refused_by_the_compiler("gc-type", &component(gc), &["gc"]);
    let shared = "(core module (memory 1 1 shared))";
    refused("shared-memory", &component(shared), &["shared memories"]);
    let lifted = "(core module $m (func (export \"f\")))
        (core instance $i (instantiate $m))
        (func (export \"f\") async (canon lift (core func $i \"f\") async))";
    refused_by_the_compiler("async-lift", &component(lifted), &["async"]);
}

/// What compiling may take of memory.
const COMPILING: u64 = 1 << 30;

/// A component with one function of so many times these instructions.
fn one_body(times: usize, instructions: &[u8]) -> Vec<u8> {
    let mut types = TypeSection::new();
    types.ty().function([ValType::I32], []);
    let mut functions = FunctionSection::new();
    functions.function(0);
    let mut body = wasm_encoder::Function::new([]);
    body.raw(instructions.repeat(times)).instructions().end();
    let mut code = CodeSection::new();
    code.function(&body);
    let mut module = wasm_encoder::Module::new();
    module.section(&types).section(&functions).section(&code);
    // As `component`, with bytes that would be a great deal of text.
    let mut instances = ComponentInstanceSection::new();
    instances.export_items(std::iter::empty::<(&str, _, _)>());
    let mut exports = ComponentExportSection::new();
    exports.export("rollcall:connector/source@1.0.0", ComponentExportKind::Instance, 0, None);
    let mut component = wasm_encoder::Component::new();
    component.section(&ModuleSection(&module)).section(&instances).section(&exports);
    guests::with_manifest(&component.finish())
}

#[test]
fn one_giant_body() {
    // local.get 0, i32.const 1, i32.add, local.set 0
    let add = [0x20, 0, 0x41, 1, 0x6a, 0x21, 0];
    refused("giant-body", &one_body(8_000_000 / add.len(), &add), &["8000001 bytes in one function"]);
    // The largest there may be: the compiler copes, and finds no contract in it.
    let largest = one_body(ComponentLimits::FUNCTION_BYTES / add.len() - 1, &add);
    let _others = others_may_run();
    let crime = Crime::of("largest-body", &largest);
    let mut pull = crime.pull();
    // Compiled by an earlier run of the tests, it would not be compiled now.
    pull.env("XDG_CACHE_HOME", crime.file("cache"));
    let used = Watched::start(pull).end();
    let ended = used.ended.expect(1);
    assert!(ended.stderr.contains("does not fit the contract"), "{}", ended.stderr);
    eprintln!("compiling the largest function takes {:.1?} and {} MiB", used.cpu, used.peak >> 20);
    assert!(used.peak < COMPILING, "compiling took {} MiB", used.peak >> 20);
}

#[test]
fn what_has_not_one_manifest() {
    let bare = guests::bare("");
    let other = |text: &str| rollcall_sandbox::embed_manifest(&bare, text.as_bytes()).expect("fits in");
    refused("no-manifest", &bare, &["has no manifest"]);
    refused("two-manifests", &guests::with_manifest(&guests::guest("nothing")), &["has 2 manifests"]);
    refused("no-json", &other("{"), &["manifest is not valid"]);
    refused(
        "unknown-key",
        &other(&guests::MANIFEST.replace("\"id\"", "\"identity\"")),
        &["manifest is not valid"],
    );
    let plain = guests::MANIFEST.replace("https:", "http:");
    refused("plain-http", &other(&plain), &["manifest is not valid"]);
    let padded = format!("(component (@custom \"rollcall:connector\" \"{}\"))", " ".repeat(10 << 20));
    let padded = wat::parse_str(padded).expect("text of a component");
    refused("manifest-of-10-mb", &padded, &["`rollcall:connector` has 10485760 bytes"]);
}

#[test]
fn what_is_not_the_contract() {
    let import = |name: &str| format!("(import \"{name}\" (instance))");
    refused(
        "unknown",
        &component(&import("evil:backdoor/shell@1.0.0")),
        &["does not offer", "evil:backdoor/shell@1.0.0"],
    );
    refused(
        "later",
        &component(&import("rollcall:connector/http@2.0.0")),
        &["rollcall:connector/http@2.0.0"],
    );
    refused(
        "outgoing",
        &component(&import("wasi:http/outgoing-handler@0.2.0")),
        &["wasi:http/outgoing-handler@0.2.0"],
    );
    refused("no-source", &guests::component_text("(component)"), &["does not export"]);
    refused_by_the_compiler("no-functions", &component(""), &["does not fit the contract", "`check`"]);
    let other = "(import \"rollcall:connector/log@1.0.0\" (instance (export \"erase-everything\" (func))))";
    refused_by_the_compiler("other-type", &component(other), &["does not fit the contract", "log"]);
}

#[test]
fn sockets_are_refused_with_a_list() {
    let sockets =
        ["wasi:sockets/network@0.2.0", "wasi:sockets/tcp@0.2.0", "wasi:sockets/tcp-create-socket@0.2.0"];
    let imports: String = sockets.map(|name| format!("(import \"{name}\" (instance))")).concat();
    let crime = Crime::of("sockets", &guests::component_text(&format!("(component {imports})")));
    let why = [&sockets[..], &["does not offer", "--stub-wasi"]].concat();
    refused_by("sockets", "sync", crime.sync(), &why);
    refused_by("sockets", "inspect", crime.inspect(), &why);
    // An author who tries a component gets sockets with nothing behind them:
    // it is for another reason that this one does not run.
    refused_by("sockets", "pull", crime.pull(), &["does not export"]);
}

#[test]
fn a_file_that_is_not_there_is_the_callers_mistake() {
    for command in ["pull", "inspect"] {
        rollcall(["connector", command, "/nonexistent/x.wasm"]).expect(2);
    }
}
