//! A connector that does wrong, once for each stage: the stage finds it out, and
//! says how to mend it.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use rollcall_grants::Manifest;
use rollcall_sandbox::embed_manifest;
use rollcall_tests::{Ended, component, examples, guests, rollcall};
use serde_json::{Value, json};
use tempfile::TempDir;

const MANIFEST: &str = include_str!("../../../bad/connector.toml");

/// The honest connector's folder, in which something can be spoilt.
struct Bench(TempDir);

impl Bench {
    fn new() -> Self {
        let bench = Self(TempDir::new().expect("a folder"));
        fs::create_dir(bench.path("cassettes")).expect("a folder");
        let people = [
            json!({"id": "p-1", "name": "Mara", "family": "Lind", "email": "mara@acme.example", "begins": "2020-02-01"}),
            json!({"id": "p-2", "name": "Jonas", "family": "Berg", "email": "jonas@acme.example", "begins": "2021-03-01"}),
        ];
        let pages = [page(None, &people[..1], Some("two")), page(Some("two"), &people[1..], None)];
        bench.write("full", &json!({"nowMs": 1_768_478_400_000_u64, "steps": ["check", "workers"]}), &pages);
        let since = json!({"nowMs": 1_768_564_800_000_u64, "steps": ["workers"], "checkpoint": "[\"bad/1\",{\"since\":1768478400000}]"});
        let change = |people: &[Value]| {
            [exchange("https://api.example.com/people?since=1768478400000", &json!({"people": people}))]
        };
        bench.write("changes", &since, &change(&[json!({"id": "p-2", "gone": true}), people[0].clone()]));
        bench.write("no-changes", &since, &change(&[]));
        bench.build(MANIFEST);
        bench.run(&["--update"]).expect(0);
        bench.run(&["--self-check"]).expect(0);
        bench
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, case: &str, head: &Value, entries: &[Value]) {
        let log = json!({"version": "1.2", "creator": {"name": "test", "version": "1"}, "entries": entries});
        let har = json!({"_rollcall": head, "log": log});
        fs::write(self.path(&format!("cassettes/{case}.har")), har.to_string()).expect("a cassette");
    }

    /// Puts another manifest around the same code.
    fn build(&self, manifest: &str) {
        fs::write(self.path("connector.toml"), manifest).expect("a manifest");
        // A folder's tests need no source, but one that can be told from another.
        fs::write(self.path("Cargo.toml"), "").expect("a file");
        let core = self.path("bad.wasm");
        fs::copy(examples().join("bad/core.wasm"), &core).expect("tests/bad/rust is built");
        rollcall([Path::new("connector"), Path::new("build"), &core, Path::new("--out"), self.0.path()])
            .expect(0);
    }

    /// Lets it do this in every case.
    fn commits(&self, crime: &str) {
        for entry in fs::read_dir(self.path("cassettes")).expect("cassettes") {
            self.change(&entry.expect("an entry").path(), |har| {
                har["_rollcall"]["settings"] = json!({"crime": crime})
            });
        }
    }

    fn change(&self, file: &Path, change: impl FnOnce(&mut Value)) {
        let mut har: Value = serde_json::from_slice(&fs::read(file).expect("a file")).expect("JSON");
        change(&mut har);
        fs::write(file, har.to_string()).expect("a file");
    }

    fn run(&self, options: &[&str]) -> Ended {
        let folder = self.0.path().as_os_str().to_owned();
        let fixed = ["connector".into(), "test".into(), folder.clone(), "--components".into(), folder];
        rollcall(fixed.into_iter().chain(options.iter().map(Into::into)))
    }

    /// Fails, with this in what the stage found, and with a remedy.
    #[track_caller]
    fn found_out(&self, stage: &str, what: &str) {
        let ended = self.run(&["--stage", stage, "--format", "json"]).expect(1);
        let findings = ended.json()[0]["stages"][0]["findings"].clone();
        let findings = findings.as_array().expect("findings");
        assert!(
            findings.iter().any(|one| one["what"].as_str().is_some_and(|text| text.contains(what))),
            "{findings:#?}"
        );
        assert!(
            findings.iter().all(|one| one["fix"].as_str().is_some_and(|fix| !fix.is_empty())),
            "{findings:#?}"
        );
    }
}

