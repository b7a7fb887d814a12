//! Compiled components on disk, by what they were compiled from and with.
//!
//! An entry is two files: `<key>.cwasm`, which is mapped as native code, and
//! `<key>.seal`, an HMAC over it. An entry that is damaged, half written or from
//! another host is compiled anew.

use std::fs::{self, DirBuilder, Permissions};
use std::hash::{Hash, Hasher};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use tempfile::{NamedTempFile, TempPath};
use wasmtime::Engine;
use wasmtime::component::Component;

use crate::abi;
use crate::digest::{Digest, hex};
use crate::error::{CacheError, Refusal};
use crate::mac::HostKey;

pub(crate) struct Cache {
    directory: PathBuf,
    key: HostKey,
    /// What besides the component decides about the code: compiler, settings,
    /// processor.
    compiled_with: String,
}

/// Room for an artefact that is being compiled. Gone when dropped.
pub(crate) struct Artefact {
    digest: Digest,
    path: TempPath,
}

impl Artefact {
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Cache {
    pub fn open(directory: &Path, compiler: &Engine) -> Result<Self, CacheError> {
        let open = || {
            if !directory.is_dir() {
                DirBuilder::new().recursive(true).mode(0o700).create(directory)?;
            }
            fs::set_permissions(directory, Permissions::from_mode(0o700))?;
            HostKey::open(&directory.join("host.key"))
        };
        let key = open().map_err(|source| CacheError { path: directory.to_owned(), source })?;
        let mut hasher = Fingerprint(Sha256::new());
        compiler.precompile_compatibility_hash().hash(&mut hasher);
        abi::VERSION.hash(&mut hasher);
        let compiled_with = hex(hasher.0.finalize().get(..8).unwrap_or_default());
        Ok(Self { directory: directory.to_owned(), key, compiled_with })
    }

    fn name(&self, digest: &Digest) -> String {
        format!("{}-{}", digest.hex(), self.compiled_with)
    }

    fn file(&self, name: &str, extension: &str) -> PathBuf {
        self.directory.join(format!("{name}.{extension}"))
    }

    /// `None`: not there, or not to be trusted; then it is removed.
    pub fn load(&self, engine: &Engine, digest: &Digest) -> Result<Option<Component>, CacheError> {
        let name = self.name(digest);
        let (code, seal) = (self.file(&name, "cwasm"), self.file(&name, "seal"));
        let seal = match fs::read(&seal) {
            Ok(seal) => seal,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.error(error)),
        };
        match self.key.verifies(&name, &code, &seal) {
            Ok(true) => {}
            Ok(false) => return self.discard(&name, "the seal does not fit the file"),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.error(error)),
        }
        match map(engine, &code) {
            Ok(component) => Ok(Some(component)),
            Err(error) => self.discard(&name, &format!("{error:#}")),
        }
    }

    fn discard(&self, name: &str, why: &str) -> Result<Option<Component>, CacheError> {
        tracing::warn!(entry = name, why, "a compiled connector in the cache is damaged; compiling it anew");
        for extension in ["seal", "cwasm"] {
            match fs::remove_file(self.file(name, extension)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(self.error(error)),
                _ => {}
            }
        }
        Ok(None)
    }

    /// An empty file in the cache's own directory, for the compiler to fill.
    pub fn place(&self, digest: &Digest) -> Result<Artefact, CacheError> {
        let path = self.temporary().map_err(|error| self.error(error))?.into_temp_path();
        Ok(Artefact { digest: *digest, path })
    }

    /// Refuses what a call has no room for, before it is kept. wasmtime says so
    /// when it loads the code, and keeps the type of the error to itself.
    pub fn room_for(&self, engine: &Engine, artefact: &Artefact) -> Result<(), Refusal> {
        match map(engine, &artefact.path).map_err(|error| error.root_cause().to_string()) {
            Err(why) if why.contains("exceeds the") => {
                Err(Refusal::NoRoom(why.lines().next().unwrap_or_default().to_owned()))
            }
            // Whatever else is wrong with it shows when it is loaded.
            _ => Ok(()),
        }
    }

    /// Seals an artefact and moves it into place: the code first, so that there
    /// is never a seal without its file.
    pub fn keep(&self, artefact: Artefact) -> Result<(), CacheError> {
        let name = self.name(&artefact.digest);
        let keep = || -> io::Result<()> {
            fs::set_permissions(&artefact.path, Permissions::from_mode(0o400))?;
            let mut seal = self.temporary()?;
            seal.write_all(&self.key.seal(&name, &artefact.path)?)?;
            artefact.path.persist(self.file(&name, "cwasm"))?;
            seal.persist(self.file(&name, "seal"))?;
            Ok(())
        };
        keep().map_err(|error| self.error(error))
    }

    fn temporary(&self) -> io::Result<NamedTempFile> {
        tempfile::Builder::new().prefix(".new-").tempfile_in(&self.directory)
    }

    fn error(&self, source: io::Error) -> CacheError {
        CacheError { path: self.directory.clone(), source }
    }
}

#[allow(unsafe_code)]
fn map(engine: &Engine, path: &Path) -> wasmtime::Result<Component> {
    // SAFETY: the file has to be what an engine of this version wrote, and must
    // not change while it is mapped. Its HMAC under a key that only this host's
    // user can read was checked a moment ago, or it was written a moment ago by
    // the compiler that this process started; it lies, mode 0400, in a directory
    // of mode 0700, and this program replaces entries by renaming, never by
    // writing into one. wasmtime itself refuses other versions and settings.
    unsafe { Component::deserialize_file(engine, path) }
}

/// Feeds a SHA-256 from a `Hash`: stable over runs, unlike the standard hasher.
struct Fingerprint(Sha256);

impl Hasher for Fingerprint {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        0
    }
}
