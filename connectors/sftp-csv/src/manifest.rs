//! Manifests: what a sender says about its files, where it can write that down. A
//! file counts when all files of its manifest are there and it is what the
//! manifest says.

use std::collections::BTreeMap;
use std::io::{self, Read};

use rollcall_sdk::FileInfo;
use rollcall_sdk::json::{self, Wrong};
use rollcall_sdk::prelude::*;
use sha2::{Digest, Sha256};

use crate::choice::Chosen;
use crate::invalid;
use crate::layers::unread;
use crate::limits::MAX_MANIFEST_BYTES;
use crate::pattern::matched;

/// The one form that is read.
const FORMAT: &str = "hr-feed/1";

#[derive(Deserialize)]
struct Manifest {
    format: String,
    mode: Option<Kind>,
    files: Vec<Listed>,
}

/// Whether files have everybody, or what changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Full,
    Delta,
}

#[derive(Deserialize)]
struct Listed {
    name: String,
    bytes: u64,
    #[serde(flatten)]
    promise: Promise,
}

/// What a file has to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// As the manifest has it for all its files.
    #[serde(default)]
    pub mode: Option<Kind>,
    rows: Option<u64>,
    sha256: Option<String>,
}

/// Promises of all files that may be read, by name. Of two manifests that name
/// one file the newer counts.
pub fn promises(files: &Files, pattern: &str, listed: &[FileInfo]) -> Result<BTreeMap<String, Promise>> {
    let mut manifests: Vec<_> = listed.iter().filter(|file| matched(pattern, &file.name).is_some()).collect();
    manifests.sort_by_key(|file| (file.modified_ms, &file.name));
    let is_there = |one: &Listed| listed.iter().any(|file| file.name == one.name && file.size == one.bytes);
    let mut promises = BTreeMap::new();
    for file in manifests {
        let manifest = read(files, &file.name)?;
        if manifest.files.iter().all(is_there) {
            let promised = |one: Listed| (one.name, Promise { mode: manifest.mode, ..one.promise });
            promises.extend(manifest.files.into_iter().map(promised));
        }
    }
    Ok(promises)
}

fn read(files: &Files, name: &str) -> Result<Manifest> {
    let mut bytes = Vec::new();
    let mut reader = files.open(name, 0).take(MAX_MANIFEST_BYTES + 1);
    reader.read_to_end(&mut bytes).map_err(|error| unread(name, &error))?;
    if bytes.len() as u64 > MAX_MANIFEST_BYTES {
        return Err(invalid(name, "is too large for a manifest"));
    }
    let manifest: Manifest = json::read(&bytes).map_err(|wrong| match wrong {
        Wrong::Shape { path, what } => invalid(name, format!("is no manifest: `{path}` {what}")),
        Wrong::Empty | Wrong::Syntax(_) => invalid(name, "is no manifest: it is not JSON"),
    })?;
    match manifest.format == FORMAT {
        true => Ok(manifest),
        false => Err(invalid(name, format!("is a manifest of another format than `{FORMAT}`"))),
    }
}

/// Whether a file is what its manifest says, where it has one.
pub fn check(files: &Files, file: &Chosen, records: u64) -> Result<()> {
    let Some(promise) = &file.promise else { return Ok(()) };
    if let Some(rows) = promise.rows.filter(|rows| *rows != records) {
        let what = format!("has {records} records, and its manifest says {rows}");
        return Err(invalid(&file.name, what));
    }
    // The host has opened it: what it was when it was encrypted, OpenPGP tells.
    let was_encrypted = [".pgp", ".gpg", ".asc"].iter().any(|ending| file.name.ends_with(ending));
    let Some(told) = promise.sha256.as_ref().filter(|_| !was_encrypted) else { return Ok(()) };
    let mut digest = Sha256::new();
    io::copy(&mut files.open(&file.name, 0), &mut digest).map_err(|error| unread(&file.name, &error))?;
    match told.eq_ignore_ascii_case(&format!("{:x}", digest.finalize())) {
        true => Ok(()),
        false => Err(invalid(&file.name, "is not the file of which its manifest has the checksum")),
    }
}
