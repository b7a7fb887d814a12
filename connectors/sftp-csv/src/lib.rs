//! People, units, groups and memberships from files that a customer drops or
//! uploads.
//!
//! ```text
//! names (choice) -> bytes (layers, archive, xlsx, charset) -> rows (table) ->
//! records (header, columns, dates) -> people, groups, memberships
//! ```
//! The longest of all connectors: other providers have one form each, and files
//! have whatever a program or a person wrote last: six character sets, quotes that
//! go wrong, days in two orders, Excel, archives, headers in several languages.
//! A file is looked through once from its beginning to its end before anybody in
//! it is handed out ([`survey`]): a file that is cut off, or whose dates may mean
//! two things, gives nobody.

#![warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod archive;
mod charset;
mod choice;
mod columns;
mod dates;
mod header;
mod layers;
mod limits;
mod managers;
mod manifest;
mod memberships;
mod overlay;
mod pattern;
mod people;
mod person;
mod quotes;
mod record;
mod setup;
mod survey;
mod table;
mod units;
mod values;
mod xlsx;

use rollcall_sdk::prelude::*;

pub struct SftpCsv;

rollcall_sdk::export!(SftpCsv: files);

impl FileConnector for SftpCsv {
    fn check(files: &Files) -> Result<AccountInfo> {
        people::check(files)
    }

    fn discover(files: &Files) -> Result<Vec<AttributeDefinition>> {
        people::discover(files)
    }

    fn groups(files: &Files, cursor: Cursor) -> Result<GroupPage> {
        memberships::groups(files, &cursor)
    }

    fn memberships(files: &Files, cursor: Cursor) -> Result<MembershipPage> {
        memberships::memberships(files, &cursor)
    }

    fn workers(files: &Files, cursor: Cursor) -> Result<WorkerPage> {
        people::workers(files, &cursor)
    }
}

/// What is in a file is not what it has to be. Never with a value in it.
fn invalid(file: &str, what: impl std::fmt::Display) -> Failure {
    Failure::InvalidResponse(format!("`{file}`: {what}"))
}
