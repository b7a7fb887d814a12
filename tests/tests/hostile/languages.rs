//! The same crimes in each language, by its own means and with its own SDK:
//! `tests/bad`, whose setting `crime` says which.

use std::sync::OnceLock;
use std::time::Duration;

use rollcall_tests::examples;
use rollcall_tests::guests::Watched;

use crate::program::{CPU, Crime, PEAK, ends_within};
use crate::{Comes, End, Fails};

const LANGUAGES: [&str; 3] = ["rust", "javascript", "python"];

/// What somebody said who should not have.
const BLURTED: &str = "hunter2-of-mara.lind";

/// An interpreter computes twice as long, and has three times the memory.
fn limits(language: &str) -> (Duration, u64) {
    match language {
        "rust" => (CPU, PEAK),
        _ => (CPU + Duration::from_secs(5), PEAK + (128 << 20)),
    }
}

fn crime(language: &str, crime: &str) -> Crime {
    let file = examples().join("bad").join(language).join("bad.wasm");
    let bytes = std::fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    Crime::by_setting(crime, &bytes)
}

/// Compiled once, for whoever commits a crime: with an interpreter that takes
/// more than any of them.
fn compile() {
    static COMPILED: OnceLock<()> = OnceLock::new();
    COMPILED.get_or_init(|| {
        for language in LANGUAGES {
            Watched::start(crime(language, "log-flood").pull()).end().ended.expect(0);
        }
    });
}

#[track_caller]
fn ends(language: &str, name: &str, end: End) -> Crime {
    compile();
    let crime = crime(language, name);
    let (cpu, peak) = limits(language);
    ends_within(&crime, end, cpu, peak);
    crime
}

#[test]
fn an_endless_loop() {
    for language in LANGUAGES {
        ends(language, "endless-loop", Fails("stopped", "connector", "computed for more than"));
    }
}

#[test]
fn a_memory_bomb() {
    ends("rust", "memory-bomb", Fails("budget", "connector", "64 MiB of memory"));
    ends("javascript", "memory-bomb", Fails("crashed", "connector", "out of memory"));
    ends("python", "memory-bomb", Fails("crashed", "connector", "MemoryError"));
}

#[test]
fn a_flood_of_log_lines_is_500() {
    for language in LANGUAGES {
        let crime = ends(language, "log-flood", Comes(0));
        let mut pull = crime.pull();
        pull.env("RUST_LOG", "info").env("NO_COLOR", "1");
        let told = Watched::start(pull).end().ended.expect(0).stderr;
        let lines = told.lines().filter(|line| line.contains("guest=")).count();
        assert_eq!(lines, 500, "{language}");
    }
}

#[test]
fn an_undeclared_host() {
    for language in LANGUAGES {
        let crime = ends(language, "undeclared-host", Fails("denied", "connector", "elsewhere"));
        let refusals = crime.refusals();
        assert_eq!(refusals.len(), 1, "{language}: {refusals:?}");
    }
}

/// Told to whoever runs it, and written down nowhere.
#[test]
fn what_is_blurted_out_is_not_kept() {
    for language in LANGUAGES {
        let crime = ends(language, "blurting", Fails("crashed", "connector", ""));
        let audit = format!("{:?}", crime.audit());
        assert!(!audit.contains(BLURTED), "{language}: {audit}");
    }
}

#[test]
fn javascript_that_changes_every_object_changes_its_own_call_alone() {
    ends("javascript", "tampering", Comes(2));
}

#[test]
fn python_with_its_library_finds_no_way_out() {
    // One for each way that was refused.
    ends("python", "breaking-out", Comes(5));
}
