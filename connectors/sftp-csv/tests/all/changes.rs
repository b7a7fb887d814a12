//! Reads of changes, and files of changes.

use connector_sftp_csv::SftpCsv;
use rollcall_sdk::prelude::*;
use rollcall_sdk::testing::Dropped;

use crate::folder::{folder, ids, refused, workers};

const EVERYBODY: &str = "employee id,first name,title\n1,Ada,Engineer\n2,Bo,Clerk\n3,Cy,Clerk\n";

fn feed() -> Dropped {
    folder("")
        .file("p_full_20260301.csv", EVERYBODY)
        .setting("people_pattern", "p_*_{date}.csv")
        .setting("mode", "by-name")
}

fn checkpoint(dropped: &Dropped) -> Vec<u8> {
    SftpCsv::workers(&dropped.files(), Cursor::default()).unwrap().checkpoint.unwrap()
}

fn changed(dropped: Dropped, since: &[u8]) -> Result<WorkerPage> {
    SftpCsv::workers(&dropped.changes(since).files(), Cursor::default())
}

#[test]
fn the_same_file_has_no_changes_and_another_is_read_whole() {
    let first = folder(EVERYBODY);
    let since = checkpoint(&first);
    let page = changed(first.clone(), &since).unwrap();
    assert!(page.workers.is_empty() && page.deleted.is_empty() && page.next.is_none());
    assert_eq!(page.checkpoint.as_deref(), Some(since.as_slice()));
    let other = first.file("people.csv", format!("{EVERYBODY}4,Di,Clerk\n"));
    assert_eq!(changed(other, &since).unwrap_err(), Failure::CheckpointExpired);
    assert_eq!(changed(feed(), b"{").unwrap_err(), Failure::CheckpointExpired);
}

#[test]
fn changes_are_laid_over_everybody() {
    let since = checkpoint(&feed());
    let changes = "action,employee id,first name,title,end date,effective from\nC,1,,Boss,,\nD,2,,,,\nA,9,Noor,Designer,,\nC,3,,Chief,,2027-01-01\n";
    let fed = feed().file("p_delta_20260302.csv", changes);
    let page = changed(fed.clone(), &since).unwrap();
    assert_eq!((ids(&page.workers), page.deleted.as_slice()), (vec!["1", "9"], &["2".to_owned()][..]));
    assert_eq!(page.workers[0].name.given.as_deref(), Some("Ada"));
    assert_eq!(page.workers[0].employment.title.as_deref(), Some("Boss"));
    let whole = workers(&fed).unwrap();
    assert_eq!(ids(&whole), ["1", "3", "9"]);
    // What is not yet in force does not count.
    assert_eq!(whole[1].employment.title.as_deref(), Some("Clerk"));
    for size in 1..4 {
        assert_eq!(workers(&fed.clone().page_size(size)).unwrap(), whole);
    }
    // The next read begins behind it.
    let again = changed(fed.clone(), &checkpoint(&fed)).unwrap();
    assert!(again.workers.is_empty() && again.deleted.is_empty());
}

#[test]
fn a_word_empties_a_field_and_an_empty_cell_does_not() {
    let fed = feed()
        .file("p_delta_20260302.csv", "employee id,first name,title\n1,,<null>\n")
        .setting("clear_word", "<null>");
    let ada = &workers(&fed).unwrap()[0];
    assert_eq!((ada.name.given.as_deref(), ada.employment.title.as_deref()), (Some("Ada"), None));
}

#[test]
fn a_leaver_with_a_day_leaves_on_that_day() {
    let fed = feed().file(
        "p_delta_20260302.csv",
        "action,employee id,first name,end date\nD,1,,2026-03-31\nD,2,,2026-02-28\n",
    );
    let all = workers(&fed).unwrap();
    assert_eq!(
        all.iter().map(|one| one.status).collect::<Vec<_>>(),
        [WorkerStatus::Active, WorkerStatus::Terminated, WorkerStatus::Active]
    );
}

