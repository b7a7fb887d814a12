//! Guests that are not friendly: WebAssembly text of `hostile/`, made into
//! components of the real contract, and what running one costs the host.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rollcall_sandbox::embed_manifest;
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::{PackageId, Resolve};

use crate::host::{Ended, watched};

/// One host, one path, no credential.
pub const MANIFEST: &str = r#"{
    "id": "hostile", "version": "1.0.0", "name": "Hostile", "category": "hris", "guide": {"en": "Do not."},
    "hosts": [{"alias": "api", "url": "https://api.example.com", "allow": ["GET /people"]}]
}"#;

const PACKAGE: &str = env!("CARGO_MANIFEST_DIR");
const COMMON: &str = include_str!("../hostile/guest.wat");
const OWN: &str = ";; <the file's own, and default functions>";

const RUN: &str = "(param i32 i32 i32 i32 i32 i64 i32 i32 i32 i32 i32 i32 i32 i32)";
const ALLOCATE: &str = "(result i32)
    global.get $free
    (global.set $free
        (i32.and (i32.add (i32.add (global.get $free) (local.get 3)) (i32.const 15)) (i32.const -16)))";

/// What makes a guest: the text of `hostile/NAME.wat`.
pub fn own(name: &str) -> String {
    let file = Path::new(PACKAGE).join("hostile").join(format!("{name}.wat"));
    std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// The core module of a guest: its own text, and for the rest functions that
/// answer with an empty page.
pub fn core(own: &str) -> Vec<u8> {
    wat::parse_str(text(own)).unwrap_or_else(|error| panic!("{own}: {error}"))
}

fn text(own: &str) -> String {
    let page = "(result i32) i32.const 1024";
    let defaults = [
        ("$realloc", format!("(param i32 i32 i32 i32) {ALLOCATE}")),
        ("$check", format!("{RUN} {page}")),
        ("$discover", format!("{RUN} {page}")),
        ("$pull-groups", format!("(param i32) {page}")),
        ("$pull-memberships", format!("(param i32) {page}")),
        ("$pull-workers", format!("(param i32) {page}")),
        ("$post-pull-workers", "(param i32)".to_owned()),
    ];
    let mut text = own.to_owned();
    for (function, body) in defaults {
        if !own.contains(&format!("(func {function} ")) {
            text.push_str(&format!("(func {function} {body})\n"));
        }
    }
    assert!(COMMON.contains(OWN), "guest.wat has no place for the file's own");
    COMMON.replace(OWN, &text)
}

/// The guest as a component, without a manifest.
pub fn bare(own: &str) -> Vec<u8> {
    let (resolve, package) = contract();
    component(core(own), &resolve, package, "connector")
}

/// A guest that does nothing, and brings WASI along as stock toolchains do.
/// Without a manifest.
pub fn with_wasi() -> Vec<u8> {
    let text = text("").replacen("(import", &format!("{WASI_IMPORT} (import"), 1);
    let (mut resolve, _) = contract();
    resolve.push_str("random.wit", WASI).expect("WASI");
    let package = resolve.push_str("stock.wit", STOCK).expect("a world with both");
    component(wat::parse_str(text).expect("a module"), &resolve, package, "stock")
}

const WASI_IMPORT: &str = r#"(import "wasi:random/random@0.2.0" "get-random-u64" (func (result i64)))"#;
const WASI: &str = "package wasi:random@0.2.0; interface random { get-random-u64: func() -> u64; }";
const STOCK: &str = "package test:stock;
    world stock { include rollcall:connector/connector@1.0.0; import wasi:random/random@0.2.0; }";

fn contract() -> (Resolve, PackageId) {
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(Path::new(PACKAGE).join("../wit/v1")).expect("the contract");
    (resolve, package)
}

fn component(mut module: Vec<u8>, resolve: &Resolve, package: PackageId, world: &str) -> Vec<u8> {
    let world = resolve.select_world(&[package], Some(world)).expect("the world");
    embed_component_metadata(&mut module, resolve, world, StringEncoding::UTF8).expect("metadata");
    let mut encoder = ComponentEncoder::default().module(&module).expect("a module of the world");
    encoder.encode().unwrap_or_else(|error| panic!("{error:#}"))
}

/// The guest of `hostile/NAME.wat` as it would be shipped.
pub fn guest(name: &str) -> Vec<u8> {
    with_manifest(&bare(&own(name)))
}

pub fn with_manifest(component: &[u8]) -> Vec<u8> {
    embed_manifest(component, MANIFEST.as_bytes()).expect("the manifest fits in")
}

/// A component that is not made from a module of ours.
pub fn component_text(text: &str) -> Vec<u8> {
    with_manifest(&wat::parse_str(text).expect("text of a component"))
}

/// Where the guest and what belongs to it are written: `NAME.wasm`, and
/// `NAME.toml`, the integration that runs it.
pub fn write(directory: &Path, name: &str, component: &[u8]) -> PathBuf {
    let file = directory.join(format!("{name}.wasm"));
    let integration = format!("tenant = \"victim\"\nintegration = \"people\"\nconnector = \"{name}.wasm\"\n");
    std::fs::write(&file, component)
        .and_then(|()| std::fs::write(directory.join(format!("{name}.toml")), integration))
        .expect("the guest is written");
    file
}

/// A program under way, whose use of the machine is measured.
pub struct Watched {
    work: thread::JoinHandle<Used>,
}

/// How a program ended, and what it used, its child processes included.
pub struct Used {
    pub ended: Ended,
    pub cpu: Duration,
    pub wall: Duration,
    /// Bytes of memory of the largest process, at its largest.
    pub peak: u64,
}

impl Watched {
    pub fn start(command: Command) -> Self {
        let started = Instant::now();
        let report = tempfile::NamedTempFile::new().expect("a file for the report");
        let mut watched = Command::new(watched());
        watched.arg(report.path()).arg(command.get_program()).args(command.get_args()).stdin(Stdio::null());
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => watched.env(name, value),
                None => watched.env_remove(name),
            };
        }
        let work = thread::spawn(move || {
            let ended: Ended = watched.output().expect("the program starts").into();
            let told = std::fs::read_to_string(report.path()).expect("the report is read");
            let numbers =
                told.split_once(' ').and_then(|(cpu, peak)| Some((cpu.parse().ok()?, peak.parse().ok()?)));
            let (cpu, peak) =
                numbers.unwrap_or_else(|| panic!("no report of how it ended: {}", ended.stderr));
            Used { ended, cpu: Duration::from_micros(cpu), wall: started.elapsed(), peak }
        });
        Self { work }
    }

    pub fn end(self) -> Used {
        self.work.join().expect("the program is watched to its end")
    }
}
