//! What is to be built: a manifest, and what it describes.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use rollcall_grants::Manifest;

const MANIFEST: &str = "connector.toml";

#[derive(Debug)]
pub struct Project {
    pub manifest: Manifest,
    /// Where `connector.toml` is.
    pub folder: PathBuf,
    pub source: Source,
}

#[derive(Debug)]
pub enum Source {
    /// A Rust package, by its directory and its `Cargo.toml`, both absolute.
    Cargo { directory: PathBuf, package: PathBuf },
    /// A project whose SDK has a builder of its own.
    Script(Language),
    /// A module or a component, ready made.
    Wasm(PathBuf),
}

impl Project {
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let path = path.canonicalize().with_context(|| format!("open {}", path.display()))?;
        let directory = if path.is_dir() { path.as_path() } else { path.parent().unwrap_or(&path) };
        let file = directory.join(MANIFEST);
        let text = fs::read_to_string(&file).with_context(|| format!("read {}", file.display()))?;
        let manifest =
            Manifest::parse_toml(&text).with_context(|| format!("{} is not valid", file.display()))?;
        let folder = directory.to_owned();
        let source = if path.is_dir() { Source::of(path)? } else { Source::Wasm(path) };
        Ok(Self { manifest, folder, source })
    }
}

/// A language whose programs bring an interpreter along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    JavaScript,
    Python,
}

impl Source {
    /// By the file that each language's own tools look for.
    fn of(directory: PathBuf) -> anyhow::Result<Self> {
        let has = |file: &str| directory.join(file).is_file();
        let package = directory.join("Cargo.toml");
        if package.is_file() {
            return Ok(Self::Cargo { directory, package });
        }
        if has("package.json") {
            return Ok(Self::Script(Language::JavaScript));
        }
        ensure!(
            has("pyproject.toml"),
            "{} has no Cargo.toml, package.json or pyproject.toml; for a connector in another language give its `.wasm` file",
            directory.display()
        );
        Ok(Self::Script(Language::Python))
    }
}

/// The connector in the current directory, or those in `connectors/`.
pub fn find() -> anyhow::Result<Vec<PathBuf>> {
    if Path::new(MANIFEST).is_file() {
        return Ok(vec![PathBuf::from(".")]);
    }
    let mut found = Vec::new();
    for entry in fs::read_dir("connectors").into_iter().flatten() {
        let path = entry.context("read connectors/")?.path();
        if path.join(MANIFEST).is_file() {
            found.push(path);
        }
    }
    if found.is_empty() {
        bail!("no {MANIFEST} here and none in connectors/; give the directory of a connector");
    }
    found.sort();
    Ok(found)
}

/// Two connectors of one id would overwrite each other.
pub fn refuse_same_ids(projects: &[Project]) -> anyhow::Result<()> {
    let mut seen = BTreeMap::new();
    for Project { manifest, source, .. } in projects {
        if let Some(other) = seen.insert(&manifest.id, source) {
            bail!("two connectors have the id `{}`: {other:?} and {source:?}", manifest.id);
        }
    }
    Ok(())
}
