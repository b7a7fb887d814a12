//! Encrypted and signed files, as GnuPG makes them.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use rollcall_files::Disk;
use rollcall_grants::{FileError, Files};
use tempfile::TempDir;

use super::sshd::{Admin, Sshd, drop_file};
use super::whole::Meanwhile;

const PLAIN: &str = "employee_id,first_name\n00042,Zoë\n";

/// GnuPG with three keys of its own: the customer's, ours, and a stranger's.
struct Gpg(TempDir);

impl Gpg {
    fn new() -> Self {
        let gpg = Self(tempfile::tempdir().expect("a temporary directory"));
        for (name, kind) in [("sender", "ed25519"), ("ours", "default"), ("stranger", "default")] {
            let user = format!("{name}@example.com");
            gpg.run(&["--passphrase", "", "--quick-generate-key", &user, kind, "default", "1y"], "");
        }
        gpg
    }

    fn run(&self, arguments: &[&str], input: &str) -> Vec<u8> {
        let mut process = Command::new("gpg")
            .arg("--homedir")
            .arg(self.0.path())
            .args(["--batch", "--quiet", "--yes", "--pinentry-mode", "loopback", "--trust-model", "always"])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("gpg is missing: run tests/setup-servers.sh");
        process.stdin.take().expect("is piped").write_all(input.as_bytes()).expect("gpg reads");
        let output = process.wait_with_output().expect("gpg ends");
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    fn key(&self, how: &str, name: &str) -> String {
        let user = format!("{name}@example.com");
        String::from_utf8(self.run(&["--armor", "--passphrase", "", how, &user], "")).expect("an armored key")
    }
}

impl Drop for Gpg {
    fn drop(&mut self) {
        // Its agent, which knows only this folder.
        let _ = Command::new("gpgconf").arg("--homedir").arg(self.0.path()).args(["--kill", "all"]).status();
    }
}

async fn read(admin: &Admin, folder: &Path) -> Result<String, FileError> {
    let folder = std::sync::Arc::new(Disk::new(folder));
    let session = admin.reading(folder, Meanwhile::new(|| ()));
    let bytes = session.read("people.csv.pgp".into(), 0, 1 << 20).await?;
    Ok(String::from_utf8(bytes).expect("text"))
}

#[track_caller]
fn refused(result: Result<String, FileError>, part: &str) {
    let error = result.unwrap_err();
    assert!(
        matches!(&error, FileError::Invalid(what) if what.contains(part)),
        "{error} should contain {part}"
    );
}

#[tokio::test]
async fn encrypted_and_signed_files_are_opened_and_checked() {
    let (server, gpg) = (Sshd::start(), Gpg::new());
    let out = server.out();
    let admin = server.admin().secret("pgp_private_key", gpg.key("--export-secret-keys", "ours"));
    let strict = admin.clone().set("pgp_signer_keys", gpg.key("--export", "sender"));
    let encrypt = ["--encrypt", "--recipient", "ours@example.com"];
    let sign = |who: &'static str| ["--sign", "--local-user", who];

    for form in [&[][..], &["--armor"][..]] {
        drop_file(
            &out,
            "people.csv.pgp",
            gpg.run(&[form, &encrypt[..], &sign("sender@example.com")[..]].concat(), PLAIN),
        );
        assert_eq!(read(&admin, &out).await.unwrap(), PLAIN);
        assert_eq!(read(&strict, &out).await.unwrap(), PLAIN);
    }
    drop_file(
        &out,
        "people.csv.pgp",
        gpg.run(&[&encrypt[..], &sign("stranger@example.com")[..]].concat(), PLAIN),
    );
    assert_eq!(read(&admin, &out).await.unwrap(), PLAIN);
    refused(read(&strict, &out).await, "is not signed by any of the keys");

    let encrypted = gpg.run(&encrypt, PLAIN);
    drop_file(&out, "people.csv.pgp", &encrypted);
    assert_eq!(read(&admin, &out).await.unwrap(), PLAIN);
    refused(read(&strict, &out).await, "is not signed, and a signature is asked for");
    refused(read(&server.admin(), &out).await, "there is no key to open it");
    let other = server.admin().secret("pgp_private_key", gpg.key("--export-secret-keys", "stranger"));
    refused(read(&other, &out).await, "another key");

    // One bit differs: nothing comes out.
    let mut damaged = encrypted.clone();
    let at = damaged.len() - 30;
    damaged[at] ^= 1;
    drop_file(&out, "people.csv.pgp", &damaged);
    refused(read(&admin, &out).await, "damaged");
    drop_file(&out, "people.csv.pgp", gpg.run(&["--symmetric", "--passphrase", "x"], PLAIN));
    refused(read(&admin, &out).await, "with a passphrase");
}

#[tokio::test]
async fn a_signature_beside_the_file() {
    let (server, gpg) = (Sshd::start(), Gpg::new());
    let out = server.out();
    let strict = server.admin().set("pgp_signer_keys", gpg.key("--export", "sender"));
    drop_file(&out, "people.csv.pgp", PLAIN);
    refused(read(&strict, &out).await, "is not signed");
    let detached = |who| gpg.run(&["--detach-sign", "--local-user", who], PLAIN);
    fs::write(out.join("people.csv.pgp.sig"), detached("sender@example.com")).unwrap();
    assert_eq!(read(&strict, &out).await.unwrap(), PLAIN);
    fs::write(out.join("people.csv.pgp.sig"), detached("stranger@example.com")).unwrap();
    refused(read(&strict, &out).await, "is not signed by any of the keys");
}
