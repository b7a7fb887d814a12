//! Finds a way to compile Rust for `wasm32-unknown-unknown`, the target whose
//! modules import nothing but what their code asks for.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail, ensure};

pub const TARGET: &str = "wasm32-unknown-unknown";

/// Where Debian puts its compiler; `rustc-web` is the one that knows the target.
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";

#[derive(Debug)]
pub enum Toolchain {
    /// The active toolchain has the target's standard library.
    Installed { sysroot: PathBuf },
    /// Debian's compiler builds the standard library from its sources, and the
    /// active toolchain's linker links.
    Debian { sysroot: PathBuf, linker: PathBuf },
}

impl Toolchain {
    pub fn find() -> anyhow::Result<Self> {
        let sysroot =
            ask("rustc", ["--print", "sysroot"]).context("no Rust compiler; see https://rustup.rs")?;
        let sysroot = PathBuf::from(sysroot);
        if has_core(&sysroot) {
            return Ok(Self::Installed { sysroot });
        }
        match debian(&sysroot) {
            Ok(debian) => Ok(debian),
            Err(why) => bail!(
                "no way to compile for {TARGET}. Either:\n  \
                 rustup target add {TARGET}\n\
                 or, on Debian and Ubuntu:\n  \
                 apt-get install --no-install-recommends rustc-web rust-web-src\n\
                 (the latter cannot be used yet: {why:#})"
            ),
        }
    }

    /// Sets up `cargo build`.
    pub fn apply(&self, cargo: &mut Command) {
        cargo.args(["--target", TARGET]);
        if let Self::Debian { linker, .. } = self {
            cargo
                .arg("-Zbuild-std=std,panic_abort")
                .env("RUSTC", DEBIAN_RUSTC)
                // A released compiler takes `-Z` only so.
                .env("RUSTC_BOOTSTRAP", "1")
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
        }
    }

    /// Where the standard library's sources lie: in no shipped file.
    pub fn sysroot(&self) -> &Path {
        match self {
            Self::Installed { sysroot } | Self::Debian { sysroot, .. } => sysroot,
        }
    }

    pub fn describe(&self) -> &'static str {
        match self {
            Self::Installed { .. } => "the active toolchain",
            Self::Debian { .. } => "Debian's rustc-web, which builds the standard library (40 s, once)",
        }
    }
}

fn has_core(sysroot: &Path) -> bool {
    let library = sysroot.join("lib/rustlib").join(TARGET).join("lib");
    let Ok(files) = library.read_dir() else { return false };
    files.flatten().any(|file| file.file_name().to_string_lossy().starts_with("libcore-"))
}

fn debian(active: &Path) -> anyhow::Result<Toolchain> {
    ensure!(Path::new(DEBIAN_RUSTC).is_file(), "there is no {DEBIAN_RUSTC}");
    let targets = ask(DEBIAN_RUSTC, ["--print", "target-list"])?;
    ensure!(targets.lines().any(|target| target == TARGET), "{DEBIAN_RUSTC} does not know {TARGET}");
    let sysroot = PathBuf::from(ask(DEBIAN_RUSTC, ["--print", "sysroot"])?);
    let sources = sysroot.join("lib/rustlib/src/rust/library/std/Cargo.toml");
    ensure!(sources.is_file(), "the standard library's sources are missing (rust-web-src)");
    let linker = linker(active, &sysroot)?;
    Ok(Toolchain::Debian { sysroot, linker })
}

/// `rust-lld` of one of the toolchains, or LLVM's own.
fn linker(active: &Path, debian: &Path) -> anyhow::Result<PathBuf> {
    let version = ask("rustc", ["-vV"])?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap_or_default();
    let of = |sysroot: &Path| sysroot.join("lib/rustlib").join(host).join("bin/rust-lld");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let in_path = std::env::split_paths(&path).map(|directory| directory.join("wasm-ld"));
    [of(active), of(debian)]
        .into_iter()
        .chain(in_path)
        .find(|candidate| candidate.is_file())
        .context("there is no linker for WebAssembly (rust-lld or wasm-ld)")
}

fn ask<const N: usize>(program: &str, arguments: [&str; N]) -> anyhow::Result<String> {
    let output = Command::new(OsStr::new(program))
        .args(arguments)
        .output()
        .with_context(|| format!("run {program}"))?;
    ensure!(
        output.status.success(),
        "{program} {}: {}",
        arguments.join(" "),
        String::from_utf8_lossy(&output.stderr).trim()
    );
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
