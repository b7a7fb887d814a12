//! What is there comes, and only that.

use std::fs;
use std::os::unix::fs::symlink;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

use rollcall_egress::time::Sleeper;
use rollcall_grants::{FileError, Files};

use super::sshd::{Admin, Sshd, drop_file};

/// Waits no time, and does something meanwhile.
pub struct Meanwhile<F> {
    pub done: F,
    pub times: AtomicU32,
}

impl<F: Fn() + Send + Sync> Meanwhile<F> {
    pub fn new(done: F) -> Arc<Self> {
        Arc::new(Self { done, times: AtomicU32::new(0) })
    }
}

impl<F: Fn() + Send + Sync> Sleeper for Meanwhile<F> {
    fn sleep(&self, _: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.times.fetch_add(1, Relaxed);
        (self.done)();
        Box::pin(std::future::ready(()))
    }
}

pub async fn names(admin: &Admin) -> Result<Vec<String>, FileError> {
    let listed = admin.session(Meanwhile::new(|| ())).list().await?;
    Ok(listed.into_iter().map(|file| file.name).collect())
}

#[tokio::test]
async fn plain_files_of_the_pattern_are_listed_and_read() {
    let server = Sshd::start();
    let out = server.out();
    let large: Vec<u8> = (0..3_000_000_u32).map(|at| (at % 251) as u8).collect();
    drop_file(&out, "people_1.csv", "id,name\n");
    drop_file(&out, "people_2.csv", &large);
    for other in ["people_3.csv.filepart", ".people_4.csv", "~$people.xlsx", "salaries.csv"] {
        drop_file(&out, other, "x");
    }
    fs::create_dir(out.join("people_folder")).unwrap();
    symlink("/etc/passwd", out.join("people_link")).unwrap();

    let session = server.admin().session(Meanwhile::new(|| ()));
    let listed = session.list().await.unwrap();
    let names: Vec<_> = listed.iter().map(|file| (file.name.as_str(), file.size)).collect();
    assert_eq!(names, [("people_1.csv", 8), ("people_2.csv", 3_000_000)]);
    let mut read = Vec::new();
    loop {
        let chunk = session.read("people_2.csv".into(), read.len() as u64, 1 << 20).await.unwrap();
        if chunk.is_empty() {
            break;
        }
        read.extend(chunk);
    }
    assert!(read == large);
    for denied in ["salaries.csv", "people_link", "../log", "people_folder"] {
        let refused = session.read(denied.into(), 0, 1).await.unwrap_err();
        assert!(matches!(refused, FileError::Denied(_)), "{denied}: {refused}");
    }
    // One list, one file: whatever was asked for.
    assert_eq!(session.usage().await.requests, 2);
}

#[tokio::test]
async fn every_kind_of_key_signs_in_and_every_kind_of_host_key_is_known() {
    let server = Sshd::start();
    drop_file(&server.out(), "people.csv", "x");
    for kind in ["ed25519", "ecdsa", "rsa"] {
        let admin = server.admin().secret("private_key", server.key(&format!("user_{kind}")));
        assert_eq!(names(&admin).await.unwrap(), ["people.csv"], "{kind}");
        // By fingerprint, and as a whole line.
        for pinned in [server.fingerprint(&format!("host_{kind}")), server.key(&format!("host_{kind}.pub"))] {
            let admin = server.admin().set("host_key", pinned);
            assert_eq!(names(&admin).await.unwrap(), ["people.csv"], "{kind}");
        }
    }
    let locked = server.admin().secret("private_key", server.key("user_locked"));
    let opened = locked.clone().secret("passphrase", "open sesame");
    assert_eq!(names(&opened).await.unwrap(), ["people.csv"]);
    let error = names(&locked).await.unwrap_err();
    assert!(matches!(&error, FileError::Setting { key, .. } if key == "passphrase"), "{error}");
}
