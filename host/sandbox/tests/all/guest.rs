//! Guests in WebAssembly text, made into components with the real contract.

use std::sync::Arc;

use rollcall_grants::{FetchError, Fetching, Network, Outside, Request, Response};
use rollcall_sandbox::{
    Call, Compile, Connector, Limits, Metering, Nesting, NoLog, PoolSize, PullMode, RunInput, Sandbox,
    SandboxOptions, Wasi, embed_manifest,
};
use tempfile::TempDir;
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

pub const MANIFEST: &str = r#"{
    "id": "test", "version": "1.0.0", "name": "Test", "category": "hris", "guide": {"en": "None."},
    "hosts": [{"alias": "api", "url": "https://api.example.com", "allow": ["GET /people"]}]
}"#;

/// A core module whose `pull-workers` does `body` and then returns an empty
/// page; `extra` is added to the module. Memory is zero but for the first bytes,
/// so a pointer to it is an empty page, and an empty request as well.
pub fn module(extra: &str, body: &str) -> String {
    format!(
        r#"(module
            (import "rollcall:connector/log@1.0.0" "emit" (func $emit (param i32 i32 i32)))
            (import "rollcall:connector/http@1.0.0" "fetch" (func $fetch (param i32 i32)))
            (import "rollcall:connector/http@1.0.0" "fetch-all" (func $fetch_all (param i32 i32 i32)))
            (memory (export "memory") 2)
            (global $free (mut i32) (i32.const 65536))
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
                global.get $free
                (global.set $free (i32.and (i32.add (i32.add (global.get $free) (local.get 3)) (i32.const 15)) (i32.const -16))))
            (func (export "rollcall:connector/source@1.0.0#check")
                (param i32 i32 i32 i32 i32 i64 i32 i32 i32 i32 i32 i32 i32 i32) (result i32) i32.const 1024)
            (func (export "rollcall:connector/source@1.0.0#discover")
                (param i32 i32 i32 i32 i32 i64 i32 i32 i32 i32 i32 i32 i32 i32) (result i32) i32.const 1024)
            (func (export "rollcall:connector/source@1.0.0#pull-groups") (param i32) (result i32) i32.const 1024)
            (func (export "rollcall:connector/source@1.0.0#pull-memberships") (param i32) (result i32) i32.const 1024)
            {extra}
            (func (export "rollcall:connector/source@1.0.0#pull-workers") (param $run i32) (result i32)
                {body}
                i32.const 1024))"#
    )
}

/// With the manifest.
pub fn component(extra: &str, body: &str) -> Vec<u8> {
    with_manifest(&bare_component(&module(extra, body)))
}

pub fn with_manifest(component: &[u8]) -> Vec<u8> {
    embed_manifest(component, MANIFEST.as_bytes()).unwrap()
}

pub fn bare_component(text: &str) -> Vec<u8> {
    let mut module = wat::parse_str(text).unwrap();
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../../wit/v1")).unwrap();
    let world = resolve.select_world(&[package], Some("connector")).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    ComponentEncoder::default().module(&module).unwrap().validate(true).encode().unwrap()
}

pub struct Host {
    pub sandbox: Sandbox,
    pub cache: TempDir,
}

pub fn options(cache: &TempDir) -> SandboxOptions {
    SandboxOptions {
        cache_dir: cache.path().join("cache"),
        wasi: Wasi::Refuse,
        metering: Metering::Epochs,
        compile: Compile::InProcess,
        pool: PoolSize::SMALL,
    }
}

pub fn host() -> Host {
    host_with(|_| {})
}

pub fn host_with(change: impl FnOnce(&mut SandboxOptions)) -> Host {
    let cache = tempfile::tempdir().unwrap();
    let mut options = options(&cache);
    change(&mut options);
    Host { sandbox: Sandbox::new(options).unwrap(), cache }
}

/// Loads a guest whose `pull-workers` does `body`.
pub async fn guest(host: &Host, extra: &str, body: &str) -> Connector {
    host.sandbox.load(&component(extra, body)).await.unwrap()
}

pub fn run() -> RunInput {
    RunInput {
        id: "run-1".into(),
        mode: PullMode::Full,
        now_ms: 1_700_000_000_000,
        settings: Arc::new([("subdomain".to_owned(), "acme".to_owned())]),
        wanted_attributes: Arc::new([]),
        wanted_groups: Arc::new([]),
        nesting: Nesting::Direct,
        page_size: 100,
    }
}

pub fn call() -> Call {
    call_to(Answers(|_| Err(FetchError::Timeout)))
}

pub fn call_to(network: impl Network + 'static) -> Call {
    Call {
        run: run(),
        cursor: None,
        outside: Outside::Network(Arc::new(network)),
        log: Arc::new(NoLog),
        limits: Limits::COMPILED,
    }
}

/// A network that answers by a function.
pub struct Answers<F>(pub F);

impl<F: Fn(Request) -> Result<Response, FetchError> + Send + Sync> Network for Answers<F> {
    fn fetch(&self, request: Request) -> Fetching<'_, Result<Response, FetchError>> {
        Box::pin(async move { (self.0)(request) })
    }

    fn fetch_all(&self, requests: Vec<Request>) -> Fetching<'_, Vec<Result<Response, FetchError>>> {
        Box::pin(async move { requests.into_iter().map(&self.0).collect() })
    }
}

/// A network that never answers.
pub struct Silence;

impl Network for Silence {
    fn fetch(&self, _: Request) -> Fetching<'_, Result<Response, FetchError>> {
        Box::pin(std::future::pending())
    }

    fn fetch_all(&self, _: Vec<Request>) -> Fetching<'_, Vec<Result<Response, FetchError>>> {
        Box::pin(std::future::pending())
    }
}
