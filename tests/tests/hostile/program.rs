//! A guest and the shipped program: `connector pull` and `sync`, as processes.

use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use rollcall_tests::guests::{self, Used, Watched};
use rollcall_tests::{Ended, Provider, Scene, command, compiled, rollcall};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::beside::others_may_run;
use crate::{Comes, End, Fails, Guest};

/// What a call may compute, with the start of the program, the compiler and
/// its neighbours on a small machine.
pub const CPU: Duration = Duration::from_secs(5 + 5);

/// What the program may have in memory with any guest of 64 MiB: its own, the
/// guest's, and what one call may hand over.
pub const PEAK: u64 = 400 << 20;

#[track_caller]
pub fn check(guest: &Guest) {
    ends(&Crime::new(&guest.name), guest.end);
}

/// It ends as it has to, in `connector pull` and in `sync`, within its limits;
/// the neighbour is untouched, and nothing is stored of a guest that fails.
#[track_caller]
pub fn ends(crime: &Crime, end: End) {
    ends_within(crime, end, CPU, PEAK);
}

/// As [`ends`], within these limits.
#[track_caller]
pub fn ends_within(crime: &Crime, end: End, cpu: Duration, peak: u64) {
    let name = &crime.name;
    let (pulled, synced) = crime.run_beside_a_neighbour();
    for (how, used) in [("pull", &pulled), ("sync", &synced)] {
        eprintln!("{name} by {how}: {:?} of CPU, {} MiB", used.cpu, used.peak >> 20);
        assert!(used.cpu < cpu, "{name} by {how} took {:?} of CPU", used.cpu);
        assert!(used.peak < peak, "{name} by {how} took {} MiB", used.peak >> 20);
    }
    match end {
        Comes(people) => {
            let receipt = pulled.ended.expect(0).lines().pop().expect("a receipt");
            assert_eq!((&receipt["complete"], &receipt["workers"]), (&json!(true), &json!(people)), "{name}");
            synced.ended.expect(0);
        }
        Fails(code, blame, detail) => {
            failed(name, "pull", &pulled.ended, code, blame, detail);
            failed(name, "sync", &synced.ended, code, blame, detail);
            assert_eq!(crime.accounts(), "", "{name} left accounts");
            let run = crime.audit().into_iter().rfind(|entry| entry["kind"] == "run-ended");
            let run = run.unwrap_or_else(|| panic!("{name}: the audit does not tell how it ended"));
            assert_eq!(run["detail"]["ended"], json!({"failed": code, "blame": blame}), "{name}");
        }
    }
}

#[track_caller]
fn failed(name: &str, how: &str, ended: &Ended, code: &str, blame: &str, detail: &str) {
    let Ended { code: exit, stdout, stderr } = ended;
    assert_eq!(*exit, Some(1), "{name} by {how}\nstdout: {stdout}\nstderr: {stderr}");
    let failure = ended.failure();
    assert_eq!(failure["error"]["code"], code, "{name} by {how}: {failure}");
    assert_eq!(failure["blame"], blame, "{name} by {how}: {failure}");
    let told = failure["error"]["detail"].as_str().expect("a failure has a detail");
    assert!(told.contains(detail), "{name} by {how}: {failure}");
    assert!(!stdout.contains("\"receipt\""), "{name} by {how} has a receipt: {stdout}");
}

/// A guest as files: the component, and the integration that runs it.
pub struct Crime {
    name: String,
    directory: TempDir,
    /// Of `connector pull`; a sync has them in the integration.
    settings: Vec<String>,
}

impl Crime {
    /// A guest of the list.
    pub fn new(name: &str) -> Self {
        Self::of(name, &guests::guest(name))
    }

    /// A file of these bytes.
    pub fn of(name: &str, bytes: &[u8]) -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        guests::write(directory.path(), name, bytes);
        Self { name: name.to_owned(), directory, settings: Vec::new() }
    }

    /// A file of these bytes, which does what the setting `crime` says.
    pub fn by_setting(name: &str, bytes: &[u8]) -> Self {
        let crime = Self::of(name, bytes);
        let file = crime.file("toml");
        let text = std::fs::read_to_string(&file).expect("the integration");
        let settings =
            format!("{text}[settings]\ncrime = {name:?}\n[secrets]\ntoken = {{ file = \"token\" }}\n");
        // What a pull has compiled, a sync does not compile again.
        std::fs::write(&file, settings)
            .and_then(|()| std::fs::write(crime.directory.path().join("token"), "a-token"))
            .and_then(|()| std::fs::create_dir(crime.data()))
            .and_then(|()| symlink(compiled(), crime.data().join("compiled")))
            .expect("the settings are written");
        let words =
            ["--setting".to_owned(), format!("crime={name}"), "--secret".into(), "token=a-token".into()];
        Self { settings: words.into(), ..crime }
    }

    pub fn file(&self, ending: &str) -> PathBuf {
        self.directory.path().join(format!("{}.{ending}", self.name))
    }

    /// Pulls and syncs at once, while somebody else syncs.
    #[track_caller]
    fn run_beside_a_neighbour(&self) -> (Used, Used) {
        let _others = others_may_run();
        let scene = Scene::new(Provider::Personio, 40);
        let (pull, sync) = (Watched::start(self.pull()), Watched::start(self.sync()));
        let neighbour = scene.sync(&["--format", "json"]);
        let used = (pull.end(), sync.end());
        assert_eq!(neighbour.code, Some(0), "the neighbour of {}: {}", self.name, neighbour.stderr);
        let due = scene.stub.people(scene.provider).iter().filter(|person| person.is_due()).count();
        let accounts = scene.accounts();
        assert_eq!(accounts.len(), due, "accounts of the neighbour of {}", self.name);
        let again = scene.sync(&["--format", "json", "--full"]).expect(0).json();
        assert_eq!(scene.accounts(), accounts, "the neighbour of {}: {again}", self.name);
        used
    }

    pub fn pull(&self) -> Command {
        let mut command = command();
        command
            .args(["connector", "pull", "--entity", "workers"])
            .arg(self.file("wasm"))
            .args(&self.settings);
        command
    }

    pub fn sync(&self) -> Command {
        let mut command = command();
        command.arg("sync").arg(self.file("toml")).arg("--data").arg(self.data());
        command
    }

    pub fn inspect(&self) -> Command {
        let mut command = command();
        command.args(["connector", "inspect"]).arg(self.file("wasm"));
        command
    }

    fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    fn accounts(&self) -> String {
        let data = self.data();
        let list: [&std::ffi::OsStr; 6] = [
            "account".as_ref(),
            "list".as_ref(),
            "--tenant".as_ref(),
            "victim".as_ref(),
            "--data".as_ref(),
            data.as_ref(),
        ];
        rollcall(list).expect(0).stdout
    }

    /// The audit, whose chain holds.
    pub fn audit(&self) -> Vec<Value> {
        let data = self.data();
        let audit = |what: &str| {
            let words: [&std::ffi::OsStr; 4] =
                ["audit".as_ref(), what.as_ref(), "--data".as_ref(), data.as_ref()];
            rollcall(words).expect(0)
        };
        audit("verify");
        audit("list").lines()
    }

    pub fn refusals(&self) -> Vec<Value> {
        self.audit().into_iter().filter(|entry| entry["kind"] == "refusal").collect()
    }
}
