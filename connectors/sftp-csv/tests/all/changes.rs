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
    let seq = folder("").setting("people_pattern", "p_{seq}.csv").setting("mode", "delta");
    let row = |id: &str| format!("action,employee id,first name\nA,{id},Somebody\n");
    let two = seq.file("p_1.csv", row("1")).file("p_2.csv", row("2"));
    assert_eq!(ids(&workers(&two).unwrap()), ["1", "2"]);
    refused(&two.clone().file("p_4.csv", row("4")), "file 3 before it is missing");
    refused(&two.file("p_3.csv", "action,employee id,first name\nX,3,Somebody\n"), "the action is none of");
}