#[test]
fn a_file_of_changes_that_is_missing_or_strange() {
    let row = |id: &str| format!("action,employee id,first name\nA,{id},Somebody\n");
    let seq = folder("")
        .setting("people_pattern", "p_*_{seq}.csv")
        .setting("mode", "by-name")
        .file("p_full_000010.csv", "employee id,first name\n1,Ada\n");
    let two = seq.clone().file("p_delta_000011.csv", row("2"));
    assert_eq!(ids(&workers(&two).unwrap()), ["1", "2"]);
    refused(&two.clone().file("p_delta_000013.csv", row("4")), "file 12 before it is missing");
    // Everybody has a number of the same series.
    refused(&seq.file("p_delta_000012.csv", row("2")), "file 11 before it is missing");
    refused(
        &two.file("p_delta_000012.csv", "action,employee id,first name\nX,3,Somebody\n"),
        "the action is none of",
    );
}

#[test]
fn changes_alone_are_not_everybody() {
    let row = "action,employee id,first name\nA,1,Somebody\n";
    let alone = folder("").file("p_delta_1.csv", row).setting("people_pattern", "p_*_{seq}.csv");
    refused(&alone.clone().setting("mode", "by-name"), "the first file has to have everybody");
    refused(&alone.setting("mode", "delta"), "has to be one of full, by-name");
    // A company whose name has the word.
    let delta = folder("").file("delta_full.csv", EVERYBODY).setting("people_pattern", "delta_*.csv");
    assert_eq!(workers(&delta.setting("mode", "by-name")).unwrap().len(), 3);
}

/// What a file of changes makes of a file of everybody: names and titles.
fn laid(everybody: &str, changes: &str) -> Vec<(String, Option<String>, WorkerStatus)> {
    let fed = folder("")
        .file("p_full_20260228.csv", everybody)
        .file("p_delta_20260302.csv", changes)
        .setting("people_pattern", "p_*_{date}.csv")
        .setting("clear_word", "<null>")
        .setting("mode", "by-name");
    let all = workers(&fed).unwrap();
    all.into_iter()
        .map(|one| (one.name.display.unwrap_or_default(), one.employment.title, one.status))
        .collect()
}

#[test]
fn changes_count_from_their_day_on() {
    let check = |changes: &str, title: &str| {
        let changes = format!("action,employee id,title,effective from\n{changes}");
        let laid = laid("employee id,name,title\n1,Ada,Engineer\n", &changes);
        assert_eq!(laid, [("Ada".to_owned(), Some(title.to_owned()), WorkerStatus::Active)], "{changes}");
    };
    check("C,1,Boss,2026-03-01\nC,1,Clerk,2026-02-01\n", "Boss");
    check("C,1,Clerk,2026-02-01\nC,1,Boss,2026-03-01\n", "Boss");
    check("C,1,Boss,2026-03-01\nC,1,Chief,2026-04-01\n", "Boss");
    // One that was sent before the day counts behind one that was sent later.
    let day =
        |day: &str, title: &str| format!("action,employee id,title,effective from\nC,1,{title},{day}\n");
    let fed = feed()
        .file("p_delta_20260301.csv", day("2026-03-01", "Boss"))
        .file("p_delta_20260302.csv", day("2026-02-15", "Clerk"));
    assert_eq!(workers(&fed).unwrap()[0].employment.title.as_deref(), Some("Boss"));
}

#[test]
fn two_changes_that_contradict() {
    let twice = |one: &str, other: &str| {
        let changes =
            format!("action,employee id,title,department,effective from,updated at\n{one},\n{other},\n");
        feed().file("p_delta_20260302.csv", changes)
    };
    let two = twice("C,1,Boss,,", "C,1,Clerk,,");
    refused(&two, "lines 2 and 3 have the same id and differ");
    let last = workers(&two.setting("duplicates", "last")).unwrap();
    assert_eq!(last[0].employment.title.as_deref(), Some("Clerk"));
    // One after the other, as a log has them.
    let log = "action,employee id,title,updated at\nC,1,Boss,2026-03-02T08:00:00Z\nC,1,Clerk,2026-03-02T09:00:00Z\n";
    let last = workers(&feed().file("p_delta_20260302.csv", log)).unwrap();
    assert_eq!(last[0].employment.title.as_deref(), Some("Clerk"));
    for (one, other) in [
        ("C,1,Boss,,", "C,1,,Sales,"),
        ("C,1,Boss,,", "C,1,Boss,,"),
        ("C,1,Boss,,2026-01-01", "C,1,Clerk,,2026-02-01"),
    ] {
        assert!(workers(&twice(one, other)).is_ok(), "{one} {other}");
    }
}

