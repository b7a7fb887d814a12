//! Builds every Rust connector given, in one cargo call per workspace, in a
//! target directory of its own: guests and host share no compiler, no settings
//! and no lock.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail, ensure};
use serde::Deserialize;

use super::project::{Project, Source};
use super::toolchain::{TARGET, Toolchain};
use crate::exit::{Exit, Sort as _};

/// What cargo built, by the package's `Cargo.toml`.
#[derive(Debug, Default)]
pub struct Built(BTreeMap<PathBuf, Package>);

#[derive(Debug)]
pub struct Package {
    /// The core module.
    pub wasm: PathBuf,
    /// The workspace's, not the guests' own.
    pub target_directory: PathBuf,
    name: String,
}

impl Built {
    pub fn package(&self, manifest: &Path) -> anyhow::Result<&Package> {
        self.0.get(manifest).with_context(|| format!("{} was not built", manifest.display()))
    }
}

/// The part of `cargo metadata` that is read here.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<MetadataPackage>,
    workspace_root: PathBuf,
    target_directory: PathBuf,
}

#[derive(Deserialize)]
struct MetadataPackage {
    name: String,
    manifest_path: PathBuf,
    targets: Vec<MetadataTarget>,
}

#[derive(Deserialize)]
struct MetadataTarget {
    name: String,
    crate_types: Vec<String>,
}

pub fn build(projects: &[Project]) -> Result<Built, Exit> {
    let mut built = Built::default();
    let mut workspaces: BTreeMap<PathBuf, Workspace> = BTreeMap::new();
    for project in projects {
        let Source::Cargo { directory, package } = &project.source else { continue };
        let metadata = metadata(directory).or_usage()?;
        let found = find(&metadata, package).or_usage()?;
        workspaces
            .entry(metadata.workspace_root)
            .or_insert_with(|| Workspace {
                guests: metadata.target_directory.join("guests"),
                packages: vec![],
            })
            .packages
            .push(found.name.clone());
        built.0.insert(package.clone(), found);
    }
    if workspaces.is_empty() {
        return Ok(built);
    }
    let toolchain = Toolchain::find().or_host()?;
    eprintln!("building with {}", toolchain.describe());
    for (root, workspace) in &workspaces {
        workspace.build(root, &toolchain)?;
    }
    Ok(built)
}

fn metadata(directory: &Path) -> anyhow::Result<Metadata> {
    let output = Command::new("cargo")
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .current_dir(directory)
        .output()
        .context("run cargo")?;
    ensure!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr).trim());
    serde_json::from_slice(&output.stdout).context("read the answer of cargo metadata")
}

fn find(metadata: &Metadata, manifest: &Path) -> anyhow::Result<Package> {
    let is_it = |package: &&MetadataPackage| package.manifest_path == manifest;
    let package = metadata.packages.iter().find(is_it).with_context(|| {
        format!(
            "{} is not a package of the workspace {}",
            manifest.display(),
            metadata.workspace_root.display()
        )
    })?;
    let is_guest = |target: &&MetadataTarget| target.crate_types.iter().any(|kind| kind == "cdylib");
    let Some(library) = package.targets.iter().find(is_guest) else {
        bail!("package {} is no connector; it needs `crate-type = [\"cdylib\"]` under [lib]", package.name);
    };
    let file = format!("{}.wasm", library.name.replace('-', "_"));
    Ok(Package {
        wasm: metadata.target_directory.join("guests").join(TARGET).join("guest").join(file),
        target_directory: metadata.target_directory.clone(),
        name: package.name.clone(),
    })
}

struct Workspace {
    /// Where guests are built.
    guests: PathBuf,
    packages: Vec<String>,
}

impl Workspace {
    /// One cargo call for each: what they share is built by the first. Only
    /// `cargo rustc` with a single crate type optimises over crates; with the
    /// `rlib` that tests need beside it, cargo leaves that out, and guests come
    /// out larger and slower.
    fn build(&self, root: &Path, toolchain: &Toolchain) -> Result<(), Exit> {
        for package in &self.packages {
            let mut cargo = Command::new("cargo");
            cargo.current_dir(root).args(["rustc", "--lib", "--crate-type", "cdylib", "--profile", "guest"]);
            cargo.args(["--package", package, "--target-dir"]).arg(&self.guests);
            toolchain.apply(&mut cargo);
            if !has_profile(root) {
                cargo.args(PROFILE.iter().flat_map(|setting| ["--config", setting]));
            }
            cargo.arg("--config").arg(rustflags(root, toolchain));
            let status = cargo.status().context("run cargo").or_host()?;
            if !status.success() {
                return Err(Exit::Connector(anyhow::anyhow!("cargo could not build {package}; see above")));
            }
        }
        Ok(())
    }
}

/// The profile, for workspaces that do not have it.
const PROFILE: [&str; 6] = [
    "profile.guest.inherits=\"release\"",
    "profile.guest.opt-level=2",
    "profile.guest.lto=\"fat\"",
    "profile.guest.codegen-units=1",
    "profile.guest.panic=\"abort\"",
    "profile.guest.strip=true",
];

fn has_profile(root: &Path) -> bool {
    let text = std::fs::read_to_string(root.join("Cargo.toml")).unwrap_or_default();
    let workspace: toml::Table = text.parse().unwrap_or_default();
    workspace.get("profile").and_then(|profiles| profiles.get("guest")).is_some()
}

/// What LLVM inlines at most, by its own measure, and of functions that ask for
/// it; its usual values are 225 and 325. With these connectors are an eighth
/// smaller and as fast.
const INLINE: [&str; 2] = ["-Cllvm-args=-inline-threshold=40", "-Cllvm-args=-inlinehint-threshold=100"];

/// Paths of this machine have no place in a shipped file, and the same source
/// has to give the same bytes on another one.
fn rustflags(root: &Path, toolchain: &Toolchain) -> String {
    let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    let cargo = std::env::var_os("CARGO_HOME").map_or_else(|| home.join(".cargo"), PathBuf::from);
    let sources = toolchain.sysroot().join("lib/rustlib/src/rust");
    // Debian's sources are a link into /usr/src; the compiler sees either.
    let real = sources.canonicalize().unwrap_or_else(|_| sources.clone());
    let to = [(root, "/source"), (&cargo, "/cargo"), (&sources, "/rust"), (&real, "/rust")];
    let remap = to.map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display()));
    let flags: Vec<_> = remap.into_iter().chain(INLINE.map(str::to_owned)).collect();
    format!("target.{TARGET}.rustflags={flags:?}")
}
