//! What goes wrong, and whose it is to mend.

use std::fs;
use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use rollcall_files::{Disk, Fetched, Folder};
use rollcall_grants::{Fetching, FileError, FileInfo, Files};

use super::sshd::{Sshd, drop_file};
use super::whole::{Meanwhile, names};

#[track_caller]
fn blames(error: &FileError, setting: &str, part: &str) {
    let FileError::Setting { key, why } = error else { panic!("{error}") };
    assert_eq!(key, setting, "{why}");
    assert!(why.contains(part), "{why} should contain {part}");
}

#[tokio::test]
async fn another_host_key_is_not_signed_in_to() {
    let server = Sshd::start();
    let pinned = "SHA256:0000000000000000000000000000000000000000000";
    let error = names(&server.admin().set("host_key", pinned)).await.unwrap_err();
    // Both are told, so that an administrator can be asked.
    blames(&error, "host_key", &server.fingerprint("host_ed25519"));
    blames(&error, "host_key", pinned);
    // Nothing about the user was sent.
    assert!(
        !server.log().contains("Failed publickey") && !server.log().contains("Accepted"),
        "{}",
        server.log()
    );
    let error = names(&server.admin().set("host_key", "16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48"))
        .await
        .unwrap_err();
    blames(&error, "host_key", "MD5");
}

#[tokio::test]
async fn another_key_is_refused_and_tried_once() {
    let server = Sshd::start();
    let sleeper = Meanwhile::new(|| ());
    let admin = server.admin().secret("private_key", server.key("stranger"));
    let session = admin.session(sleeper.clone());
    for _ in 0..3 {
        let error = session.list().await.unwrap_err();
        assert!(matches!(error, FileError::SignIn(_)), "{error}");
    }
    assert_eq!(sleeper.times.load(Relaxed), 0);
    assert_eq!(server.log().matches("Failed publickey").count(), 1, "{}", server.log());
    let garbage = server.admin().secret("private_key", "-----BEGIN OPENSSH PRIVATE KEY-----");
    blames(&names(&garbage).await.unwrap_err(), "private_key", "cannot be read");
}

#[tokio::test]
async fn what_is_not_there_is_the_settings_matter() {
    let server = Sshd::start();
    let error = names(&server.admin().set("directory", "/nowhere/at/all")).await.unwrap_err();
    blames(&error, "directory", "/nowhere/at/all");
    // Without an operator's leave no name leads to this machine.
    let mut admin = server.admin().set("host", "localhost").set("port", server.port.to_string());
    admin.upstream = None;
    blames(&names(&admin).await.unwrap_err(), "host", "may not be reached");
}

#[tokio::test]
async fn a_server_that_is_gone_is_tried_again_and_then_the_networks_matter() {
    let server = Sshd::start();
    let admin = server.admin();
    drop(server);
    let sleeper = Meanwhile::new(|| ());
    let error = admin.session(sleeper.clone()).list().await.unwrap_err();
    assert!(matches!(error, FileError::Transport(_)), "{error}");
    assert_eq!(sleeper.times.load(Relaxed), 3);
}

#[tokio::test]
async fn a_file_that_grows_between_two_looks_is_being_written() {
    let server = Sshd::start();
    let file = server.out().join("people.csv");
    fs::write(&file, "id,name\n").unwrap();
    let grown = file.clone();
    let sleeper = Meanwhile::new(move || {
        let mut file = fs::File::options().append(true).open(&grown).unwrap();
        file.write_all(b"1,Ada\n").unwrap();
    });
    let error = server.admin().session(sleeper).list().await.unwrap_err();
    assert!(matches!(error, FileError::Changed(_)), "{error}");
    // One that stays as it is, is taken after the second look.
    let sleeper = Meanwhile::new(|| ());
    let session = server.admin().session(sleeper.clone());
    assert_eq!(session.list().await.unwrap().len(), 1);
    assert_eq!(sleeper.times.load(Relaxed), 1);
}

/// A folder in which somebody writes before a file is fetched.
struct Disturbed(Disk, std::path::PathBuf);

impl Folder for Disturbed {
    fn host(&self) -> &str {
        ""
    }

    fn list(&self) -> Fetching<'_, Result<Vec<FileInfo>, FileError>> {
        self.0.list()
    }

    fn fetch(&self, name: String, max: u64) -> Fetching<'_, Result<Fetched, FileError>> {
        fs::write(self.1.join(&name), "id,name\n1,somebody else\n").expect("the file is written");
        self.0.fetch(name, max)
    }
}

#[tokio::test]
async fn a_file_that_is_written_while_it_is_read_is_not_read() {
    let server = Sshd::start();
    drop_file(&server.out(), "people.csv", "id,name\n");
    let folder = Arc::new(Disturbed(Disk::new(server.out()), server.out()));
    let session = server.admin().reading(folder, Meanwhile::new(|| ()));
    let error = session.read("people.csv".into(), 0, 10).await.unwrap_err();
    assert!(matches!(error, FileError::Changed(_)), "{error}");
}
