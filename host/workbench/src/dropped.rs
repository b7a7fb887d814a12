//! Files of a case, in the place of a customer's folder, with the bad days that
//! files have.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use rollcall_egress::{Inbound, Silence};
use rollcall_files::{Fetched, Folder, Session, State};
use rollcall_grants::{Fetching, FileError, FileInfo, Files};

use crate::fault::Disturbance;
use crate::player::Recorded;
use crate::project::Case;

/// A day, in milliseconds: how old a file is that does not say.
const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

/// The folder of one case.
pub struct Dropped {
    entries: Arc<[Recorded]>,
    modified_ms: BTreeMap<String, u64>,
    usual_ms: u64,
    disturbance: Option<Disturbance>,
}

impl Dropped {
    pub fn new(case: &Case, entries: Arc<[Recorded]>, now_ms: u64, disturbance: Option<Disturbance>) -> Self {
        let modified_ms = case.cassette.head.modified_ms.clone();
        // As old as it was when the case was recorded, however late it is played.
        let usual_ms = case.cassette.head.now_ms.unwrap_or(now_ms).saturating_sub(DAY_MS);
        Self { entries, modified_ms, usual_ms, disturbance }
    }

    /// A file as it is today: whole, or as the fault leaves it.
    fn today(&self, at: usize) -> Result<Vec<u8>, FileError> {
        let Some(entry) = self.entries.get(at) else { return Err(lost()) };
        let answer = match &self.disturbance {
            Some(disturbance) if disturbance.entry == at => disturbance.fault.apply(entry.answer.clone()),
            _ => entry.answer.clone(),
        };
        match answer {
            Ok(Inbound { status: 200, body, .. }) => Ok(body),
            Ok(_) | Err(Silence::Broken) => Err(lost()),
            Err(Silence::Timeout) => Err(FileError::Timeout),
        }
    }

    fn info(&self, at: usize, entry: &Recorded) -> FileInfo {
        let modified_ms = self.modified_ms.get(&entry.purpose).copied().unwrap_or(self.usual_ms);
        let size = self.today(at).map_or(0, |bytes| bytes.len() as u64);
        FileInfo { name: entry.purpose.clone(), size, modified_ms }
    }
}

fn lost() -> FileError {
    FileError::Transport("the connection to the server broke".to_owned())
}

impl Folder for Dropped {
    fn host(&self) -> &str {
        ""
    }

    fn settles(&self) -> bool {
        false
    }

    fn list(&self) -> Fetching<'_, Result<Vec<FileInfo>, FileError>> {
        let files = self.entries.iter().enumerate().map(|(at, entry)| self.info(at, entry)).collect();
        Box::pin(std::future::ready(Ok(files)))
    }

    fn fetch(&self, name: String, _: u64) -> Fetching<'_, Result<Fetched, FileError>> {
        let at = self.entries.iter().position(|entry| entry.purpose == name);
        let fetched = at.ok_or_else(lost).and_then(|at| {
            let bytes = self.today(at)?;
            let entry = self.entries.get(at).ok_or_else(lost)?;
            let state = State::of(&self.info(at, entry));
            Ok(Fetched { before: state, bytes, after: state })
        });
        Box::pin(std::future::ready(fetched))
    }
}

/// A session with the folder, and what was asked of it.
pub struct Reading {
    session: Session,
    names: Vec<String>,
    asked: Mutex<Asked>,
}

#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Files in the order in which they were begun.
    files: Vec<usize>,
    denied: Vec<String>,
}

impl Reading {
    pub fn new(session: Session, entries: &[Recorded]) -> Self {
        let names = entries.iter().map(|entry| entry.purpose.clone()).collect();
        Self { session, names, asked: Mutex::default() }
    }

    pub fn asked(&self) -> Asked {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Back to how it was.
    pub fn rewind(&self, asked: Asked) {
        *self.asked.lock().unwrap_or_else(PoisonError::into_inner) = asked;
    }

    fn note(&self, name: &str, offset: u64, read: &Result<Vec<u8>, FileError>) {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        match (self.names.iter().position(|known| known == name), read) {
            (_, Err(FileError::Denied(why))) => asked.denied.push(why.clone()),
            (Some(at), _) if offset == 0 => asked.files.push(at),
            _ => {}
        }
    }
}

impl Asked {
    pub fn files(&self) -> &[usize] {
        &self.files
    }

    pub fn denied(self) -> Vec<String> {
        self.denied
    }
}

impl Files for Reading {
    fn list(&self) -> Fetching<'_, Result<Vec<FileInfo>, FileError>> {
        self.session.list()
    }

    fn read(&self, name: String, offset: u64, length: u32) -> Fetching<'_, Result<Vec<u8>, FileError>> {
        Box::pin(async move {
            let read = self.session.read(name.clone(), offset, length).await;
            self.note(&name, offset, &read);
            read
        })
    }
}
