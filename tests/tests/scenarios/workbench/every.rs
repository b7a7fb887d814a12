//! Every connector in the repository passes every stage, and would not if it were
//! spoilt.

use std::path::{Path, PathBuf};

use rollcall_tests::{components, examples, rollcall};

const REPOSITORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

fn passes(folder: &str, components: &Path, options: &[&str]) {
    let folder = Path::new(REPOSITORY).join(folder);
    let arguments = ["connector".into(), "test".into(), folder.into_os_string()];
    let arguments = arguments.into_iter().chain(["--components".into(), components.as_os_str().to_owned()]);
    let ended = rollcall(arguments.chain(options.iter().map(Into::into)));
    print!("{}", ended.stdout);
    ended.expect(0);
}

#[test]
fn every_connector_passes_every_stage() {
    let mut folders: Vec<PathBuf> = Path::new(REPOSITORY)
        .join("connectors")
        .read_dir()
        .expect("the connectors")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.join("connector.toml").is_file())
        .collect();
    folders.sort();
    assert!(folders.len() >= 4);
    for folder in folders {
        let name = folder.file_name().and_then(|name| name.to_str()).expect("a name");
        passes(&format!("connectors/{name}"), &components(), &["--self-check"]);
    }
}

/// The same cassettes and the same golden files in all three: whoever passes
/// gives what the others give.
#[test]
fn the_template_passes_every_stage_in_every_language() {
    for language in ["rust", "javascript", "python"] {
        let components = examples().join("template").join(language);
        passes(&format!("sdk/template/{language}"), &components, &["--self-check"]);
    }
}

#[test]
fn the_contract_is_kept_by_every_sdk() {
    for language in ["rust", "javascript", "python"] {
        let components = examples().join("contract").join(language);
        let stages = ["--stage", "static", "--stage", "describe", "--stage", "replay", "--stage", "secrets"];
        passes(&format!("sdk/contract/{language}"), &components, &stages);
    }
}
