//! Connectors in languages whose SDK has a builder of its own.
//!
//! A component with an interpreter in it takes half a minute to build, and as
//! long to compile, since it comes out a little different each time. So what was
//! built is kept with a digest of what it was built from.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail, ensure};
use sha2::{Digest, Sha256};

use super::project::{Language, Project};
use crate::exit::{Exit, Sort as _};

/// Folders and files that no component is made of.
const NO_SOURCE: [&str; 13] = [
    "target",
    "node_modules",
    ".venv",
    "__pycache__",
    ".mypy_cache",
    ".ruff_cache",
    ".git",
    "cassettes",
    "golden",
    "published",
    "budgets.json",
    "connector-test.toml",
    "README.md",
];

/// Where everything that is built lies, as cargo has it.
pub fn target_directory(folder: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| folder.join("target"), PathBuf::from)
}

/// The component without its manifest, built unless its sources are those of the
/// last time.
pub fn build(project: &Project, language: Language, target_directory: &Path) -> Result<PathBuf, Exit> {
    let directory = &target_directory.join("scripts");
    let sdk = sdk(&project.folder, language).or_usage()?;
    let made = directory.join(format!("{}.{}.wasm", project.manifest.id, name(language)));
    let mark = made.with_extension("sources");
    let sources = digest(&[&project.folder, &sdk]).or_host()?;
    if made.is_file() && fs::read_to_string(&mark).is_ok_and(|before| before == sources) {
        return Ok(made);
    }
    fs::create_dir_all(directory).with_context(|| format!("make {}", directory.display())).or_host()?;
    eprintln!("building {} with {}; this takes half a minute", project.manifest.id, sdk.display());
    let mut builder = match language {
        Language::JavaScript => javascript(&sdk).or_host()?,
        Language::Python => python(&sdk, directory).or_host()?,
    };
    let status =
        builder.arg(&project.folder).arg(&made).status().context("run the SDK's builder").or_host()?;
    if !status.success() {
        return Err(Exit::Connector(anyhow::anyhow!("{} was not built; see above", project.manifest.id)));
    }
    fs::write(&mark, sources).with_context(|| format!("write {}", mark.display())).or_host()?;
    Ok(made)
}

fn name(language: Language) -> &'static str {
    match language {
        Language::JavaScript => "javascript",
        Language::Python => "python",
    }
}

/// `sdk/<language>` of the project, or of what the project is a part of.
fn sdk(folder: &Path, language: Language) -> anyhow::Result<PathBuf> {
    let name = name(language);
    let found = folder.ancestors().map(|parent| parent.join("sdk").join(name)).find(|sdk| sdk.is_dir());
    found.with_context(|| {
        format!(
            "{} has no sdk/{name}, nor has a folder above; `rollcall connector new` makes a project with it",
            folder.display()
        )
    })
}

fn javascript(sdk: &Path) -> anyhow::Result<Command> {
    if !sdk.join("node_modules").is_dir() {
        must(
            Command::new("npm").args(["ci", "--omit=dev", "--no-audit", "--no-fund"]).current_dir(sdk),
            "npm",
        )?;
    }
    let mut node = Command::new("node");
    node.arg(sdk.join("build.mjs"));
    Ok(node)
}

/// The compiler for Python lies with what it builds, in a folder for each list
/// of what it needs.
fn python(sdk: &Path, directory: &Path) -> anyhow::Result<Command> {
    let needed = sdk.join("requirements.txt");
    let list = fs::read(&needed).with_context(|| format!("read {}", needed.display()))?;
    let venv = directory.join(format!("python-{}", hex(&Sha256::digest(&list)[..8])));
    let python = venv.join("bin").join("python");
    let installed = venv.join("installed");
    if !installed.is_file() {
        must(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&venv), "python3")?;
        let mut pip = Command::new(&python);
        pip.args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--require-hashes",
            "-r",
        ]);
        must(pip.arg(&needed), "pip")?;
        fs::write(&installed, "").with_context(|| format!("write {}", installed.display()))?;
    }
    let mut command = Command::new(python);
    command.args(["-m", "rollcall_sdk.build"]).env("PYTHONPATH", sdk).env("PYTHONDONTWRITEBYTECODE", "1");
    Ok(command)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn must(command: &mut Command, name: &str) -> anyhow::Result<()> {
    let status =
        command.status().with_context(|| format!("run {name}, which builds connectors in this language"))?;
    ensure!(status.success(), "{name} failed; see above");
    Ok(())
}

/// Of all names and contents.
fn digest(folders: &[&Path]) -> anyhow::Result<String> {
    let mut hash = Sha256::new();
    for folder in folders {
        for file in files(folder)? {
            let bytes = fs::read(&file).with_context(|| format!("read {}", file.display()))?;
            let name = file.strip_prefix(folder).unwrap_or(&file).to_string_lossy().into_owned();
            hash.update((name.len() as u64).to_le_bytes());
            hash.update(name);
            hash.update((bytes.len() as u64).to_le_bytes());
            hash.update(bytes);
        }
    }
    Ok(hex(&hash.finalize()))
}

/// What a component may be made of, in order.
pub fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    /// Folders within folders; more are a circle of links.
    const DEPTH: usize = 32;
    fn walk(folder: &Path, depth: usize, all: &mut Vec<PathBuf>) -> anyhow::Result<()> {
        if depth > DEPTH {
            bail!("{} is too deep", folder.display());
        }
        for entry in fs::read_dir(folder).with_context(|| format!("read {}", folder.display()))? {
            let path = entry?.path();
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            match NO_SOURCE.contains(&name.as_str()) {
                true => {}
                false if path.is_dir() => walk(&path, depth + 1, all)?,
                false => all.push(path),
            }
        }
        Ok(())
    }
    let mut all = Vec::new();
    walk(folder, 0, &mut all)?;
    all.sort();
    Ok(all)
}
