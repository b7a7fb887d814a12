//! The closed WASI: there, and nothing behind it.

use std::sync::{Arc, Mutex};

use rollcall_model::Failure;
use rollcall_sandbox::{Call, LoadError, LogLevel, LogSink, Refusal, Wasi, WorkerPage};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

use crate::guest::{call, host_with, module, with_manifest};

/// The part of WASI 0.2 that the guest below uses.
const WASI: &[(&str, &str)] = &[
    (
        "io.wit",
        "package wasi:io@0.2.0;
         interface error { resource error; }
         interface streams {
            use error.{error};
            variant stream-error { last-operation-failed(error), closed }
            resource output-stream {
                blocking-write-and-flush: func(contents: list<u8>) -> result<_, stream-error>;
            }
         }",
    ),
    (
        "cli.wit",
        "package wasi:cli@0.2.0;
         interface environment {
            get-environment: func() -> list<tuple<string, string>>;
            get-arguments: func() -> list<string>;
         }
         interface stdout { use wasi:io/streams@0.2.0.{output-stream}; get-stdout: func() -> output-stream; }
         interface exit { exit: func(status: result); }",
    ),
    (
        "clocks.wit",
        "package wasi:clocks@0.2.0;
         interface wall-clock { record datetime { seconds: u64, nanoseconds: u32 } now: func() -> datetime; }",
    ),
    (
        "random.wit",
        "package wasi:random@0.2.0;
         interface random {
            get-random-bytes: func(len: u64) -> list<u8>;
            get-random-u64: func() -> u64;
         }",
    ),
    (
        "probe.wit",
        "package test:probe;
         world probe {
            include rollcall:connector/connector@1.0.0;
            import wasi:cli/environment@0.2.0;
            import wasi:cli/stdout@0.2.0;
            import wasi:cli/exit@0.2.0;
            import wasi:clocks/wall-clock@0.2.0;
            import wasi:random/random@0.2.0;
         }",
    ),
];

