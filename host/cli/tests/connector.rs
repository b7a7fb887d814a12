//! `rollcall connector build` and `inspect`, and the compiling child, as
//! processes: what they print and how they end.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use rollcall_sandbox::{Compile, CompileError, LoadError, Metering, PoolSize, Sandbox, SandboxOptions, Wasi};
use tempfile::TempDir;

const MANIFEST: &str = r#"
id = "acme"
version = "1.2.3"
name = "Acme"
category = "hris"
guide = { en = "None." }

[[settings]]
key = "region"
label = { en = "Region" }
options = ["eu", "us"]
required = true

[[settings]]
key = "client_secret"
label = { en = "Secret" }
secret = true

[[hosts]]
alias = "api"
url = { setting = "region", urls = { eu = "https://eu.example.com", us = "https://us.example.com" } }
allow = ["GET /people", "GET /people/*"]
rate = { requests = 60, seconds = 60 }

[[slots]]
name = "api"
auth = { scheme = "oauth2-client-credentials", token_url = "https://login.example.com/token", client_id = "me", client_secret = "{client_secret}" }

[[permissions]]
name = "people:read"
required = true
purpose = { en = "Everybody who works there." }

[attributes]
basic = ["name.given"]
"#;

/// Exports an empty `source`: enough to be read, not to be run.
const COMPONENT: &str = r#"(component
    (import "rollcall:connector/http@1.0.0" (instance))
    (instance $empty)
    (export "rollcall:connector/source@1.0.0" (instance $empty)))"#;

fn rollcall(arguments: &[&str], directory: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_rollcall")).args(arguments).current_dir(directory).output().unwrap()
}

#[track_caller]
fn check(output: &Output, code: i32, expected: &[&str]) {
    let shown = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{shown}");
    for text in expected {
        assert!(shown.contains(text), "{text} is missing in:\n{shown}");
    }
}

/// A directory with a component that another toolchain made.
fn directory(component: &str, manifest: &str) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("acme-raw.wasm"), wat::parse_str(component).unwrap()).unwrap();
    fs::write(directory.path().join("connector.toml"), manifest).unwrap();
    directory
}

#[test]
fn r21_a_ready_made_component_gets_its_manifest_and_shows_it() {
    let directory = directory(COMPONENT, MANIFEST);
    let built = rollcall(&["connector", "build", "acme-raw.wasm", "--out", "out"], directory.path());
    check(&built, 0, &["acme 1.2.3", "sha256:", "out/acme.wasm"]);
    let shown = rollcall(&["connector", "inspect", "out/acme.wasm"], directory.path());
    let expected = [
        "Acme 1.2.3 (acme)",
        "reaches the network only through the host, which sends to api",
        "not imported",
        "rollcall:connector/http@1.0.0",
        "https://eu.example.com (region = eu)",
        "GET /people/*",
        "60 requests in 60 s",
        "https://login.example.com/token",
        "OAuth 2.0 client credentials of `me`",
        "people:read",
        "Everybody who works there.",
        "name.given",
    ];
    check(&shown, 0, &expected);
    let json = rollcall(&["connector", "inspect", "out/acme.wasm", "--format", "json"], directory.path());
    let report: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(report["manifest"]["id"], "acme");
    assert_eq!(report["egress"][0]["urls"][1]["url"], "https://us.example.com");
    assert_eq!(report["manifest"]["permissions"][0]["name"], "people:read");
    assert_eq!(report["token_endpoints"][0]["slot"], "api");
    let built_again = rollcall(&["connector", "build", "acme-raw.wasm", "--out", "out"], directory.path());
    assert_eq!(built.stdout, built_again.stdout);
}

#[test]
fn mistakes_are_told_before_anything_is_built() {
    let run = |manifest: &str| {
        let directory = directory(COMPONENT, manifest);
        rollcall(&["connector", "build", "acme-raw.wasm"], directory.path())
    };
    check(&run("id = 1"), 2, &["connector.toml is not valid"]);
    check(&run(&MANIFEST.replace("GET /people\"", "FLY /people\"")), 2, &["connector.toml is not valid"]);
    let empty = tempfile::tempdir().unwrap();
    check(&rollcall(&["connector", "build"], empty.path()), 2, &["give the directory of a connector"]);
    check(&rollcall(&["connector", "build", "nowhere"], empty.path()), 2, &["open nowhere"]);
    check(&rollcall(&["connector", "inspect", "nothing.wasm"], empty.path()), 2, &["nothing.wasm"]);
}

#[test]
fn what_a_host_refuses_is_not_finished() {
    let wasi = COMPONENT.replace("rollcall:connector/http@1.0.0", "wasi:cli/environment@0.2.0");
    let directory = directory(&wasi, MANIFEST);
    let built = rollcall(&["connector", "build", "acme-raw.wasm", "--out", "out"], directory.path());
    check(&built, 1, &["connector `acme`", "wasi:cli/environment@0.2.0", "--stub-wasi"]);
    assert!(!directory.path().join("out/acme.wasm").exists());
    // It can be looked at all the same.
    let shown = rollcall(&["connector", "inspect", "acme-raw.wasm"], directory.path());
    check(&shown, 1, &["REFUSED", "1 interfaces that are not the contract's", "wasi:cli/environment@0.2.0"]);
}

#[test]
fn the_child_compiles_and_reports() {
    let directory = tempfile::tempdir().unwrap();
    let compile = |bytes: &[u8]| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_rollcall"))
            .args(["compile-component", "--metering", "fuel", "--output", "out.cwasm"])
            .current_dir(directory.path())
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(bytes).unwrap();
        child.wait_with_output().unwrap()
    };
    check(&compile(b"nonsense"), 1, &["magic"]);
    assert!(!directory.path().join("out.cwasm").exists());
    check(&compile(&wat::parse_str(COMPONENT).unwrap()), 0, &[]);
    assert!(fs::read(directory.path().join("out.cwasm")).unwrap().starts_with(b"\x7fELF"));
}

/// The component is compiled, loaded from the cache and linked; what it lacks is
/// found only then.
#[tokio::test(flavor = "multi_thread")]
async fn a_host_takes_what_the_child_compiled() {
    let directory = directory(COMPONENT, MANIFEST);
    check(&rollcall(&["connector", "build", "acme-raw.wasm", "--out", "."], directory.path()), 0, &[]);
    let component = fs::read(directory.path().join("acme.wasm")).unwrap();
    let program = env!("CARGO_BIN_EXE_rollcall").into();
    let options = |program| SandboxOptions {
        cache_dir: directory.path().join("cache"),
        wasi: Wasi::Refuse,
        metering: Metering::Epochs,
        compile: Compile::InChild { program, args: vec!["compile-component".into()] },
        pool: PoolSize::SMALL,
    };
    let error = Sandbox::new(options(program)).unwrap().load(&component).await.unwrap_err();
    assert!(matches!(&error, LoadError::Contract(why) if why.contains("check")), "{error}");
    let absent = Sandbox::new(options("/nonexistent".into())).unwrap();
    let error = absent.load(&component).await.unwrap_err();
    assert!(!matches!(error, LoadError::Compile(CompileError::Start(_))), "compiled again: {error}");
}
