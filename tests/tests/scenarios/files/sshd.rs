//! A server on a free port, a folder, and sessions that read it.

use std::collections::BTreeMap;
use std::fs;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use rollcall_egress::NoAudit;
use rollcall_egress::time::Sleeper;
use rollcall_files::{Folder, Server, Session, SessionOptions};
use rollcall_grants::{FileGrant, FilePlace, Grant, Manifest, Settings, Upstream};
use tempfile::TempDir;

const SSHD: &str = "/usr/sbin/sshd";
/// What the settings call the server; `--upstream` leads it to this machine.
pub const HOST: &str = "sftp.example.com";

/// Keys of three kinds, of a server and of its user, and a folder to serve.
pub struct Keys {
    pub folder: TempDir,
}

impl Keys {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary directory");
        for kind in ["ed25519", "ecdsa", "rsa"] {
            keygen(&folder.path().join(format!("host_{kind}")), kind, "");
            keygen(&folder.path().join(format!("user_{kind}")), kind, "");
        }
        keygen(&folder.path().join("user_locked"), "ed25519", "open sesame");
        keygen(&folder.path().join("stranger"), "ed25519", "");
        fs::create_dir(folder.path().join("out")).expect("a folder");
        Self { folder }
    }

    pub fn out(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    /// A key's file, without its last line break.
    pub fn key(&self, name: &str) -> String {
        let text = fs::read_to_string(self.folder.path().join(name)).expect("a key");
        text.trim_end().to_owned()
    }

    pub fn fingerprint(&self, name: &str) -> String {
        let file = self.folder.path().join(format!("{name}.pub"));
        let output = Command::new("ssh-keygen").args(["-l", "-f"]).arg(file).output().expect("ssh-keygen");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        text.split_whitespace().nth(1).expect("a fingerprint").to_owned()
    }

    /// Settings and secrets of somebody who is let in by a server on this port.
    pub fn admin(&self, port: u16) -> Admin {
        let settings = [
            ("host", HOST.to_owned()),
            ("username", user()),
            ("host_key", self.fingerprint("host_ed25519")),
            ("directory", self.out().display().to_string()),
            ("people_pattern", "people*".to_owned()),
        ];
        let settings = settings.into_iter().map(|(key, value)| (key.to_owned(), value));
        let secrets = [("private_key".to_owned(), self.key("user_ed25519"))];
        // As the command line has it.
        let upstream = format!("{HOST}=sftp://127.0.0.1:{port}");
        Admin { settings: settings.collect(), secrets: secrets.into(), upstream: Some(upstream) }
    }
}

/// OpenSSH's server, with one user, who runs the tests.
pub struct Sshd {
    process: Child,
    keys: Keys,
    pub port: u16,
}

impl Deref for Sshd {
    type Target = Keys;

    fn deref(&self) -> &Keys {
        &self.keys
    }
}

impl Sshd {
    #[track_caller]
    pub fn start() -> Self {
        assert!(Path::new(SSHD).is_file(), "{SSHD} is missing: run tests/setup-servers.sh");
        let keys = Keys::new();
        let folder = keys.folder.path();
        let public = ["ed25519", "ecdsa", "rsa", "locked"]
            .map(|kind| fs::read_to_string(folder.join(format!("user_{kind}.pub"))).expect("a key"));
        let authorized = folder.join("authorized_keys");
        fs::write(&authorized, public.concat()).expect("the keys are written");
        // The server does not tell which port it got, so it is given one.
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|free| free.local_addr());
        let port = port.expect("a free port").port();
        let config = folder.join("sshd_config");
        let lines = format!(
            "ListenAddress 127.0.0.1\nPort {port}\nHostKey {0}/host_ed25519\nHostKey {0}/host_ecdsa\n\
             HostKey {0}/host_rsa\nAuthorizedKeysFile {1}\nPidFile none\nStrictModes no\nUsePAM no\n\
             PasswordAuthentication no\nKbdInteractiveAuthentication no\nSubsystem sftp internal-sftp\n\
             ForceCommand internal-sftp\nPermitRootLogin yes\nMaxAuthTries 2\nLogLevel VERBOSE\n",
            folder.display(),
            authorized.display()
        );
        fs::write(&config, lines).expect("the configuration is written");
        let process = Command::new(SSHD)
            .args(["-D", "-e", "-f"])
            .arg(&config)
            .stdin(Stdio::null())
            .stderr(fs::File::create(folder.join("log")).expect("a log"))
            .spawn()
            .expect("sshd starts");
        let server = Self { process, keys, port };
        let until = Instant::now() + Duration::from_secs(60);
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            assert!(Instant::now() < until, "sshd does not listen: {}", server.log());
            thread::yield_now();
        }
        server
    }

    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// Settings and secrets of somebody who is let in.
    pub fn admin(&self) -> Admin {
        self.keys.admin(self.port)
    }
}

