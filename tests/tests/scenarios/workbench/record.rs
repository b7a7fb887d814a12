//! `connector test --record`: a conversation with a live provider becomes a case
//! without the people.

use std::fs;
use std::path::Path;

use rollcall_tests::{Ended, Provider, Stub, components, rollcall};
use serde_json::Value;
use tempfile::TempDir;

/// Two recordings are of the same moment.
const NOW: &str = "2026-01-15T12:00:00Z";

/// Characters of a value below which it stands in other words too.
const TELLING: usize = 4;

/// A folder for SCIM's recordings, and a provider to record.
struct Studio {
    folder: TempDir,
    stub: Stub,
}

impl Studio {
    fn new() -> Self {
        let folder = TempDir::new().expect("a folder");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../connectors/scim/connector.toml");
        fs::copy(source, folder.path().join("connector.toml")).expect("a manifest");
        fs::write(folder.path().join("Cargo.toml"), "").expect("a file");
        Self { folder, stub: Stub::start(7, &[]) }
    }

    fn record(&self, options: &[&str]) -> Ended {
        let provider = Provider::Scim;
        let folder = self.folder.path().to_str().expect("UTF-8").to_owned();
        let mut arguments = vec![
            "connector".into(),
            "test".into(),
            folder,
            "--components".into(),
            components().display().to_string(),
        ];
        for (key, value) in provider.settings() {
            arguments.extend(["--setting".to_owned(), format!("{key}={value}")]);
        }
        let (key, value) = provider.secret();
        arguments.extend(["--secret".to_owned(), format!("{key}={value}")]);
        arguments.extend(provider.upstreams(self.stub.url()));
        arguments.extend(["--page-size".to_owned(), "3".to_owned()]);
        rollcall(arguments.into_iter().chain(options.iter().map(ToString::to_string)))
    }

    fn file(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).expect("a file")
    }
}

#[test]
fn people_are_taken_out_and_what_leads_to_them_still_does() {
    let studio = Studio::new();
    let told = studio.record(&["--record", "company"]).expect(0).stdout;
    assert!(told.contains("  check: ended well\n"), "{told}");
    let (cassette, golden) = (studio.file("cassettes/company.har"), studio.file("golden/company.json"));
    let people = studio.stub.people(Provider::Scim);
    assert!(people.len() >= 7);
    for person in &people {
        for known in [person.email.as_ref(), Some(&person.id), person.given.as_ref()]
            .into_iter()
            .flatten()
            .filter(|known| known.len() >= TELLING)
        {
            assert!(!cassette.contains(known) && !golden.contains(known), "{known} was kept");
        }
    }
    let golden: Value = serde_json::from_str(&golden).expect("JSON");
    let workers = golden["workers"]["workers"].as_array().expect("workers");
    assert_eq!(workers.len(), people.len());
    assert!(told.contains(&format!("  workers: {} on ", people.len())), "{told}");
    let managers: Vec<_> =
        workers.iter().filter_map(|worker| worker["employment"]["manager_id"].as_str()).collect();
    assert!(!managers.is_empty());
    assert!(
        managers.iter().all(|manager| workers.iter().any(|worker| worker["id"] == **manager)),
        "{managers:?}"
    );
    let (_, secret) = Provider::Scim.secret();
    assert!(!cassette.contains(&secret));
}

#[test]
fn one_key_makes_the_same_people_in_every_recording() {
    let studio = Studio::new();
    let record =
        |case: &str| studio.record(&["--record", case, "--redaction-key", "studio", "--now", NOW]).expect(0);
    record("first");
    record("second");
    assert_eq!(studio.file("golden/first.json"), studio.file("golden/second.json"));
    studio.record(&["--record", "third", "--redaction-key", "another", "--now", NOW]).expect(0);
    assert_ne!(studio.file("golden/first.json"), studio.file("golden/third.json"));
}

#[test]
fn nothing_is_kept_of_a_wrong_command() {
    let studio = Studio::new();
    let wrong = studio.record(&["--record", "../elsewhere"]).expect(2);
    assert!(wrong.stderr.contains("has letters, digits, - and _"), "{}", wrong.stderr);
    let wrong = studio.record(&["--record", "x", "--setting", "colour=red"]).expect(2);
    assert!(wrong.stderr.contains("`colour` is not known"), "{}", wrong.stderr);
    let wrong = studio.record(&["--record", "x", "--upstream", "api=http://127.0.0.1:1"]).expect(2);
    assert!(
        wrong.stderr.contains("has no grant for this host; it has: scim.example.com"),
        "{}",
        wrong.stderr
    );
    assert!(!studio.folder.path().join("cassettes").exists());
}

/// A provider that refuses is a conversation too.
#[test]
fn a_refusal_is_recorded_as_one() {
    let studio = Studio::new();
    let folder = studio.folder.path().to_str().expect("UTF-8");
    let components = components();
    let mut arguments =
        vec!["connector", "test", folder, "--components", components.to_str().expect("UTF-8")];
    let settings: Vec<String> =
        Provider::Scim.settings().into_iter().map(|(key, value)| format!("{key}={value}")).collect();
    settings.iter().for_each(|setting| arguments.extend(["--setting", setting]));
    let (key, _) = Provider::Scim.secret();
    let secret = format!("{key}=not-the-secret");
    let upstreams = Provider::Scim.upstreams(studio.stub.url());
    arguments.extend(upstreams.iter().map(String::as_str));
    arguments.extend(["--secret", &secret, "--record", "refused", "--step", "workers"]);
    let told = rollcall(arguments).expect(0).stdout;
    assert!(told.contains("  workers: failed, to blame: settings: "), "{told}");
    let golden: Value = serde_json::from_str(&studio.file("golden/refused.json")).expect("JSON");
    assert_eq!(golden["workers"]["failure"]["code"], "auth-failed");
    assert!(!studio.file("cassettes/refused.har").contains("not-the-secret"));
}
