//! Signing in with a password, in each way that servers ask for one. OpenSSH's
//! server knows only passwords of the machine's users, so this is paramiko's.

use std::fs;
use std::os::unix::fs::symlink;
use std::thread;
use std::time::{Duration, Instant, UNIX_EPOCH};

use rollcall_grants::{FileError, Files as _};

use super::sshd::{Admin, Keys, drop_file};
use super::whole::{Meanwhile, names};
use crate::real_servers::Server;

const PASSWORD: &str = "pa55 wörd";

struct Asking {
    server: Server,
    keys: Keys,
}

impl Asking {
    fn start(way: &str) -> Self {
        let keys = Keys::new();
        drop_file(&keys.out(), "people.csv", "employee_number;name\n1;Ada Lovelace\n");
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/servers/sftp_passwords.py");
        let (folder, out) = (keys.folder.path().display().to_string(), keys.out().display().to_string());
        let arguments = [script, &*folder, &*out, "hr-feed", PASSWORD, way];
        Self { server: Server::start("python/bin/python", &arguments, "listening on "), keys }
    }

    fn admin(&self, sign_in: &str) -> Admin {
        let port = self.server.started.rsplit(' ').next().and_then(|port| port.parse().ok());
        let admin = self.keys.admin(port.expect("a port"));
        let admin = admin.set("username", "hr-feed").set("auth", sign_in);
        match sign_in {
            "key" => admin,
            "password" => admin.without_secret("private_key").secret("password", PASSWORD),
            _ => admin.secret("password", PASSWORD),
        }
    }

    /// How often the server told this, which it does so many times: its lines
    /// come through a pipe, and may come late.
    fn told(&self, line: &str, times: usize) -> usize {
        let until = Instant::now() + Duration::from_secs(30);
        let count = || self.server.output().matches(line).count();
        while count() < times && Instant::now() < until {
            thread::yield_now();
        }
        count()
    }
}

/// This server's list has names alone: no size, no time, no kind.
#[tokio::test]
async fn what_a_list_leaves_out_is_asked_for() {
    let asking = Asking::start("password");
    let out = asking.keys.out();
    fs::create_dir(out.join("people_2.csv")).unwrap();
    symlink(out.join("people.csv"), out.join("people_3.csv")).unwrap();
    let listed = asking.admin("password").session(Meanwhile::new(|| ())).list().await.unwrap();
    let about = fs::metadata(out.join("people.csv")).unwrap();
    let modified = about.modified().unwrap().duration_since(UNIX_EPOCH).unwrap();
    let [file] = listed.as_slice() else { panic!("{listed:?}") };
    assert_eq!((file.name.as_str(), file.size), ("people.csv", about.len()));
    assert_eq!(file.modified_ms, modified.as_secs() * 1_000);
}

/// The password leads in wherever it is the right one, and another is tried once.
async fn leads_in(way: &str, sign_in: &str, line: &str) {
    let asking = Asking::start(way);
    assert_eq!(names(&asking.admin(sign_in)).await.unwrap(), ["people.csv"], "{way}");
    assert_eq!(asking.told(line, 1), 1, "{}", asking.server.output());
    let session = asking.admin(sign_in).secret("password", "another").session(Meanwhile::new(|| ()));
    for _ in 0..3 {
        let error = session.list().await.unwrap_err();
        assert!(
            matches!(&error, FileError::SignIn(why) if why.contains("does not accept the password")),
            "{error}"
        );
        assert!(!error.to_string().contains("another"), "{error}");
    }
    assert_eq!(asking.told(line, 2), 2, "{}", asking.server.output());
}

#[tokio::test]
async fn a_password() {
    leads_in("password", "password", "tried a password").await;
}

#[tokio::test]
async fn a_password_that_is_asked_for_as_if_a_person_sat_there() {
    leads_in("prompt", "password", "answered a prompt").await;
}

#[tokio::test]
async fn a_key_and_then_a_password() {
    leads_in("key+password", "key+password", "tried a password").await;
    leads_in("key+prompt", "key+password", "answered a prompt").await;
}

#[tokio::test]
async fn a_second_question_is_no_password() {
    let asking = Asking::start("code");
    let error = names(&asking.admin("password")).await.unwrap_err();
    assert!(matches!(&error, FileError::SignIn(why) if why.contains("more than a password")), "{error}");
    assert_eq!(asking.told("answered a prompt", 1), 1);
}

#[tokio::test]
async fn a_key_alone_where_a_password_is_asked_for_too() {
    let asking = Asking::start("key+password");
    let error = names(&asking.admin("key")).await.unwrap_err();
    assert!(
        matches!(&error, FileError::SignIn(why) if why.contains("asks for more (it offers password)")),
        "{error}"
    );
    // Once whether the key would do, and once with its signature.
    assert_eq!((asking.told("tried a key", 2), asking.told("tried a password", 0)), (2, 0));
}
