//! One run's reading of files.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use rollcall_egress::time::{Clock, Sleeper, SystemClock, TokioSleeper};
use rollcall_egress::{AuditEvent, AuditSink, FileRead};
use rollcall_grants::{Fetching, FileError, FileGrant, FileInfo, Files, Settings};
use tokio::sync::Mutex;

use crate::companions::{CHECKSUMS, SIGNATURES, agrees, is_companion};
use crate::folder::{Fetched, Folder, State};
use crate::limits::{
    MAX_COMPANION_BYTES, MAX_FILE_BYTES, MAX_FILES, MAX_SESSION_BYTES, SETTLING, SKEW, YOUNG,
};
use crate::names::is_temporary;
use crate::openpgp::{self, Keys, Kind};

/// What a session is given from outside.
#[derive(Clone)]
pub struct SessionOptions {
    pub clock: Arc<dyn Clock>,
    pub sleeper: Arc<dyn Sleeper>,
    pub audit: Arc<dyn AuditSink>,
}

impl SessionOptions {
    /// The machine's clock.
    pub fn new(audit: Arc<dyn AuditSink>) -> Self {
        Self { clock: Arc::new(SystemClock), sleeper: Arc::new(TokioSleeper), audit }
    }
}

/// What a session has used up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Lists and files that were asked for of the folder.
    pub requests: u64,
    /// Of files as they lay there.
    pub bytes: u64,
}

/// The folder as one run sees it: listed once, each file read once, so that a
/// file is the same from its first page to its last.
pub struct Session {
    grant: FileGrant,
    settings: Settings,
    folder: Arc<dyn Folder>,
    options: SessionOptions,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    listed: Option<Result<Vec<FileInfo>, FileError>>,
    /// The time of the newest file of the folder, whosever it is.
    newest_ms: u64,
    /// Signatures and checksums beside the files.
    beside: Vec<FileInfo>,
    files: HashMap<String, Result<Bytes, FileError>>,
    /// Bytes that are held.
    held: u64,
    usage: Usage,
}

impl Session {
    /// Nothing is connected to yet.
    pub fn new(
        grant: FileGrant,
        settings: Settings,
        folder: Arc<dyn Folder>,
        options: SessionOptions,
    ) -> Self {
        Self { grant, settings, folder, options, seen: Mutex::default() }
    }

    pub async fn usage(&self) -> Usage {
        self.seen.lock().await.usage
    }

    /// A failure is remembered too: a server that refused a credential is not
    /// asked again in the same run.
    async fn listed(&self, seen: &mut Seen) -> Result<Vec<FileInfo>, FileError> {
        if let Some(listed) = &seen.listed {
            return listed.clone();
        }
        let listed = self.look(seen).await;
        self.audit("", 0, &listed);
        seen.listed = Some(listed.clone());
        listed
    }

    async fn look(&self, seen: &mut Seen) -> Result<Vec<FileInfo>, FileError> {
        let files = self.list_once(seen).await?;
        let now = self.options.clock.unix_millis();
        let is_young = |file: &FileInfo| is_young(file, seen.newest_ms, now);
        if self.grant.settles() && self.folder.settles() && files.iter().any(is_young) {
            self.options.sleeper.sleep(SETTLING).await;
            let again = self.list_once(seen).await?;
            // An old time does not say that a file is old: senders keep that of
            // the file that they copy.
            if let Some(file) = files.iter().find(|file| !again.contains(file)) {
                return Err(FileError::Changed(format!(
                    "`{}` is being written; sync again when the sender is done",
                    file.name
                )));
            }
        }
        Ok(files)
    }

    async fn list_once(&self, seen: &mut Seen) -> Result<Vec<FileInfo>, FileError> {
        seen.usage.requests += 1;
        let all = self.folder.list().await?;
        seen.newest_ms = all.iter().map(|file| file.modified_ms).max().unwrap_or_default();
        let about = |file: &FileInfo| is_companion(&file.name, &all);
        seen.beside = all.iter().filter(|file| about(file)).cloned().collect();
        let is_for_guest =
            |file: &&FileInfo| self.grant.covers(&file.name) && !is_temporary(&file.name) && !about(file);
        let mut files: Vec<_> = all.iter().filter(is_for_guest).cloned().collect();
        if files.len() > MAX_FILES {
            return Err(FileError::Budget(format!(
                "{} files match the patterns, {MAX_FILES} allowed; move old ones away",
                files.len()
            )));
        }
        files.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(files)
    }

    async fn content(&self, name: &str) -> Result<Bytes, FileError> {
        let mut seen = self.seen.lock().await;
        if let Some(content) = seen.files.get(name) {
            return content.clone();
        }
        let listed = self.listed(&mut seen).await?;
        let Some(file) = listed.iter().find(|file| file.name == name) else {
            return Err(FileError::Denied("a file that is not among those listed".to_owned()));
        };
        let content = self.fetch(file, &mut seen).await;
        let bytes = content.as_ref().map_or(0, Bytes::len) as u64;
        self.audit(name, bytes, &content);
        seen.files.insert(name.to_owned(), content.clone());
        content
    }

