//! Cassettes are HAR 1.2, as somebody else judges it: the package
//! `har-validator`, with the published schema. So what reads a browser's
//! recordings reads ours.

use std::path::Path;
use std::process::Command;

use rollcall_tests::servers;

/// Reads files named in its arguments, and prints each that is no HAR.
const JUDGE: &str = r#"
const { readFileSync } = require("fs");
const judge = require("har-validator");
const wrong = [];
(async () => {
  for (const file of process.argv.slice(1)) {
    await judge.har(JSON.parse(readFileSync(file, "utf8"))).catch((error) =>
      wrong.push(`${file}: ${(error.errors ?? [error]).map((each) => `${each.dataPath} ${each.message}`)}`));
  }
  console.log(wrong.join("\n"));
})();
"#;

/// What the judge has against these files.
fn against(files: &[String]) -> String {
    let modules = servers().join("node/node_modules");
    assert!(modules.join("har-validator").is_dir(), "har-validator is missing: run tests/setup-servers.sh");
    let ended =
        Command::new("node").args(["--eval", JUDGE, "--"]).args(files).env("NODE_PATH", modules).output();
    let ended = ended.expect("node starts");
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    String::from_utf8_lossy(&ended.stdout).trim().to_owned()
}

/// Every cassette of the connectors, the template and the contract.
fn cassettes() -> Vec<String> {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let connectors = repository.join("connectors").read_dir().expect("the connectors");
    let projects = connectors.map(|entry| entry.expect("an entry").path());
    let projects = projects.chain(["sdk/template", "sdk/contract"].map(|project| repository.join(project)));
    let folders = projects.map(|project| project.join("cassettes")).filter(|folder| folder.is_dir());
    let files = folders.flat_map(|folder| folder.read_dir().expect("the cassettes"));
    let files = files.map(|entry| entry.expect("an entry").path());
    let files = files.filter(|file| file.extension().is_some_and(|extension| extension == "har"));
    files.map(|file| file.to_str().expect("a plain path").to_owned()).collect()
}

#[test]
fn every_cassette_is_har_that_others_read() {
    let files = cassettes();
    assert!(files.len() > 100, "{} cassettes", files.len());
    assert_eq!(against(&files), "");
}

#[test]
fn the_judge_knows_what_is_not_har() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("no.har");
    let cassette = std::fs::read_to_string(&cassettes()[0]).expect("a cassette");
    std::fs::write(&file, cassette.replacen("\"httpVersion\"", "\"version\"", 1)).expect("is written");
    let said = against(&[file.to_str().expect("a plain path").to_owned()]);
    assert!(said.contains("httpVersion"), "{said}");
}
