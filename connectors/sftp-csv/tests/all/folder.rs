//! A folder with one file, read to the end.

use connector_sftp_csv::SftpCsv;
use rollcall_sdk::prelude::*;
use rollcall_sdk::testing::Dropped;

/// A folder with one file.
pub fn folder(bytes: impl AsRef<[u8]>) -> Dropped {
    Dropped::new()
        .file("people.csv", bytes)
        .setting("people_pattern", "people.csv")
        .setting("expect_every_hours", "0")
        .now("2026-03-02T10:00:00Z")
}

/// All pages.
pub fn workers(dropped: &Dropped) -> Result<Vec<Worker>> {
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let page = SftpCsv::workers(&dropped.files(), Cursor::from(cursor))?;
        all.extend(page.workers);
        match page.next {
            Some(next) => cursor = Some(next),
            None => return Ok(all),
        }
    }
}

#[track_caller]
pub fn refused(dropped: &Dropped, part: &str) {
    let failure = workers(dropped).unwrap_err();
    assert!(format!("{failure:?}").contains(part), "{failure:?} should contain {part}");
}

pub fn ids(workers: &[Worker]) -> Vec<&str> {
    workers.iter().map(|worker| worker.id.as_str()).collect()
}
