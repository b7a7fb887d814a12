//! One stage for one test: a stub, a provider's integration as a file, and a
//! data directory, all of its own.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use rollcall_model::{Event, TenantId};
use rollcall_store::{MasterKey, Store, TenantStore};
use serde_json::Value;
use tempfile::TempDir;

use crate::host::{self, Ended, rollcall};
use crate::provider::{Elsewhere, Provider};
use crate::stub::{Change, Stub};

/// Where the stub's clock stands at the start.
const START: &str = "2026-01-15T08:00:00Z";

pub struct Scene {
    pub provider: Provider,
    pub stub: Arc<Stub>,
    directory: TempDir,
    now: String,
}

/// Accounts by the id of their source, or by e-mail where they have none.
pub type State = BTreeMap<String, Value>;

impl Scene {
    /// A company of so many people, and an integration that takes in all.
    pub fn new(provider: Provider, people: u32) -> Self {
        Self::with(provider, people, &[])
    }

    /// As [`Self::new`], with arguments for the stub.
    pub fn with(provider: Provider, people: u32, arguments: &[&str]) -> Self {
        Self::before(provider, Arc::new(Stub::start(people, arguments)))
    }

    /// Another stage before the same stub, with data of its own.
    pub fn beside(&self) -> Self {
        Self::before(self.provider, Arc::clone(&self.stub))
    }

    fn before(provider: Provider, stub: Arc<Stub>) -> Self {
        // Says how it is built if it is missing.
        provider.component();
        let scene = Self {
            provider,
            stub,
            directory: tempfile::tempdir().expect("a temporary directory"),
            now: START.to_owned(),
        };
        let (key, secret) = provider.secret();
        fs::write(scene.path(key), secret).expect("the secret is written");
        scene.integrate("");
        scene.share_compiled();
        scene
    }

    /// Compiling a component takes longer than most tests: they do it once.
    fn share_compiled(&self) {
        let shared = host::scratch().join("compiled");
        fs::create_dir_all(&shared).and_then(|()| fs::create_dir_all(self.data())).expect("directories");
        std::os::unix::fs::symlink(shared, self.data().join("compiled")).expect("a link");
    }

    /// A data directory that shares nothing with other tests.
    pub fn alone(self) -> Self {
        fs::remove_file(self.data().join("compiled")).expect("the link goes");
        self
    }

    /// Writes the integration, with these tables behind settings and secrets.
    pub fn integrate(&self, tables: &str) {
        self.write(&self.integration(&["work"], tables));
    }

    /// The text of an integration.
    pub fn integration(&self, classes: &[&str], tables: &str) -> String {
        let mut text = String::from("tenant = \"acme\"\nintegration = \"people\"\n");
        let _ = writeln!(text, "connector = {:?}\nclasses = {classes:?}", self.provider.connector());
        text.push_str("[settings]\n");
        for (key, value) in self.provider.settings() {
            let _ = writeln!(text, "{key} = '{value}'");
        }
        let (key, _) = self.provider.secret();
        let _ = writeln!(text, "[secrets]\n{key} = {{ file = {key:?} }}");
        // Whoever is there is due, at every provider: first days have tests of
        // their own.
        let due = "[policies]\nactivate = \"on-appearance\"\n";
        text.push_str(&match tables.contains("[policies]\n") {
            _ if tables.contains("activate") || tables.contains("preset") => tables.to_owned(),
            true => tables.replacen("[policies]\n", due, 1),
            false => format!("{tables}\n{due}"),
        });
        text
    }