fn page(cursor: Option<&str>, people: &[Value], next: Option<&str>) -> Value {
    let query = cursor.map(|cursor| format!("?cursor={cursor}")).unwrap_or_default();
    exchange(&format!("https://api.example.com/people{query}"), &json!({"people": people, "next": next}))
}

fn exchange(url: &str, body: &Value) -> Value {
    json!({
        "_rollcall": {"host": "api", "credential": "token", "purpose": "people page"},
        "startedDateTime": "2026-01-15T12:00:00Z", "time": 0,
        "request": {
            "method": "GET", "url": url, "httpVersion": "HTTP/1.1", "cookies": [], "headers": [], "queryString": [],
            "headersSize": -1, "bodySize": 0,
        },
        "response": {
            "status": 200, "statusText": "", "httpVersion": "HTTP/1.1", "cookies": [], "headers": [],
            "content": {"size": -1, "mimeType": "application/json", "text": body.to_string()},
            "redirectURL": "", "headersSize": -1, "bodySize": -1,
        },
        "cache": {}, "timings": {"send": 0, "wait": 0, "receive": 0},
    })
}

#[test]
fn static_finds_a_manifest_and_cassettes_out_of_order() {
    let bench = Bench::new();
    bench.build(&MANIFEST.replacen("license = \"Apache-2.0\"\n", "", 1));
    bench.found_out("static", "`license` is missing");
    bench.build(MANIFEST);
    fs::remove_file(bench.path("golden/full.json")).expect("a file");
    bench.found_out("static", "has no golden output");
    bench.change(&bench.path("cassettes/full.har"), |har| {
        har["log"]["entries"][0]["request"]["headers"] =
            json!([{"name": "Authorization", "value": "Bearer x"}]);
    });
    bench.found_out("static", "has the header `authorization`");
    bench.commits("none");
    bench.change(&bench.path("cassettes/full.har"), |har| {
        har["_rollcall"]["settings"] = json!({"colour": "red"})
    });
    bench.found_out("static", "`colour` is not known to this connector");
}

/// A component with so much more in it that it has so many bytes.
fn padded(component: &Path, bytes: usize) -> Vec<u8> {
    const NAME: &[u8] = b"\x03pad";
    let mut padded = fs::read(component).expect("a component");
    // A section of its own: its kind, and its length in five bytes of seven bits.
    let content = bytes - padded.len() - 6;
    padded.push(0);
    padded.extend((0..5).map(|at| (content >> (7 * at)) as u8 & 0x7f | if at < 4 { 0x80 } else { 0 }));
    padded.extend(NAME);
    padded.resize(bytes, 0);
    padded
}

#[test]
fn static_finds_a_component_that_is_too_large() {
    let bench = Bench::new();
    let file = bench.path("bad.wasm");
    let honest = bench.path("honest.wasm");
    fs::rename(&file, &honest).expect("a file");
    fs::write(&file, padded(&honest, 400_000)).expect("a file");
    bench.run(&["--stage", "static"]).expect(0);
    fs::write(&file, padded(&honest, 400_001)).expect("a file");
    bench.found_out("static", "has 400001 bytes, 400000 are sensible");
    // One that reads files may have more.
    let folder = TempDir::new().expect("a folder");
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../connectors/sftp-csv");
    for (bytes, code) in [(900_000, 0), (900_001, 1)] {
        let large = padded(&component("sftp-csv"), bytes);
        fs::write(folder.path().join("sftp-csv.wasm"), large).expect("a file");
        let arguments: [&OsStr; 6] = [
            "connector".as_ref(),
            "test".as_ref(),
            project.as_ref(),
            "--components".as_ref(),
            folder.path().as_ref(),
            "--stage=static".as_ref(),
        ];
        rollcall(arguments).expect(code);
    }
}

