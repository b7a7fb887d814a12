//! Files that appear whole or not at all, for the user who runs the host and
//! nobody else.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

/// A directory, made if there is none.
pub(crate) fn private_directory(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

/// An empty file under another name, until it is whole.
pub(crate) struct Emerging {
    pub file: File,
    pub path: PathBuf,
    to: PathBuf,
}

impl Emerging {
    pub fn begin(to: &Path) -> io::Result<Self> {
        let path = to.with_extension("new");
        // Of a process that was killed.
        remove(&path)?;
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        Ok(Self { file: options.open(&path)?, path, to: to.to_owned() })
    }

    /// Gives the file its name, for good: a power cut does not take it back.
    pub fn finish(self) -> io::Result<()> {
        self.file.sync_all()?;
        fs::rename(&self.path, &self.to)?;
        sync_directory_of(&self.to)
    }

    /// Deletes a file, and what there is of one that was to take its place.
    pub fn remove(to: &Path) -> io::Result<()> {
        remove(&to.with_extension("new"))?;
        remove(to)?;
        sync_directory_of(to)
    }
}

/// Deletes a file, if there is one.
fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn sync_directory_of(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(parent) if parent != Path::new("") => File::open(parent)?.sync_all(),
        _ => File::open(".")?.sync_all(),
    }
}
