//! Programs under measurement: where they are, and what one run took.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use serde_json::Value;
use wait4::Wait4;

/// The secret that stub, product and reference are given, in a form that every
/// connector's settings allow. It opens nothing.
pub const SECRET: &str = "papi-stub-secret-1234";

pub struct Programs {
    pub rollcall: PathBuf,
    pub stub: PathBuf,
    pub reference: PathBuf,
    pub connectors: PathBuf,
}

/// What one run took.
#[derive(Debug, Clone, Copy)]
pub struct Took {
    pub wall: Duration,
    /// User and system time, children that were waited for included.
    pub cpu: Duration,
    /// Bytes of memory at its highest.
    pub peak: u64,
}

impl Programs {
    pub fn find(rollcall: Option<PathBuf>, connectors: &Path) -> anyhow::Result<Self> {
        let this = std::env::current_exe()?;
        let beside = |name: &str| {
            let file = this.with_file_name(name);
            ensure!(file.is_file(), "{} is missing: build the tests' package for release", file.display());
            Ok(file)
        };
        let rollcall = match rollcall {
            Some(named) => named,
            None => beside("rollcall").context("or name it with --rollcall")?,
        };
        Ok(Self {
            rollcall,
            stub: beside("provider-stub")?,
            reference: beside("native-reference")?,
            connectors: connectors
                .canonicalize()
                .with_context(|| format!("{}: build the connectors first", connectors.display()))?,
        })
    }
}

/// Runs a program to its end. What it wrote to standard output has to be less
/// than a pipe holds: nobody reads it meanwhile.
pub fn run(command: &mut Command) -> anyhow::Result<(Took, String)> {
    // What a developer has set does not decide about figures.
    command.env_remove("RUST_LOG").env_remove("ROLLCALL_MASTER_KEY");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let begun = Instant::now();
    let mut child = command.spawn().with_context(|| format!("start {command:?}"))?;
    let pipes = (child.stdout.take(), child.stderr.take());
    let ended = child.wait4()?;
    let wall = begun.elapsed();
    let (mut out, mut err) = (String::new(), String::new());
    if let (Some(mut stdout), Some(mut stderr)) = pipes {
        stdout.read_to_string(&mut out)?;
        stderr.read_to_string(&mut err)?;
    }
    if !ended.status.success() {
        bail!("{command:?} ended with {}: {err}", ended.status);
    }
    let cpu = ended.rusage.utime + ended.rusage.stime;
    Ok((Took { wall, cpu, peak: ended.rusage.maxrss }, out))
}

/// The last line that a program wrote, as JSON.
pub fn said(out: &str) -> anyhow::Result<Value> {
    let line = out.lines().last().unwrap_or_default();
    serde_json::from_str(line).with_context(|| format!("`{line}` was to be JSON"))
}
