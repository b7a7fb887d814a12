//! `connector new`: from an empty folder to a connector that passes.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use rollcall_tests::{Ended, command, files, rollcall};
use tempfile::TempDir;

/// Of another name in each language: what is built has the name of its project.
fn made(language: &str) -> (TempDir, PathBuf) {
    let folder = TempDir::new().expect("a folder");
    let project = folder.path().join("project");
    let path = project.to_str().expect("UTF-8");
    let name = format!("acme-{language}");
    rollcall(["connector", "new", &name, "--language", language, "--path", path]).expect(0);
    (folder, project)
}

/// Built by the author's own tools, in the author's own folder.
fn builds_and_passes(language: &str) {
    let (_folder, project) = made(language);
    let run = |what: &str| -> Ended {
        let mut command = command();
        command.args(["connector", what]).current_dir(&project).output().expect("the program starts").into()
    };
    let tested = run("test").expect(0).stdout;
    assert!(tested.contains(&format!("acme-{language} 0.1.0")), "{tested}");
    let built = run("build").expect(0).stdout;
    let file = Path::new("connectors").join(format!("acme-{language}.wasm"));
    let written = built.split_whitespace().last().map(Path::new);
    assert!(written.is_some_and(|path| path.is_file() && path.ends_with(&file)), "{built}");
}

#[test]
fn a_new_connector_in_rust_builds_and_passes() {
    builds_and_passes("rust");
}

#[test]
fn a_new_connector_in_javascript_builds_and_passes() {
    builds_and_passes("javascript");
}

#[test]
fn a_new_connector_in_python_builds_and_passes() {
    builds_and_passes("python");
}

/// What is written is what `the_template_passes_every_stage_in_every_language`
/// builds, under another name.
#[test]
fn a_new_connector_is_the_template_under_its_own_name() {
    for (language, own) in
        [("rust", "src/lib.rs"), ("javascript", "src/index.js"), ("python", "acme_python.py")]
    {
        let (_folder, project) = made(language);
        let text = fs::read_to_string(project.join(own)).expect("the source");
        assert!(text.contains("Acme") || text.contains("acme-"), "{own}");
        for file in files(&project) {
            let is_sdk = file.starts_with(project.join("sdk")) || file.starts_with(project.join("wit"));
            let text = fs::read_to_string(&file).expect("text");
            let named = ["example-hr", "example_hr", "ExampleHr", "Example HR"]
                .iter()
                .any(|name| text.contains(name));
            assert!(is_sdk || !named, "{} still has the template's name", file.display());
        }
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        for folder in ["wit/v1", &format!("sdk/{language}")] {
            assert_eq!(names(&project.join(folder)), names(&repository.join(folder)), "{folder}");
        }
        assert!(project.join("budgets.json").is_file(), "{language} has no budgets");
    }
}

/// What no project needs of an SDK: its own tests, and what tools left there.
const NOT_COPIED: [&str; 10] = [
    "test",
    "tests",
    "example",
    "node_modules",
    "__pycache__",
    ".mypy_cache",
    ".ruff_cache",
    "clippy.toml",
    "tsconfig.json",
    "requirements-dev.txt",
];

fn names(folder: &Path) -> BTreeSet<PathBuf> {
    let within = files(folder).into_iter().map(|file| file.strip_prefix(folder).expect("within").to_owned());
    let needed = |file: &PathBuf| file.iter().all(|part| !NOT_COPIED.iter().any(|one| part == *one));
    within.filter(needed).collect()
}

#[test]
fn nothing_is_written_over() {
    let (folder, project) = made("rust");
    let path = project.to_str().expect("UTF-8");
    let refused = rollcall(["connector", "new", "other", "--path", path]).expect(2);
    assert!(refused.stderr.contains("is not empty"), "{}", refused.stderr);
    let refused = rollcall([
        "connector",
        "new",
        "Other One",
        "--path",
        folder.path().join("x").to_str().expect("UTF-8"),
    ]);
    assert!(refused.expect(2).stderr.contains("an id has at most 64 of a-z, 0-9 and -"));
    assert!(!folder.path().join("x").exists());
}
