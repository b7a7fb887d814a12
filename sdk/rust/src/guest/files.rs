//! The world `file-connector`.

use super::watch;
use crate::bindings::rollcall::connector::files;
use crate::files::Folder;
use crate::{
    AccountInfo, AttributeDefinition, Cursor, FileConnector, FileError, FileInfo, Files, GroupPage,
    MembershipPage, Result, Run, WorkerPage,
};

/// The host's files.
struct Host;

impl Folder for Host {
    fn list(&self) -> Result<Vec<FileInfo>, FileError> {
        files::list_files()
    }

    fn read(&self, name: &str, offset: u64, length: u32) -> Result<Vec<u8>, FileError> {
        files::read(name, offset, length)
    }
}

fn enter(run: Run) -> Files {
    watch();
    Files::new(run, Box::new(Host))
}

pub fn check<C: FileConnector>(run: Run) -> Result<AccountInfo> {
    C::check(&enter(run))
}

pub fn discover<C: FileConnector>(run: Run) -> Result<Vec<AttributeDefinition>> {
    C::discover(&enter(run))
}

pub fn groups<C: FileConnector>(run: Run, cursor: Option<Vec<u8>>) -> Result<GroupPage> {
    C::groups(&enter(run), Cursor::from(cursor))
}

pub fn memberships<C: FileConnector>(run: Run, cursor: Option<Vec<u8>>) -> Result<MembershipPage> {
    C::memberships(&enter(run), Cursor::from(cursor))
}

pub fn workers<C: FileConnector>(run: Run, cursor: Option<Vec<u8>>) -> Result<WorkerPage> {
    C::workers(&enter(run), Cursor::from(cursor))
}
