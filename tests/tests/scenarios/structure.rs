//! What the parts of the house may lean on, and what is frozen: read from
//! cargo's metadata, from the sources, and from the components as built.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use rollcall_tests::{component, rollcall};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const WORKSPACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

// ---------------------------------------------------------- dependencies ----

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_members: Vec<String>,
    workspace_default_members: Vec<String>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    manifest_path: PathBuf,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    /// `dev`, `build`; a normal one has none.
    kind: Option<String>,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Edge>,
}

#[derive(Deserialize)]
struct Edge {
    pkg: String,
    dep_kinds: Vec<EdgeKind>,
}

#[derive(Deserialize)]
struct EdgeKind {
    kind: Option<String>,
}

/// This machine's, as cargo calls it.
fn platform() -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("-vV").output().expect("rustc starts");
    let text = String::from_utf8(output.stdout).expect("rustc writes UTF-8");
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.expect("rustc knows its host").to_owned()
}

impl Metadata {
    fn read() -> Self {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(cargo)
            .args(["metadata", "--offline", "--locked", "--format-version", "1"])
            // What only other machines would need is not on this one.
            .args(["--filter-platform", &platform()])
            .current_dir(WORKSPACE)
            .output()
            .expect("cargo starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).expect("cargo's metadata")
    }

    /// Members in this folder of the workspace.
    fn members(&self, folder: &str) -> Vec<&Package> {
        let within = fs::canonicalize(Path::new(WORKSPACE).join(folder)).expect("the folder is there");
        let members = self.packages.iter().filter(|package| self.workspace_members.contains(&package.id));
        let found: Vec<_> = members.filter(|package| package.manifest_path.starts_with(&within)).collect();
        assert!(!found.is_empty(), "nothing in {folder}");
        found
    }

    /// Whatever is linked into a package, by name.
    fn linked(&self, package: &Package) -> BTreeSet<&str> {
        let names: BTreeMap<_, _> =
            self.packages.iter().map(|one| (one.id.as_str(), one.name.as_str())).collect();
        let nodes: BTreeMap<_, _> = self.resolve.nodes.iter().map(|node| (node.id.as_str(), node)).collect();
        let (mut seen, mut todo) = (BTreeSet::new(), vec![package.id.as_str()]);
        while let Some(id) = todo.pop() {
            let normal = |edge: &&Edge| edge.dep_kinds.iter().any(|kind| kind.kind.is_none());
            for edge in nodes[id].deps.iter().filter(normal) {
                if seen.insert(edge.pkg.as_str()) {
                    todo.push(&edge.pkg);
                }
            }
        }
        seen.into_iter().map(|id| names[id]).collect()
    }
}

impl Package {
    fn names(&self, dependency: &str) -> bool {
        self.dependencies.iter().any(|one| one.name == dependency && one.kind.is_none())
    }
}

#[test]
fn each_outside_thing_is_named_by_one_crate_of_the_host() {
    let metadata = Metadata::read();
    let host = metadata.members("host");
    let check = |things: &[&str], expected: &[&str]| {
        let by = |package: &&&Package| things.iter().any(|thing| package.names(thing));
        let found: Vec<_> = host.iter().filter(by).map(|package| package.name.as_str()).collect();
        assert!(found.iter().all(|name| expected.contains(name)), "{things:?} is named by {found:?}");
        found.len()
    };
    assert_eq!(check(&["wasmtime", "wasmtime-wasi"], &["rollcall-sandbox"]), 1);
    let clients = ["reqwest", "hyper", "hyper-util", "ureq", "isahc", "curl", "awc"];
    assert_eq!(check(&clients, &["rollcall-egress"]), 1);
    assert_eq!(check(&["redb"], &["rollcall-store"]), 1);
    assert_eq!(check(&["russh", "russh-sftp", "ssh2", "libssh2-sys"], &["rollcall-files"]), 1);
    assert_eq!(check(&["pgp", "sequoia-openpgp"], &["rollcall-files"]), 1);
    check(&["axum", "axum-core", "warp", "actix-web"], &["rollcall-server"]);
}

#[test]
fn pure_crates_have_no_input_and_no_output() {
    let metadata = Metadata::read();
    let host = metadata.members("host");
    for name in ["rollcall-model", "rollcall-pipeline", "rollcall-grants"] {
        let package = host.iter().find(|package| package.name == name).expect("the crate is there");
        let linked = metadata.linked(package);
        for absent in ["tokio", "mio", "reqwest", "hyper", "redb", "wasmtime", "tracing-subscriber"] {
            assert!(!linked.contains(absent), "{name} depends on {absent}");
        }
    }
    // The search does find what is there.
    let egress = host.iter().find(|package| package.name == "rollcall-egress").expect("the crate is there");
    assert!(metadata.linked(egress).contains("mio"));
}

#[test]
fn guests_know_nothing_of_the_host() {
    let metadata = Metadata::read();
    let host: BTreeSet<_> =
        metadata.members("host").into_iter().map(|package| package.name.as_str()).collect();
    for package in metadata.members("sdk").into_iter().chain(metadata.members("connectors")) {
        let named = package.dependencies.iter().find(|one| host.contains(one.name.as_str()));
        assert!(named.is_none(), "{} depends on {}", package.name, named.map_or("", |one| &one.name));
    }
}

#[test]
fn a_plain_build_builds_the_host_and_no_guest() {
    let metadata = Metadata::read();
    let host: BTreeSet<_> = metadata.members("host").into_iter().map(|package| &package.id).collect();
    assert_eq!(metadata.workspace_default_members.iter().collect::<BTreeSet<_>>(), host);
}

// --------------------------------------------------------------- sources ----

#[test]
fn only_the_sandbox_may_have_unsafe_code() {
    let mut files = Vec::new();
    sources(&Path::new(WORKSPACE).join("host"), &mut files);
    assert!(files.len() > 100, "only {} files", files.len());
    let sandbox = Path::new(WORKSPACE).join("host/sandbox");
    for file in files.iter().filter(|file| !file.starts_with(&sandbox)) {
        let text = fs::read_to_string(file).expect("a source");
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            let mut words = code.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
            assert!(!words.any(|word| word == "unsafe"), "{}:{}", file.display(), number + 1);
        }
    }
}

fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            into.push(path);
        }
    }
}

// -------------------------------------------------------------- contract ----

/// Files of the contract with their hashes, as released: what differs is
/// another contract, and belongs into another major version.
#[test]
fn the_contract_is_the_one_that_was_released() {
    let released = include_str!("../../fixtures/wit-v1.sha256");
    let released: BTreeMap<_, _> = released
        .lines()
        .map(|line| line.split_once("  ").expect("hash and name"))
        .map(|(hash, name)| (name.to_owned(), hash.to_owned()))
        .collect();
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(Path::new(WORKSPACE).join("wit/v1")).expect("the contract") {
        let path = entry.expect("an entry").path();
        let digest = Sha256::digest(fs::read(&path).expect("a file of the contract"));
        let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
        found.insert(name, digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    }
    assert_eq!(found, released, "wit/v1 is frozen: a change needs wit/v2");
}

#[test]
fn components_import_the_contract_and_nothing_else() {
    let allowed = ["types", "http", "log", "files"].map(|name| format!("rollcall:connector/{name}@1.0.0"));
    let metadata = Metadata::read();
    for package in metadata.members("connectors") {
        let folder = package.manifest_path.parent().expect("a manifest lies in a folder");
        let id = folder.file_name().expect("a folder has a name").to_string_lossy().into_owned();
        let file = component(&id);
        let inspect = ["connector", "inspect", "--format", "json", file.to_str().expect("a plain path")];
        let report: Value = rollcall(inspect).expect(0).json();
        let imports: Vec<_> = report["imports"].as_array().expect("imports").iter().collect();
        assert!(!imports.is_empty(), "{id}");
        for import in imports {
            assert!(allowed.iter().any(|name| import == name), "{id} imports {import}");
        }
        assert_eq!(report["foreign_imports"], json!([]), "{id}");
        assert_eq!(report["exports"], json!(["rollcall:connector/source@1.0.0"]), "{id}");
        assert_eq!(report["manifest"]["id"], *id);
    }
}