    pub fn write(&self, integration: &str) {
        fs::write(self.path("integration.toml"), integration).expect("the integration is written");
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub fn data(&self) -> PathBuf {
        self.path("data")
    }

    /// The company's clock, which is the program's as well.
    pub fn now(&self) -> &str {
        &self.now
    }

    /// Lets the time of the program be another.
    pub fn at(&mut self, instant: &str) {
        instant.clone_into(&mut self.now);
    }

    /// Changes the company, and moves the clock with it.
    pub fn change(&mut self, batch: &Value) -> Change {
        let change = self.stub.change(batch);
        self.now.clone_from(&change.now);
        change
    }

    /// `rollcall sync` of the integration, ready to run.
    pub fn sync_command(&self, arguments: &[&str]) -> Command {
        let mut command = self.command_of_file("sync");
        command.args(arguments);
        command
    }

    /// `rollcall COMMAND` of the integration's file.
    pub fn command_of_file(&self, name: &str) -> Command {
        let mut command = host::command();
        command
            .arg(name)
            .arg(self.path("integration.toml"))
            .arg("--data")
            .arg(self.data())
            .arg("--connectors")
            .arg(host::components())
            .args(["--now", &self.now])
            .args(self.provider.upstreams(self.stub.url()));
        command
    }

    pub fn sync(&self, arguments: &[&str]) -> Ended {
        self.sync_command(arguments).output().expect("the program starts").into()
    }

    /// Applies, and gives the counts of the reactions.
    #[track_caller]
    pub fn applied(&self, arguments: &[&str]) -> BTreeMap<String, u64> {
        reactions(&self.sync(&[&["--format", "json"], arguments].concat()).expect(0).json())
    }

    /// Plans, and gives the whole of what was printed.
    #[track_caller]
    pub fn planned(&self, arguments: &[&str]) -> Value {
        self.sync(&[&["--plan", "--format", "json"], arguments].concat()).expect(0).json()
    }

    /// `rollcall connector pull`, ready to run.
    pub fn pull_command(&self, arguments: &[&str]) -> Command {
        let (key, _) = self.provider.secret();
        let mut command = host::command();
        command.args(["connector", "pull"]).arg(self.provider.component());
        for (key, value) in self.provider.settings() {
            command.args(["--setting", &format!("{key}={value}")]);
        }
        command
            .args(["--secret", &format!("{key}=@{}", self.path(key).display()), "--now", &self.now])
            .args(self.provider.upstreams(self.stub.url()))
            .args(arguments);
        command
    }

    /// As [`Self::pull_command`], with one setting that is wrong.
    pub fn pull_elsewhere(&self, elsewhere: &Elsewhere) -> Ended {
        let (key, _) = self.provider.secret();
        let mut command = host::command();
        command.args(["connector", "pull"]).arg(self.provider.component());
        let (wrong, value) = elsewhere.setting;
        for (key, right) in self.provider.settings() {
            let value = if key == wrong { value } else { &right };
            command.args(["--setting", &format!("{key}={value}")]);
        }
        command
            .args(["--secret", &format!("{key}=@{}", self.path(key).display()), "--now", &self.now])
            .args(elsewhere.upstreams(self.stub.url()));
        command.output().expect("the program starts").into()
    }

    pub fn pull(&self, arguments: &[&str]) -> Ended {
        self.pull_command(arguments).output().expect("the program starts").into()
    }

    /// `rollcall COMMAND... --data DIR ARGUMENTS...`
    pub fn run(&self, command: &[&str], arguments: &[&str]) -> Ended {
        let data = self.data();
        let data = data.to_str().expect("temporary directories have plain names");
        rollcall(command.iter().chain(&["--data", data]).chain(arguments))
    }

    /// Makes an account by hand, with more attributes as `NAME=VALUE`.
    pub fn add_by_hand(&self, email: &str, attributes: &[&str]) -> Ended {
        let person = ["--tenant", "acme", "--given-name", "By", "--family-name", "Hand", "--email", email];
        let more = attributes.iter().flat_map(|attribute| ["--set", attribute]);
        self.run(&["account", "add"], &person.into_iter().chain(more).collect::<Vec<_>>())
    }

    /// All accounts, with whom they report to by the same name. Panics where one
    /// person has two.
    #[track_caller]
    pub fn accounts(&self) -> State {
        let mut state = State::new();
        for account in self.run(&["account", "list"], &["--tenant", "acme"]).expect(0).lines() {
            let id = account["owner"]["source_id"].as_str().or(account["attributes"]["email"].as_str());
            let id = id.expect("an account has a source or an e-mail").to_owned();
            let twice = state.insert(id.clone(), account);
            assert_eq!(twice, None, "{id} has two accounts");
        }
        let names: Vec<_> = state.iter().map(|(name, one)| (one["id"].clone(), name.clone())).collect();
        for one in state.values_mut() {
            let Some(manager) = one.get("manager").cloned() else { continue };
            let name = names.iter().find_map(|(id, name)| (*id == manager).then(|| name.clone()));
            one["manager"] = name.expect("the manager is there").into();
        }
        state
    }

    /// What happened to accounts so far, in order.
    pub fn events(&self) -> Vec<Event> {
        let events = self.stored(|tenant| tenant.events(0, usize::MAX).expect("events"));
        let events = events.into_iter().map(|(_, event)| event);
        events.filter(|event| event.account.is_some()).collect()
    }

    /// Looks at the tenant's file itself.
    pub fn stored<T>(&self, look: impl FnOnce(&TenantStore) -> T) -> T {
        let master = MasterKey::from_file(&self.data().join("master.key")).expect("the master key");
        let store = Store::open(&self.data(), master).expect("the store opens");
        look(&store.tenant(&TenantId("acme".into())).expect("the tenant is there"))
    }
}

/// The counts of reactions, of a sync's output.
pub fn reactions(told: &Value) -> BTreeMap<String, u64> {
    serde_json::from_value(told["plan"]["counts"]["reactions"].clone()).expect("counts of reactions")
}
