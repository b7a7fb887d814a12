//! What a sender says about its files.

use rollcall_sdk::testing::Dropped;

use crate::folder::{folder, ids, refused, workers};

const PEOPLE: &str = "employee id,name\n1,Ada\n2,Bo\n";
const SHA256: &str = "b02502201eb2b43b325b9cf7646e775c2f683cf5b1b931ab9c5ce7c85a7ccaae";

fn manifest(files: &str) -> String {
    format!("{{\"format\":\"hr-feed/1\",\"generated_at\":\"2026-03-01T02:30:00Z\",\"files\":[{files}]}}")
}

fn listed(name: &str, bytes: usize, rows: usize, sha256: &str) -> String {
    format!(
        "{{\"name\":\"{name}\",\"kind\":\"people\",\"bytes\":{bytes},\"rows\":{rows},\"sha256\":\"{sha256}\"}}"
    )
}

/// A folder of one file, and what the manifest has about it.
fn with(about: &str) -> Dropped {
    folder("")
        .file("people_20260301.csv", PEOPLE)
        .file("people_20260301.manifest.json", manifest(about))
        .setting("people_pattern", "people_{date}.csv")
        .setting("ready", "manifest")
        .setting("manifest_pattern", "people_{date}.manifest.json")
}

#[test]
fn a_file_that_is_as_it_is_told() {
    let name = "people_20260301.csv";
    assert_eq!(ids(&workers(&with(&listed(name, PEOPLE.len(), 2, SHA256))).unwrap()), ["1", "2"]);
    let size_alone = format!("{{\"name\":\"{name}\",\"bytes\":{}}}", PEOPLE.len());
    assert_eq!(workers(&with(&size_alone)).unwrap().len(), 2);
    refused(&with(&listed(name, PEOPLE.len(), 3, SHA256)), "has 2 records, and its manifest says 3");
    refused(&with(&listed(name, PEOPLE.len(), 2, &SHA256.replace('a', "b"))), "has the checksum");
}

#[test]
fn a_file_that_is_not_told_of_yet() {
    let name = "people_20260301.csv";
    refused(&with(&listed(name, PEOPLE.len() + 1, 2, SHA256)), "waits for the file");
    refused(&with(""), "waits for the file");
    // All of them are there, or none is read.
    let other = listed("people_20260301_2.csv", 10, 1, SHA256);
    refused(&with(&format!("{},{other}", listed(name, PEOPLE.len(), 2, SHA256))), "waits for the file");
    // A newer file without a word about it leaves the older one.
    let newer =
        with(&listed(name, PEOPLE.len(), 2, SHA256)).file("people_20260302.csv", "employee id,name\n9,New\n");
    assert_eq!(ids(&workers(&newer).unwrap()), ["1", "2"]);
}

/// Changes that are taken for everybody would make all others leavers.
#[test]
fn what_a_manifest_says_of_everybody_or_changes_is_what_the_settings_say() {
    let told = |mode: &str| {
        let about = listed("people_20260301.csv", PEOPLE.len(), 2, SHA256);
        let text = manifest(&about).replace("\"files\"", &format!("\"mode\":\"{mode}\",\"files\""));
        with("").file("people_20260301.manifest.json", text)
    };
    assert_eq!(workers(&told("full")).unwrap().len(), 2);
    refused(
        &told("delta"),
        "takes `people_20260301.csv` for everybody, and its manifest says that it has changes",
    );
    let delta = listed("people_delta_20260302.csv", PEOPLE.len(), 2, SHA256);
    let both = told("full")
        .file("people_delta_20260302.csv", PEOPLE)
        .file(
            "people_20260302.manifest.json",
            manifest(&delta).replace("\"files\"", "\"mode\":\"full\",\"files\""),
        )
        .setting("people_pattern", "people_*{date}.csv");
    refused(
        &both.setting("mode", "by-name"),
        "takes `people_delta_20260302.csv` for changes, and its manifest says that it has everybody",
    );
    refused(&told("both"), "is no manifest: `mode` an unknown word, expected `full` or `delta`");
}

#[test]
fn what_is_no_manifest() {
    let is = |text: &str| with("").file("people_20260301.manifest.json", text);
    refused(&is("{}"), "is no manifest");
    refused(&is("{\"format\":\"other/1\",\"files\":[]}"), "another format");
    let padded = |bytes: usize| manifest("") + &" ".repeat(bytes - manifest("").len());
    refused(&is(&padded(256 * 1024)), "waits for the file");
    refused(&is(&padded(256 * 1024 + 1)), "too large for a manifest");
}
