//! The child's limits. It is this very program, run again for one of its tests,
//! and does there what [`compile_from_stdin`] does.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use super::*;
use crate::error::LoadError;

/// Not a test, but the child of those below, and nothing without their
/// arguments, which the test harness takes for names of further tests.
#[test]
fn child() {
    let value = |name: &str| std::env::args().find_map(|one| Some(one.strip_prefix(name)?.to_owned()));
    let number = |name: &str| value(name).unwrap().parse().unwrap();
    let Some(output) = value("output=") else { return };
    let limits = ChildLimits {
        address_space: number("address-space="),
        cpu_seconds: number("cpu-seconds="),
        artefact: number("artefact="),
        ..ChildLimits::USUAL
    };
    let code = compile_within(&limits, Metering::Epochs, &PathBuf::from(output));
    std::process::exit(code.into());
}

/// Compiles a component of so many functions, none of which is quickly done.
async fn compiled(functions: usize, limits: ChildLimits) -> Result<u64, CompileError> {
    let mut text = "(component (core module (memory 1)".to_owned();
    for number in 0..functions {
        write!(text, "(func (param i32) {})", step(number).repeat(100)).unwrap();
    }
    let bytes = wat::parse_str(text + "))").unwrap();
    let output = tempfile::NamedTempFile::new().unwrap();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["compile::tests::child", "--exact", "--nocapture"]).args([
        format!("output={}", output.path().display()),
        format!("address-space={}", limits.address_space),
        format!("cpu-seconds={}", limits.cpu_seconds),
        format!("artefact={}", limits.artefact),
    ]);
    in_child(command, &bytes, &limits).await?;
    Ok(output.as_file().metadata().unwrap().len())
}

fn step(number: usize) -> String {
    format!(
        "(i32.store offset={number} (local.get 0) (i32.mul (i32.load (local.get 0)) (i32.load offset=4 (local.get 0))))"
    )
}

/// What became of a child that is a shell script.
async fn script(text: &str, limits: ChildLimits) -> CompileError {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", text]);
    in_child(command, b"", &limits).await.unwrap_err()
}

/// And the connector's to mend.
fn is_too_much(error: CompileError, of: &str) {
    assert!(matches!(&error, CompileError::TooMuch(what) if what == of), "{error}");
    assert!(LoadError::from(error).is_connector());
}

fn is_child(error: &CompileError, expected: &str) {
    assert!(matches!(error, CompileError::Child(why) if why.contains(expected)), "{error}");
}

#[tokio::test]
async fn within_the_limits() {
    assert!(compiled(1, ChildLimits::USUAL).await.unwrap() > 10_000);
}

#[tokio::test]
async fn address_space() {
    let limits = ChildLimits { address_space: 16 << 20, ..ChildLimits::USUAL };
    // Not enough to begin with, which says nothing about the component.
    is_child(&compiled(1, limits).await.unwrap_err(), "");
    // How a program ends that gets no more while it compiles.
    let no_memory = "echo memory allocation of 65536 bytes failed >&2; kill -ABRT $$";
    is_too_much(script(no_memory, limits).await, "16 MiB of memory");
}

#[tokio::test]
async fn cpu() {
    let limits = ChildLimits { cpu_seconds: 1, ..ChildLimits::USUAL };
    is_too_much(compiled(4_000, limits).await.unwrap_err(), "1 s of computing");
}

#[tokio::test]
async fn artefact() {
    let limits = ChildLimits { artefact: 1 << 20, ..ChildLimits::USUAL };
    is_too_much(compiled(2_000, limits).await.unwrap_err(), "1 MiB of machine code");
}

#[tokio::test]
async fn wall() {
    let limits = ChildLimits { wall: Duration::from_millis(50), ..ChildLimits::USUAL };
    // It stops itself, and nobody wakes it.
    let error = timeout(Duration::from_secs(10), script("kill -STOP $$", limits)).await.unwrap();
    assert_eq!(error.to_string(), "it took more than 0.05 s; the host is busy, try again");
    assert!(!LoadError::from(error).is_connector());
}

#[tokio::test]
async fn somebody_else() {
    let error = script("kill -KILL $$", ChildLimits::USUAL).await;
    is_child(&error, "signal 9");
    assert!(!LoadError::from(error).is_connector());
}

#[tokio::test]
async fn message() {
    let limits = ChildLimits { message: 5, ..ChildLimits::USUAL };
    let error = script("echo 0123456789 >&2; exit 1", limits).await;
    assert!(matches!(&error, CompileError::Invalid(why) if why == "01234"), "{error}");
    // One that never stops talking is no longer listened to, and ends by SIGPIPE.
    is_child(&script("while :; do echo no good; done >&2", ChildLimits::USUAL).await, "signal 13");
}
