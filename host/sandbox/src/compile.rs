//! Compiling, in a child process with limits. wasmtime promises nothing about
//! how long or how big compiling a hostile component gets; the child's end is
//! the end of it.

use std::io::Read;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;

use rustix::process::{Resource, Rlimit, Signal, setrlimit};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};
use tokio::time::timeout;
use wasmtime::CodeBuilder;

use crate::engine;
use crate::error::CompileError;
use crate::limits::{ChildLimits, ComponentLimits, DETAIL_BYTES};
use crate::log::printable;
use crate::options::{Compile, Metering, SandboxOptions};

/// Writes the compiled component to `output`.
pub(crate) async fn compile(
    options: &SandboxOptions,
    bytes: Arc<[u8]>,
    output: &Path,
) -> Result<(), CompileError> {
    let metering = options.metering;
    match &options.compile {
        Compile::InProcess => {
            let output = output.to_owned();
            let work = move || write(metering, &bytes, &output);
            tokio::task::spawn_blocking(work).await.map_err(|error| CompileError::Child(error.to_string()))?
        }
        Compile::InChild { program, args } => {
            let mut command = Command::new(program);
            command.args(args).args(["--metering", metering.as_str(), "--output"]).arg(output);
            in_child(command, &bytes, &ChildLimits::USUAL).await
        }
    }
}

async fn in_child(mut command: Command, bytes: &[u8], limits: &ChildLimits) -> Result<(), CompileError> {
    // Nothing of the host's environment: secrets may be in it.
    command.env_clear().kill_on_drop(true);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let child = command.spawn().map_err(CompileError::Start)?;
    match timeout(limits.wall, watch(child, bytes, limits.message)).await {
        Ok(ended) => judge(ended?, limits),
        Err(_) => Err(CompileError::Timeout(limits.wall)),
    }
}

/// Hands the component over and waits for the end. `most`: bytes of standard
/// error.
async fn watch(mut child: Child, bytes: &[u8], most: u64) -> Result<Ended, CompileError> {
    let stdin = child.stdin.take();
    let stderr = child.stderr.take();
    let feed = async {
        if let Some(mut stdin) = stdin {
            // A child that ends early closes the pipe; its status says why.
            let _ = stdin.write_all(bytes).await;
        }
    };
    let listen = async {
        let mut message = Vec::new();
        if let Some(stderr) = stderr {
            let _ = stderr.take(most).read_to_end(&mut message).await;
        }
        String::from_utf8_lossy(&message).into_owned()
    };
    let ((), message) = tokio::join!(feed, listen);
    let status = child.wait().await.map_err(CompileError::Start)?;
    Ok(Ended { status, message: printable(message.trim(), DETAIL_BYTES) })
}

/// A child that is no more.
struct Ended {
    status: ExitStatus,
    message: String,
}

/// The child's exit code for a component that is not valid.
const INVALID: u8 = 1;

/// What a Rust program says when it gets no memory.
const NO_MEMORY: &str = "memory allocation of";

/// By the signal that the kernel sends for each limit. Without memory the child
/// ends itself by `SIGABRT`; `SIGKILL` is somebody else's doing.
fn judge(Ended { status, message }: Ended, limits: &ChildLimits) -> Result<(), CompileError> {
    use std::os::unix::process::ExitStatusExt;
    let signal = status.signal().and_then(Signal::from_named_raw);
    match (status.code(), signal) {
        (Some(0), _) => Ok(()),
        (Some(code), _) if code == i32::from(INVALID) => Err(CompileError::Invalid(message)),
        (Some(code), _) => Err(CompileError::Child(format!("exit code {code}: {message}"))),
        (None, Some(Signal::XCPU)) => {
            Err(CompileError::TooMuch(format!("{} s of computing", limits.cpu_seconds)))
        }
        (None, Some(Signal::XFSZ)) => {
            Err(CompileError::TooMuch(format!("{} MiB of machine code", limits.artefact >> 20)))
        }
        (None, Some(Signal::ABORT)) if message.contains(NO_MEMORY) => {
            Err(CompileError::TooMuch(format!("{} MiB of memory", limits.address_space >> 20)))
        }
        (None, _) => {
            Err(CompileError::Child(format!("signal {}: {message}", status.signal().unwrap_or_default())))
        }
    }
}

/// What the child does: limits itself, reads a component from standard input,
/// compiles it to `output`. To be called before anything else is started, and
/// to be followed by the end of the process with the returned exit code.
pub fn compile_from_stdin(metering: Metering, output: &Path) -> u8 {
    compile_within(&ChildLimits::USUAL, metering, output)
}

fn compile_within(limits: &ChildLimits, metering: Metering, output: &Path) -> u8 {
    let compiled = limit_this_process(limits).and_then(|()| {
        let mut bytes = Vec::new();
        let most = ComponentLimits::BYTES as u64;
        std::io::stdin().lock().take(most).read_to_end(&mut bytes).map_err(CompileError::Write)?;
        write(metering, &bytes, output)
    });
    match compiled {
        Ok(()) => 0,
        Err(CompileError::Invalid(why)) => {
            eprintln!("{why}");
            INVALID
        }
        Err(error) => {
            eprintln!("{error}");
            INVALID + 1
        }
    }
}

fn limit_this_process(limits: &ChildLimits) -> Result<(), CompileError> {
    let set = |resource, limit, maximum| {
        let limit = Rlimit { current: Some(limit), maximum: Some(maximum) };
        setrlimit(resource, limit).map_err(|error| CompileError::Start(error.into()))
    };
    set(Resource::As, limits.address_space, limits.address_space)?;
    // At the first `SIGXCPU`, which says why; at the second `SIGKILL`.
    set(Resource::Cpu, limits.cpu_seconds, limits.cpu_seconds.saturating_add(1))?;
    set(Resource::Fsize, limits.artefact, limits.artefact)?;
    set(Resource::Core, 0, 0)?;
    rustix::thread::set_no_new_privs(true).map_err(|error| CompileError::Start(error.into()))
}

fn write(metering: Metering, bytes: &[u8], output: &Path) -> Result<(), CompileError> {
    let engine = engine::compiling(metering).map_err(|error| CompileError::Child(format!("{error:#}")))?;
    let artefact = CodeBuilder::new(&engine)
        .wasm_binary(bytes, None)
        .and_then(|builder| builder.compile_component_serialized())
        .map_err(|error| CompileError::Invalid(format!("{error:#}")))?;
    std::fs::write(output, artefact).map_err(CompileError::Write)
}

#[cfg(test)]
mod tests;