const IMPORTS: &str = r#"
    (import "wasi:cli/environment@0.2.0" "get-environment" (func $environment (param i32)))
    (import "wasi:cli/environment@0.2.0" "get-arguments" (func $arguments (param i32)))
    (import "wasi:cli/stdout@0.2.0" "get-stdout" (func $stdout (result i32)))
    (import "wasi:cli/exit@0.2.0" "exit" (func $exit (param i32)))
    (import "wasi:io/streams@0.2.0" "[method]output-stream.blocking-write-and-flush"
        (func $print (param i32 i32 i32 i32)))
    (import "wasi:clocks/wall-clock@0.2.0" "now" (func $now (param i32)))
    (import "wasi:random/random@0.2.0" "get-random-u64" (func $random (result i64)))
    (import "wasi:random/random@0.2.0" "get-random-bytes" (func $random_bytes (param i64 i32)))
    (import "rollcall:connector/log@1.0.0" "#;

fn component(extra: &str, body: &str) -> Vec<u8> {
    let text = module(extra, body).replacen(r#"(import "rollcall:connector/log@1.0.0" "#, IMPORTS, 1);
    let mut module = wat::parse_str(text).unwrap();
    let mut resolve = Resolve::default();
    resolve.push_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../../wit/v1")).unwrap();
    let packages: Vec<_> = WASI.iter().map(|(name, text)| resolve.push_str(name, text).unwrap()).collect();
    let world = resolve.select_world(&packages[4..], Some("probe")).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    with_manifest(&ComponentEncoder::default().module(&module).unwrap().validate(true).encode().unwrap())
}

#[derive(Default)]
struct Lines(Mutex<Vec<(LogLevel, String)>>);

impl LogSink for Lines {
    fn line(&self, level: LogLevel, message: &str) {
        self.0.lock().unwrap().push((level, message.to_owned()));
    }
}

/// Traps unless environment and arguments are empty and the clock shows the
/// run's time; prints; writes a random number to the log as two characters.
const PROBE: &str = r#"(local $number i64)
    (call $environment (i32.const 4096)) (if (i32.load (i32.const 4100)) (then unreachable))
    (call $arguments (i32.const 4096)) (if (i32.load (i32.const 4100)) (then unreachable))
    (call $now (i32.const 4096))
    (if (i64.ne (i64.load (i32.const 4096)) (i64.const 1700000000)) (then unreachable))
    (call $print (call $stdout) (i32.const 3072) (i32.const 9) (i32.const 4096))
    (if (i32.load8_u (i32.const 4096)) (then unreachable))
    (local.set $number (call $random))
    (i64.store (i32.const 5000) (i64.and (local.get $number) (i64.const 0x0f0f0f0f0f0f0f0f)))
    (i64.store (i32.const 5000) (i64.or (i64.load (i32.const 5000)) (i64.const 0x4040404040404040)))
    (call $emit (i32.const 0) (i32.const 5000) (i32.const 8))"#;

#[tokio::test(flavor = "multi_thread")]
async fn it_is_empty_and_the_same_every_time() {
    let host = host_with(|options| options.wasi = Wasi::Closed);
    let bytes = component(r#"(data (i32.const 3072) "one\n\1btwo\n")"#, PROBE);
    let connector = host.sandbox.load(&bytes).await.unwrap();
    let lines = Arc::new(Lines::default());
    for _ in 0..2 {
        let called = connector.pull_workers(Call { log: lines.clone(), ..call() }).await;
        assert!(called.result.is_ok(), "{called:?}");
        assert_eq!(called.usage.log_lines, 3);
    }
    let lines = lines.0.lock().unwrap();
    assert_eq!(lines[0], (LogLevel::Info, "one".to_owned()));
    assert_eq!(lines[1], (LogLevel::Info, "\\u{1b}two".to_owned()));
    assert_eq!(lines[..3], lines[3..]);
}

#[tokio::test(flavor = "multi_thread")]
async fn exit_is_a_crash() {
    let host = host_with(|options| options.wasi = Wasi::Closed);
    let connector = host.sandbox.load(&component("", "(call $exit (i32.const 0))")).await.unwrap();
    let failure = connector.pull_workers(call()).await.result.unwrap_err();
    assert_eq!(failure, Failure::Crashed { detail: "it ended itself".into() });
}

async fn pulled(body: &str) -> Result<WorkerPage, Failure> {
    let host = host_with(|options| options.wasi = Wasi::Closed);
    let connector = host.sandbox.load(&component("", body)).await.unwrap();
    connector.pull_workers(call()).await.result
}

/// A guest that does `body` so often.
fn repeated(times: u32, body: &str) -> String {
    format!(
        "(local $left i32) (local.set $left (i32.const {times}))
         (loop $again {body} (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn handles_are_bounded() {
    // Each is one more handle, and none is given back.
    let opened = async |times| pulled(&repeated(times, "(drop (call $stdout))")).await;
    assert_eq!(opened(1_000).await, Ok(WorkerPage::default()));
    let failure = opened(1_100).await.unwrap_err();
    assert_eq!(failure, Failure::Budget { detail: "1024 handles".into() });
}

#[tokio::test(flavor = "multi_thread")]
async fn random_bytes_are_bounded() {
    let asked = async |bytes: u32| {
        pulled(&format!(
            "(drop (memory.grow (i32.const 2))) (call $random_bytes (i64.const {bytes}) (i32.const 4096))"
        ))
        .await
    };
    assert_eq!(asked(64 * 1024).await, Ok(WorkerPage::default()));
    let failure = asked(64 * 1024 + 1).await.unwrap_err();
    assert_eq!(failure, Failure::Contract { detail: "requested len 65537 exceeds limit 65536".into() });
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_refused_unless_asked_for() {
    let error = host_with(|_| {}).sandbox.load(&component("", PROBE)).await.unwrap_err();
    let LoadError::Refused(Refusal::Imports(names)) = error else { panic!("{error}") };
    assert!(names.iter().all(|name| name.starts_with("wasi:")) && names.len() >= 6, "{names:?}");
}
