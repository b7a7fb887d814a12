//! Where database files lie. Production has real files; tests have a disk that
//! loses power.

use std::path::{Path, PathBuf};

use redb::{Builder, Database};

use crate::StoreError;
use crate::files::{Emerging, private_directory};

/// Fills a new file.
pub(crate) type Fill<'a> = &'a dyn Fn(&Database) -> Result<(), StoreError>;

/// Database files by name, as in `tenants/acme.redb`.
pub(crate) trait Disk: Send + Sync {
    /// Opens a file. None: there is none.
    fn open(&self, name: &str, builder: &mut Builder) -> Result<Option<Database>, StoreError>;

    /// Makes a file, in the place of one that is there. It appears under its name
    /// with all that `fill` writes or not at all, whenever the process is killed.
    fn create(&self, name: &str, builder: &mut Builder, fill: Fill<'_>) -> Result<(), StoreError>;

    /// Deletes a file, if there is one.
    fn remove(&self, name: &str) -> Result<(), StoreError>;

    /// For a person to read.
    fn path(&self, name: &str) -> PathBuf;
}

/// A directory of the machine's, for the user who runs the host alone.
pub(crate) struct Directory(PathBuf);

impl Directory {
    /// Makes it and its folders if there are none.
    pub fn open(directory: &Path, folders: &[&str]) -> Result<Self, StoreError> {
        let within = folders.iter().map(|folder| directory.join(folder));
        for path in [directory.to_owned()].into_iter().chain(within) {
            private_directory(&path).map_err(|source| StoreError::Io { path, source })?;
        }
        Ok(Self(directory.to_owned()))
    }
}

impl Disk for Directory {
    fn open(&self, name: &str, builder: &mut Builder) -> Result<Option<Database>, StoreError> {
        let path = self.path(name);
        if !path.exists() {
            return Ok(None);
        }
        let database = builder.open(&path);
        Ok(Some(database.map_err(|error| StoreError::opening(path, error))?))
    }

    fn create(&self, name: &str, builder: &mut Builder, fill: Fill<'_>) -> Result<(), StoreError> {
        let path = self.path(name);
        let io = |source| StoreError::Io { path: path.clone(), source };
        let new = Emerging::begin(&path).map_err(io)?;
        let database = builder.create(&new.path);
        fill(&database.map_err(|error| StoreError::opening(new.path.clone(), error))?)?;
        new.finish().map_err(io)
    }

    fn remove(&self, name: &str) -> Result<(), StoreError> {
        let path = self.path(name);
        Emerging::remove(&path).map_err(|source| StoreError::Io { path, source })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}