/// `connector build` makes no such file; another toolchain does.
#[test]
fn static_finds_wasi() {
    let bench = Bench::new();
    let manifest = Manifest::parse_toml(MANIFEST).expect("the manifest");
    let json = serde_json::to_vec(&manifest).expect("JSON");
    let component = embed_manifest(&guests::with_wasi(), &json).expect("the manifest fits in");
    fs::write(bench.path("bad.wasm"), component).expect("a file");
    bench.found_out("static", "imports wasi:random/random@0.2.0, which hosts refuse in production");
}

#[test]
fn describe_finds_a_setting_that_nobody_can_fill_in() {
    let bench = Bench::new();
    bench.build(&MANIFEST.replace("default = \"none\"\n", ""));
    bench.found_out("describe", "setting `crime` has neither an example, a default nor options");
}

#[test]
fn replay_finds_other_requests_and_other_output() {
    let bench = Bench::new();
    bench.commits("stranger");
    bench.found_out(
        "replay",
        "asks for what is not on the cassette: GET https://api.example.com/people?why=not",
    );
    bench.commits("sloppy");
    bench.change(&bench.path("cassettes/full.har"), |har| {
        let page = json!({"people": [{"id": "p-1", "name": "Mara", "begins": "01.02.2020"}], "next": "two"});
        har["log"]["entries"][0]["response"]["content"]["text"] = json!(page.to_string());
    });
    bench.found_out("replay", "of the golden output differs");
}

#[test]
fn paging_finds_somebody_twice() {
    let bench = Bench::new();
    bench.commits("repeater");
    bench.found_out("paging", "worker p-1 comes twice");
    bench.commits("none");
    fs::remove_file(bench.path("cassettes/full.har")).expect("a file");
    bench.found_out("paging", "no case has a second page of workers");
}

#[test]
fn incremental_finds_a_spoilt_checkpoint_taken_for_an_empty_company() {
    let bench = Bench::new();
    bench.commits("careless");
    bench.found_out("incremental", "ends well, and has nobody");
    fs::remove_file(bench.path("cassettes/changes.har")).expect("a file");
    bench.found_out("incremental", "no case shows a deletion");
}

#[test]
fn faults_finds_silence_crashes_and_wrong_blame() {
    let bench = Bench::new();
    bench.commits("deaf");
    bench.found_out("faults", "workers ends well, and 2 of 2 records are lost");
    bench.commits("hasty");
    bench.found_out("faults", "workers crashes");
    bench.commits("accuser");
    bench.found_out("faults", "blames the settings instead of the provider");
}

#[test]
fn egress_finds_what_is_not_granted_and_what_is_not_needed() {
    let bench = Bench::new();
    bench.commits("trespasser");
    bench.found_out("egress", "`GET /salaries` is not granted");
    bench.commits("none");
    bench.build(&MANIFEST.replace("\"GET /people\"", "\"GET /people\", \"GET /salaries\""));
    bench.found_out("egress", "`GET /salaries` of host `api` is allowed, and no case needs it");
}

#[test]
fn secrets_finds_people_in_the_log() {
    let bench = Bench::new();
    bench.commits("gossip");
    bench.found_out("secrets", "has a person's data in it");
    let told = bench.run(&["--stage", "secrets"]);
    assert!(!told.stdout.contains("Jonas"), "a report has nobody's data either");
}

#[test]
fn mapping_finds_dates_as_they_came() {
    let bench = Bench::new();
    bench.commits("sloppy");
    bench.change(&bench.path("cassettes/full.har"), |har| {
        let page = json!({"people": [{"id": "p-1", "name": "Mara", "begins": "01.02.2020"}], "next": "two"});
        har["log"]["entries"][0]["response"]["content"]["text"] = json!(page.to_string());
    });
    bench.found_out("mapping", "`start_date` is no date of the form YYYY-MM-DD");
    bench.build(&MANIFEST.replace("work = [\"start_date\"]", "work = [\"start_date\", \"title\"]"));
    bench.found_out("mapping", "`title` is offered, and occurs in no case");
}

