//! `connector dev`: shows what a change changes.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use rollcall_tests::{command, rollcall};
use tempfile::TempDir;

struct Watching {
    process: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

impl Watching {
    /// Reads on until a line has this in it; gives what came before.
    fn until(&mut self, part: &str) -> Vec<String> {
        let mut before = Vec::new();
        for line in self.lines.by_ref() {
            let line = line.expect("a line");
            if line.contains(part) {
                return before;
            }
            before.push(line);
        }
        panic!("it ended without `{part}`: {before:#?}");
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        // It runs until somebody ends it.
        self.process.kill().and_then(|()| self.process.wait()).expect("it is ended");
    }
}

#[test]
fn a_change_of_the_source_shows_in_the_output() {
    let folder = TempDir::new().expect("a folder");
    let project = folder.path().join("acme");
    rollcall(["connector", "new", "acme", "--path", project.to_str().expect("UTF-8")]).expect(0);
    let mut dev = command();
    dev.args(["connector", "dev"]).current_dir(&project).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut process = dev.spawn().expect("the program starts");
    let out = process.stdout.take().expect("is piped");
    let mut watching = Watching { process, lines: BufReader::new(out).lines() };
    watching.until("5 of 5 cases as before");
    watching.until("watching");

    let source = project.join("src/lib.rs");
    let text = fs::read_to_string(&source).expect("the source");
    let changed = text.replacen("given: person.first_name.take(), ", "", 1);
    assert_ne!(text, changed);
    fs::write(&source, changed).expect("a file");
    let shown = watching.until("cases as before").join("\n");
    assert!(shown.contains("-          \"given\": \"Mara\""), "{shown}");

    fs::write(&source, "nonsense").expect("a file");
    watching.until("could not build");
    fs::write(&source, text).expect("a file");
    let shown = watching.until("cases as before").join("\n");
    assert!(shown.contains("+          \"given\": \"Mara\""), "{shown}");
}
