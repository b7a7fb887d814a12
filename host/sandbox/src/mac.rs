//! The host's key, and the seal it puts on compiled components: what is mapped
//! as native code has to be what this host wrote.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use hmac::{Hmac, Mac as _};
use sha2::Sha256;

const KEY_BYTES: usize = 32;

pub(crate) struct HostKey([u8; KEY_BYTES]);

pub(crate) type Seal = [u8; 32];

/// The key appears whole or not at all, mode 0600: a process killed meanwhile
/// must not leave a part of one.
fn create_whole(path: &Path, key: &[u8]) -> io::Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(path.parent().unwrap_or(Path::new(".")))?;
    io::Write::write_all(&mut file, key)?;
    file.persist_noclobber(path).map(drop).map_err(|error| error.error)
}

impl HostKey {
    /// Reads the key, or makes one: mode 0600, never overwritten.
    pub fn open(path: &Path) -> io::Result<Self> {
        let mut key = [0; KEY_BYTES];
        match File::open(path) {
            Ok(mut file) => {
                // A key of another length was not written by this program whole.
                file.read_exact(&mut key)?;
                return Ok(Self(key));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        getrandom::fill(&mut key).map_err(|error| io::Error::other(error.to_string()))?;
        match create_whole(path, &key) {
            Ok(()) => Ok(Self(key)),
            // Another process was faster: its key is the one.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Self::open(path),
            Err(error) => Err(error),
        }
    }

    /// Over the name of the entry and the file's bytes, so that one entry cannot
    /// be put in the place of another.
    pub fn seal(&self, name: &str, path: &Path) -> io::Result<Seal> {
        Ok(self.mac(name, path)?.finalize().into_bytes().into())
    }

    /// Compares in constant time.
    pub fn verifies(&self, name: &str, path: &Path, seal: &[u8]) -> io::Result<bool> {
        Ok(self.mac(name, path)?.verify_slice(seal).is_ok())
    }

    fn mac(&self, name: &str, path: &Path) -> io::Result<Hmac<Sha256>> {
        let mut mac = <Hmac<Sha256> as hmac::Mac>::new_from_slice(&self.0)
            .map_err(|error| io::Error::other(error.to_string()))?;
        mac.update(&(name.len() as u64).to_le_bytes());
        mac.update(name.as_bytes());
        let mut file = File::open(path)?;
        let mut buffer = [0; 16 * 1024];
        loop {
            match file.read(&mut buffer)? {
                0 => return Ok(mac),
                read => mac.update(buffer.get(..read).unwrap_or_default()),
            }
        }
    }
}