#[test]
fn budgets_finds_what_became_dearer() {
    let bench = Bench::new();
    bench.commits("glutton");
    bench.found_out("budgets", " instructions, ");
    fs::remove_file(bench.path("budgets.json")).expect("a file");
    bench.found_out("budgets", "has no budget");
}

#[test]
fn compatibility_finds_what_is_taken_away() {
    let bench = Bench::new();
    fs::create_dir(bench.path("published")).expect("a folder");
    fs::copy(bench.path("bad.wasm"), bench.path("published/bad.wasm")).expect("a copy");
    bench.run(&["--stage", "compatibility"]).expect(0);
    let narrower = MANIFEST.replace("work = [\"start_date\"]", "work = []");
    bench.build(&narrower.replace("1.0.0", "1.1.0"));
    bench.found_out("compatibility", "no longer reads `start_date`");
    bench.build(&narrower.replace("1.0.0", "2.0.0"));
    bench.run(&["--stage", "compatibility"]).expect(0);
    bench.build(&MANIFEST.replace("\"GET /people\"", "\"GET /people\", \"GET /salaries\""));
    bench.found_out("compatibility", "version 1.0.0 differs from the published 1.0.0");
}

#[test]
fn the_self_check_finds_cassettes_that_show_nothing() {
    let bench = Bench::new();
    for case in ["full", "changes"] {
        let file = bench.path(&format!("cassettes/{case}.har"));
        let text = fs::read_to_string(&file).expect("a file");
        fs::write(
            &file,
            ["Mara", "Jonas", "mara@acme.example", "jonas@acme.example"]
                .iter()
                .fold(text, |text, name| text.replace(name, "")),
        )
        .expect("a file");
    }
    bench.run(&["--update"]).expect(0);
    bench.found_out(
        "self-check",
        "stage secrets does not find out a connector that writes names into the log",
    );
}

#[test]
fn an_exemption_needs_a_reason_and_an_end() {
    let bench = Bench::new();
    bench.commits("gossip");
    let exempt = "[[exempt]]\nstage = \"secrets\"\nfinding = \"a person's data\"\n";
    let file = bench.path("connector-test.toml");
    fs::write(&file, exempt).expect("a file");
    let told = bench.run(&[]).expect(2);
    assert!(told.stderr.contains("missing field `reason`"), "{}", told.stderr);
    fs::write(&file, format!("{exempt}reason = \"it is a test\"\nuntil = \"2099-12-31\"\n")).expect("a file");
    let told = bench.run(&["--stage", "secrets"]).expect(0);
    assert!(told.stdout.contains("exempt until 2099-12-31"), "{}", told.stdout);
    fs::write(&file, format!("{exempt}reason = \"it is a test\"\nuntil = \"2020-12-31\"\n")).expect("a file");
    bench.found_out("secrets", "its exemption ended on 2020-12-31");
}

#[test]
fn reports_for_machines() {
    let bench = Bench::new();
    bench.commits("gossip");
    let junit = bench.run(&["--format", "junit"]).expect(1).stdout;
    assert!(junit.contains("<testsuite name=\"bad\" tests=\"11\" failures=\"2\""), "{junit}");
    assert!(junit.contains("<testcase classname=\"bad\" name=\"secrets\">"), "{junit}");
}

#[test]
fn wrong_usage_is_told_apart() {
    let bench = Bench::new();
    assert!(
        bench
            .run(&["--stage", "speed"])
            .expect(2)
            .stderr
            .contains("--stage speed: is none of static, describe")
    );
    assert!(
        bench.run(&["--case", "nobody"]).expect(2).stderr.contains("there are: changes, full, no-changes")
    );
    fs::write(bench.path("cassettes/full.har"), "{").expect("a file");
    assert!(bench.run(&[]).expect(2).stderr.contains("full.har cannot be played"));
}