    async fn fetch(&self, file: &FileInfo, seen: &mut Seen) -> Result<Bytes, FileError> {
        if file.size > MAX_FILE_BYTES {
            return Err(too_large(&file.name));
        }
        seen.usage.requests += 1;
        let fetched = self.folder.fetch(file.name.clone(), MAX_FILE_BYTES).await?;
        seen.usage.bytes += fetched.bytes.len() as u64;
        whole(file, &fetched)?;
        if let Some(checksum) = self.beside(file, CHECKSUMS, seen).await?
            && !agrees(&fetched.bytes, &checksum)
        {
            return Err(FileError::Changed(format!(
                "`{}` is not what the checksum beside it says: it is being written, or was damaged",
                file.name
            )));
        }
        let bytes = Bytes::from(self.opened(file, fetched.bytes, seen).await?);
        seen.held = seen.held.saturating_add(bytes.len() as u64);
        if seen.held > MAX_SESSION_BYTES {
            return Err(FileError::Budget(format!("{} MiB of files in one run", MAX_SESSION_BYTES >> 20)));
        }
        Ok(bytes)
    }

    /// Without its encryption, its signature checked.
    async fn opened(&self, file: &FileInfo, bytes: Vec<u8>, seen: &mut Seen) -> Result<Vec<u8>, FileError> {
        let invalid = |what: String| FileError::Invalid(format!("`{}` {what}", file.name));
        let now = self.options.clock.unix_millis() / 1_000;
        // Without `[files.openpgp]` the guest says what it makes of an encrypted
        // file.
        let Some(openpgp) = &self.grant.manifest().openpgp else { return Ok(bytes) };
        let kind = openpgp::kind(&bytes);
        if kind == Kind::Plain && !openpgp::is_signature_wanted(openpgp, &self.settings)? {
            return Ok(bytes);
        }
        let keys = Keys::new(openpgp, &self.settings)?;
        match kind {
            Kind::Keyless => {
                Err(invalid("is encrypted with a passphrase; it has to be with a public key".to_owned()))
            }
            Kind::Message => {
                // Many milliseconds of computing, and nobody to wait for.
                let opened = tokio::task::spawn_blocking(move || keys.open(&bytes, now)).await;
                opened.map_err(|error| FileError::Host(error.to_string()))?.map_err(invalid)
            }
            Kind::Plain => {
                let signature = self
                    .beside(file, SIGNATURES, seen)
                    .await?
                    .ok_or_else(|| invalid("is not signed, and a signature is asked for".to_owned()))?;
                keys.check_detached(&bytes, &signature, now).map_err(invalid)?;
                Ok(bytes)
            }
        }
    }

    /// What lies beside a file under its name and one of the endings.
    async fn beside(
        &self,
        file: &FileInfo,
        endings: [&str; 2],
        seen: &mut Seen,
    ) -> Result<Option<Vec<u8>>, FileError> {
        let names = endings.map(|ending| format!("{}{ending}", file.name));
        let Some(beside) = seen.beside.iter().find(|other| names.contains(&other.name)) else {
            return Ok(None);
        };
        if beside.size > MAX_COMPANION_BYTES {
            return Err(FileError::Invalid(format!("`{}` is too large for what it says", beside.name)));
        }
        seen.usage.requests += 1;
        let fetched = self.folder.fetch(beside.name.clone(), MAX_COMPANION_BYTES).await?;
        whole(beside, &fetched)?;
        Ok(Some(fetched.bytes))
    }

    fn audit<T>(&self, name: &str, bytes: u64, result: &Result<T, FileError>) {
        let pattern = self.grant.names().find(|pattern| pattern.covers(name));
        self.options.audit.record(AuditEvent::FileRead(FileRead {
            host: self.folder.host().to_owned(),
            pattern: pattern.map(ToString::to_string),
            bytes,
            failed: result.as_ref().err().map(kind),
        }));
    }
}

/// Whether a file may still be under way: by our clock, and by that of the server,
/// of which its newest file is all that shows.
fn is_young(file: &FileInfo, newest_ms: u64, now: u64) -> bool {
    let by_server = if newest_ms.saturating_add(millis(SKEW)) > now { newest_ms.min(now) } else { now };
    file.modified_ms.saturating_add(millis(YOUNG)) > by_server
}

/// The same from the list to the last byte, and after it.
fn whole(listed: &FileInfo, fetched: &Fetched) -> Result<(), FileError> {
    let Fetched { before, bytes, after } = fetched;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(too_large(&listed.name));
    }
    let same = State::of(listed) == *before && before == after && bytes.len() as u64 == before.size;
    match same {
        true => Ok(()),
        false => Err(FileError::Changed(format!(
            "`{}` was written while it was read; sync again when the sender is done",
            listed.name
        ))),
    }
}

fn too_large(name: &str) -> FileError {
    FileError::Invalid(format!("`{name}` has more than {} MiB; split it", MAX_FILE_BYTES >> 20))
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// The kind of failure, without its text: that may have the name of a file.
fn kind(error: &FileError) -> &'static str {
    match error {
        FileError::Denied(_) => "denied",
        FileError::Budget(_) => "budget",
        FileError::Changed(_) => "changed",
        FileError::Timeout => "timeout",
        FileError::Transport(_) => "transport",
        FileError::SignIn(_) => "sign-in",
        FileError::Permission(_) => "permission",
        FileError::Setting { .. } => "setting",
        FileError::Invalid(_) => "invalid",
        FileError::Host(_) => "host",
    }
}

impl Files for Session {
    fn list(&self) -> Fetching<'_, Result<Vec<FileInfo>, FileError>> {
        Box::pin(async move { self.listed(&mut *self.seen.lock().await).await })
    }

    fn read(&self, name: String, offset: u64, length: u32) -> Fetching<'_, Result<Vec<u8>, FileError>> {
        Box::pin(async move {
            let bytes = self.content(&name).await?;
            let from = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
            let to = from.saturating_add(length as usize).min(bytes.len());
            Ok(bytes.get(from..to).unwrap_or_default().to_vec())
        })
    }
}
