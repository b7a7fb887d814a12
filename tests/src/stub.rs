//! The provider stub: a program of its own, on a port of its own.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::company::{Group, Membership, Person};
use crate::host;
use crate::provider::{ASSERTION_PUBLIC_KEY, Provider, SECRET};

pub struct Stub {
    process: Child,
    url: String,
}

/// What a batch of changes did.
#[derive(Debug, Deserialize)]
pub struct Change {
    /// The company's clock afterwards.
    pub now: String,
    pub affected: Vec<Affected>,
}

#[derive(Debug, Deserialize)]
pub struct Affected {
    pub index: u32,
    pub email: String,
    pub kind: String,
}

#[derive(Debug, Deserialize)]
pub struct Stats {
    pub requests: BTreeMap<String, u64>,
    pub offsite: u64,
    pub offsite_with_authorization: u64,
}

impl Stub {
    pub fn start(people: u32, arguments: &[&str]) -> Self {
        let mut process = Command::new(host::stub())
            .args(["--people", &people.to_string(), "--client-secret", SECRET])
            .args(["--assertion-key", ASSERTION_PUBLIC_KEY])
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the stub starts: cargo builds it with the tests");
        let mut line = String::new();
        let out = process.stdout.take().expect("is piped");
        BufReader::new(out).read_line(&mut line).expect("the stub says where it is");
        let said: Value = serde_json::from_str(&line).expect("the stub writes JSON");
        let url = said["url"].as_str().expect("the stub has a URL").to_owned();
        Self { process, url }
    }

    /// `http://127.0.0.1:PORT`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Carries out a batch of changes, as the stub's `--help` has it.
    pub fn change(&self, batch: &Value) -> Change {
        self.post("change", batch)
    }

    /// Switches these faults on and all others off.
    pub fn faults(&self, faults: &[&str]) {
        let _: Value = self.post("faults", &json!(faults));
    }

    pub fn stats(&self) -> Stats {
        serde_json::from_str(&self.get("stats")).expect("the stub's statistics")
    }

    pub fn people(&self, provider: Provider) -> Vec<Person> {
        self.truth(provider, "")
    }

    pub fn groups(&self, provider: Provider) -> Vec<Group> {
        self.truth(provider, "/groups")
    }

    pub fn memberships(&self, provider: Provider) -> Vec<Membership> {
        self.truth(provider, "/memberships")
    }

    fn truth<T: DeserializeOwned>(&self, provider: Provider, what: &str) -> Vec<T> {
        let text = self.get(&format!("truth/{}{what}", provider.side()));
        text.lines().map(|line| serde_json::from_str(line).expect("a line of truth")).collect()
    }

    fn get(&self, what: &str) -> String {
        let mut answer = ureq::get(self.control(what)).call().expect("the stub answers");
        let body = answer.body_mut().with_config().limit(u64::MAX);
        body.read_to_string().expect("the stub's answer comes whole")
    }

    fn post<T: DeserializeOwned>(&self, what: &str, body: &Value) -> T {
        let answer = ureq::post(self.control(what)).send(body.to_string());
        let mut answer = answer.unwrap_or_else(|error| panic!("the stub takes {body}: {error}"));
        let text = answer.body_mut().read_to_string().expect("the stub's answer comes whole");
        serde_json::from_str(&text).expect("the stub answers with JSON")
    }

    fn control(&self, what: &str) -> String {
        format!("{}/control/{what}", self.url)
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