impl Drop for Sshd {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Who runs the tests.
fn user() -> String {
    let output = Command::new("id").arg("-un").output().expect("id");
    String::from_utf8(output.stdout).expect("UTF-8").trim().to_owned()
}

fn keygen(file: &Path, kind: &str, passphrase: &str) {
    let made = Command::new("ssh-keygen")
        .args(["-q", "-t", kind, "-N", passphrase, "-f"])
        .arg(file)
        .status()
        .expect("ssh-keygen is there");
    assert!(made.success());
}

/// What somebody enters.
#[derive(Clone)]
pub struct Admin {
    pub settings: BTreeMap<String, String>,
    pub secrets: BTreeMap<String, String>,
    pub upstream: Option<String>,
}

impl Admin {
    pub fn set(mut self, key: &str, value: impl Into<String>) -> Self {
        self.settings.insert(key.to_owned(), value.into());
        self
    }

    pub fn secret(mut self, key: &str, value: impl Into<String>) -> Self {
        self.secrets.insert(key.to_owned(), value.into());
        self
    }

    pub fn without_secret(mut self, key: &str) -> Self {
        self.secrets.remove(key);
        self
    }

    pub fn grant(&self) -> (FileGrant, Settings) {
        let manifest = include_str!("../../../../connectors/sftp-csv/connector.toml");
        let manifest = Manifest::parse_toml(manifest).expect("the manifest is sound");
        let settings = Settings::resolve(&manifest, &self.settings, &self.secrets).expect("the settings fit");
        let upstreams: Vec<_> =
            self.upstream.iter().map(|text| Upstream::parse(text).expect("an upstream")).collect();
        let grant = Grant::new(&manifest, &settings, &upstreams).expect("a grant");
        (grant.files().expect("files are granted").clone(), settings)
    }

    /// A session with the server; `sleeper` is asked to wait instead of the clock.
    pub fn session(&self, sleeper: Arc<dyn Sleeper>) -> Session {
        let (grant, settings) = self.grant();
        let FilePlace::Sftp(place) = grant.place() else { panic!("files come from a server") };
        let server =
            Server::new((**place).clone(), grant.manifest().sftp.clone(), settings, Arc::new(NoAudit));
        self.reading(Arc::new(server.with_sleeper(Arc::clone(&sleeper))), sleeper)
    }

    pub fn reading(&self, folder: Arc<dyn Folder>, sleeper: Arc<dyn Sleeper>) -> Session {
        let (grant, settings) = self.grant();
        let options = SessionOptions { sleeper, ..SessionOptions::new(Arc::new(NoAudit)) };
        Session::new(grant, settings, folder, options)
    }

    /// As arguments of `connector pull`.
    pub fn arguments(&self) -> Vec<String> {
        let mut all = Vec::new();
        for (key, value) in &self.settings {
            all.extend(["--setting".to_owned(), format!("{key}={value}")]);
        }
        for (key, value) in &self.secrets {
            all.extend(["--secret".to_owned(), format!("{key}={value}")]);
        }
        all.extend(self.upstream.iter().flat_map(|upstream| ["--upstream".to_owned(), upstream.clone()]));
        all
    }
}

/// Makes a file look as if it had been there for an hour.
pub fn old(file: &Path) {
    let hour = std::time::SystemTime::now() - Duration::from_secs(3_600);
    let opened = fs::File::options().append(true).open(file).expect("the file opens");
    opened.set_modified(hour).expect("its time is set");
}

/// Writes a file that was there for an hour.
pub fn drop_file(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) {
    let file = folder.join(name);
    fs::write(&file, bytes).expect("the file is written");
    old(&file);
}
