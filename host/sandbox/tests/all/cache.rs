//! Compiled components on disk: found again, and never trusted blindly.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use rollcall_sandbox::{Compile, CompileError, LoadError, Sandbox};

use crate::guest::{Host, call, component, guest, host, host_with, options};

fn entry(host: &Host, extension: &str) -> PathBuf {
    let files = fs::read_dir(host.cache.path().join("cache")).unwrap();
    let mut found = files
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == extension));
    let first = found.next().unwrap();
    assert_eq!(found.next(), None);
    first
}

fn overwrite(path: &PathBuf, bytes: &[u8]) {
    // What an intruder with the host's rights would do.
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(path, bytes).unwrap();
}

async fn works(host: &Host) {
    let connector = guest(host, "", "").await;
    assert!(connector.pull_workers(call()).await.result.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_is_private_and_used_again() {
    let host = host();
    works(&host).await;
    let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(host.cache.path().join("cache")), 0o700);
    assert_eq!(mode(host.cache.path().join("cache/host.key")), 0o600);
    assert_eq!(mode(entry(&host, "cwasm")), 0o400);
    // A compiler that cannot run shows that it is not needed.
    let mut options = options(&host.cache);
    options.compile = Compile::InChild { program: "/nonexistent".into(), args: vec![] };
    let again = Sandbox::new(options).unwrap();
    let connector = again.load(&component("", "")).await.unwrap();
    assert!(connector.pull_workers(call()).await.result.is_ok());
    let error = again.load(&component("", "nop")).await.unwrap_err();
    assert!(matches!(error, LoadError::Compile(CompileError::Start(_))), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_entry_is_compiled_anew() {
    let host = host();
    works(&host).await;
    let path = entry(&host, "cwasm");
    let good = fs::read(&path).unwrap();
    for at in [0, good.len() / 2, good.len() - 1] {
        let mut bad = good.clone();
        bad[at] ^= 1;
        overwrite(&path, &bad);
        works(&host).await;
        assert_ne!(fs::read(&path).unwrap(), bad);
    }
    overwrite(&path, &good[..100]);
    works(&host).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_seal_or_none_is_compiled_anew() {
    let host = host();
    works(&host).await;
    overwrite(&entry(&host, "seal"), &[0; 32]);
    works(&host).await;
    overwrite(&entry(&host, "seal"), b"");
    works(&host).await;
    fs::remove_file(entry(&host, "seal")).unwrap();
    works(&host).await;
    fs::remove_file(entry(&host, "cwasm")).unwrap();
    works(&host).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_in_the_place_of_another_is_not_taken() {
    let (one, other) = (host(), host());
    works(&one).await;
    guest(&other, "", "unreachable").await;
    let key = |host: &Host| host.cache.path().join("cache/host.key");
    fs::copy(key(&one), key(&other)).unwrap();
    let (code, seal) = (fs::read(entry(&other, "cwasm")).unwrap(), fs::read(entry(&other, "seal")).unwrap());
    overwrite(&entry(&one, "cwasm"), &code);
    overwrite(&entry(&one, "seal"), &seal);
    works(&one).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_child_is_reported() {
    let child = |script: &str| {
        let args = vec!["-c".into(), script.into()];
        host_with(|options| options.compile = Compile::InChild { program: "/bin/sh".into(), args })
    };
    let load = |script: &'static str| async move {
        child(script).sandbox.load(&component("", "")).await.unwrap_err()
    };
    let error = load("echo no good >&2; exit 1").await;
    assert!(matches!(&error, LoadError::Compile(CompileError::Invalid(why)) if why == "no good"), "{error}");
    let error = load("kill -9 $$").await;
    assert!(error.to_string().contains("signal 9"), "{error}");
    // Succeeds and writes nothing: not mapped, not run.
    let error = load("cat >/dev/null").await;
    assert!(matches!(error, LoadError::Host(_)), "{error}");
}