#[test]
fn whoever_is_yet_to_come_is_pending() {
    let laid = laid(
        "employee id,name,effective from\n1,Ada,2026-04-01\n",
        "action,employee id,name,effective from\nA,2,Bo,2026-04-01\nC,3,Cy,2026-04-01\n",
    );
    let pending = |name: &str| (name.to_owned(), None, WorkerStatus::Pending);
    assert_eq!(laid, [pending("Ada"), pending("Bo")]);
}

#[test]
fn whoever_comes_back_begins_anew() {
    let check = |end: &str, changes: &str, title: Option<&str>, status| {
        let everybody = format!("employee id,name,title,end date\n1,Ada,Engineer,{end}\n");
        let changes = format!("action,employee id,name,end date,effective from\n{changes}");
        let laid = laid(&everybody, &changes);
        assert_eq!(laid, [("Ada".to_owned(), title.map(str::to_owned), status)], "{changes}");
    };
    use WorkerStatus::{Active, Terminated};
    check("2026-02-27", "C,1,,9999-12-31,\n", Some("Engineer"), Active);
    check("2026-02-27", "C,1,,<null>,\n", Some("Engineer"), Active);
    check("2026-02-27", "C,1,,,\n", Some("Engineer"), Terminated);
    check("2026-02-27", "A,1,Ada,,\n", None, Active);
    check("", "D,1,,2026-02-01,2026-02-01\nA,1,Ada,,2026-02-15\n", None, Active);
    check("", "D,1,,,2026-02-01\nA,1,Ada,,2026-02-15\n", None, Active);
    // Somebody who has not left keeps what an addition does not name.
    check("", "A,1,Ada,,\n", Some("Engineer"), Active);
}

#[test]
fn a_read_does_not_go_back_to_an_older_file() {
    let older = "is older than what was read last";
    let dated = |days: &[&str]| {
        let folder = folder("").setting("people_pattern", "p_{date}.csv");
        days.iter().fold(folder, |folder, day| folder.file(&format!("p_{day}.csv"), EVERYBODY))
    };
    let since = checkpoint(&dated(&["20260301", "20260302"]));
    let failure = changed(dated(&["20260301"]), &since).unwrap_err();
    assert!(format!("{failure:?}").contains(older), "{failure:?}");
    assert_eq!(changed(dated(&["20260303"]), &since).unwrap_err(), Failure::CheckpointExpired);
    // Without a date in the name the time of the file tells.
    let later = folder("").file("other.csv", "").file("people.csv", EVERYBODY);
    let failure = changed(folder(EVERYBODY), &checkpoint(&later)).unwrap_err();
    assert!(format!("{failure:?}").contains(older), "{failure:?}");
    let changes = "action,employee id,first name\nC,1,Adah\n";
    let fed = feed().file("p_delta_20260302.csv", changes);
    let failure = changed(feed(), &checkpoint(&fed)).unwrap_err();
    assert!(format!("{failure:?}").contains(older), "{failure:?}");
}

#[test]
fn a_mapped_column_may_be_missing_among_changes() {
    let fed = feed()
        .file("p_full_20260301.csv", "employee id,first name,Abteilung X\n1,Ada,Sales\n")
        .file("p_delta_20260302.csv", "action,employee id,first name\nC,1,Adah\n")
        .setting("header_map", "department=Abteilung X");
    let ada = workers(&fed).unwrap().remove(0);
    let department = ada.organization.department.and_then(|unit| unit.name);
    assert_eq!((ada.name.given.as_deref(), department.as_deref()), (Some("Adah"), Some("Sales")));
}
