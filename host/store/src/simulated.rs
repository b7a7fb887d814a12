//! A disk in memory that loses power at a chosen write: what was not synced
//! survives in part, by chance. For tests, of this crate and of others.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use redb::{Builder, Database, StorageBackend};

use crate::disk::{Disk, Fill};
use crate::{MasterKey, Store, StoreError};

/// What a disk writes all of or nothing of.
const SECTOR: usize = 512;

/// How power is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// The process is killed: what it wrote is there, synced or not.
    Process,
    /// Nothing survives but what was synced.
    Unsynced,
    /// Of what was not synced, sectors survive by chance, in no order.
    Sectors,
}

/// Clones are the same disk.
#[derive(Clone, Default)]
pub struct SimulatedDisk(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    files: BTreeMap<String, File>,
    /// Writes, syncs and changes of length so far.
    operations: u64,
    /// The operation at which power is lost.
    loss_at: Option<u64>,
    /// How often it was switched on again: handles from before are dead.
    life: u64,
    /// Every byte ever written, if that is recorded.
    record: Option<Vec<u8>>,
}

#[derive(Default)]
struct File {
    /// As it is read.
    now: Vec<u8>,
    /// As it was synced last.
    synced: Vec<u8>,
    /// What happened since.
    pending: Vec<Operation>,
}

enum Operation {
    Write(usize, Vec<u8>),
    Length(usize),
}

impl Operation {
    fn apply(&self, to: &mut Vec<u8>) {
        match self {
            Self::Length(length) if *length <= to.len() => to.truncate(*length),
            Self::Length(length) => {
                // New, not resized: memory that nobody writes to costs nothing,
                // and most of a small database is that.
                let mut longer = vec![0; *length];
                longer[..to.len()].copy_from_slice(to);
                *to = longer;
            }
            Self::Write(offset, bytes) => {
                let end = offset + bytes.len();
                if to.len() < end {
                    Self::Length(end).apply(to);
                }
                to[*offset..end].copy_from_slice(bytes);
            }
        }
    }
}

impl File {
    fn operate(&mut self, operation: Operation) {
        operation.apply(&mut self.now);
        self.pending.push(operation);
    }

    fn sync(&mut self) {
        for operation in self.pending.drain(..) {
            operation.apply(&mut self.synced);
        }
    }

    /// What is left of it when power is lost. `chance` says what survives.
    fn lose(&mut self, loss: Loss, chance: &mut dyn FnMut() -> bool) {
        let survives = |chance: &mut dyn FnMut() -> bool| match loss {
            Loss::Process => true,
            Loss::Unsynced => false,
            Loss::Sectors => chance(),
        };
        for operation in std::mem::take(&mut self.pending) {
            match operation {
                Operation::Length(_) => {
                    if survives(chance) {
                        operation.apply(&mut self.synced);
                    }
                }
                Operation::Write(offset, bytes) => {
                    for (at, sector) in (offset..).step_by(SECTOR).zip(bytes.chunks(SECTOR)) {
                        if survives(chance) {
                            Operation::Write(at, sector.to_vec()).apply(&mut self.synced);
                        }
                    }
                }
            }
        }
        self.now.clone_from(&self.synced);
    }
}

impl SimulatedDisk {
    /// A store whose files lie here.
    pub fn store(&self, master: MasterKey) -> Result<Store, StoreError> {
        Store::on(Arc::new(self.clone()), master)
    }

    /// Loses power after so many more operations.
    pub fn lose_power_after(&self, operations: u64) {
        let mut state = self.state();
        state.loss_at = Some(state.operations + operations);
    }

    /// Power stays on.
    pub fn keep_power(&self) {
        self.state().loss_at = None;
    }

    /// Whether power was lost: since then nothing is read or written.
    pub fn has_lost_power(&self) -> bool {
        self.state().is_off()
    }

    /// Switches on again with what is left. Whatever had a file open has lost it.
    pub fn restart(&self, loss: Loss, mut chance: impl FnMut() -> bool) {
        let mut state = self.state();
        state.loss_at = None;
        state.life += 1;
        state.files.retain(|name, _| !name.ends_with(EMERGING));
        state.files.values_mut().for_each(|file| file.lose(loss, &mut chance));
    }

    /// Writes, syncs and changes of length so far.
    pub fn operations(&self) -> u64 {
        self.state().operations
    }

    /// Records what is written from now on.
    pub fn record(&self) {
        self.state().record = Some(Vec::new());
    }

    /// Every byte written since it was asked last, one write after the other with
    /// a zero between.
    pub fn recorded(&self) -> Vec<u8> {
        self.state().record.as_mut().map(std::mem::take).unwrap_or_default()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn backend(&self, name: &str) -> Backend {
        Backend { disk: self.clone(), name: name.to_owned(), life: self.state().life }
    }
}

/// Ending of files that are not whole yet.
const EMERGING: &str = ".new";

impl Disk for SimulatedDisk {
    fn open(&self, name: &str, builder: &mut Builder) -> Result<Option<Database>, StoreError> {
        if !self.state().files.contains_key(name) {
            return Ok(None);
        }
        let database = builder.create_with_backend(self.backend(name));
        Ok(Some(database.map_err(|error| StoreError::opening(self.path(name), error))?))
    }

    fn create(&self, name: &str, builder: &mut Builder, fill: Fill<'_>) -> Result<(), StoreError> {
        let new = format!("{name}{EMERGING}");
        self.state().files.insert(new.clone(), File::default());
        let database = builder.create_with_backend(self.backend(&new));
        fill(&database.map_err(|error| StoreError::opening(self.path(&new), error))?)?;
        self.backend(&new).sync_data().map_err(|source| StoreError::Io { path: self.path(&new), source })?;
        let mut state = self.state();
        let file = state.files.remove(&new).unwrap_or_default();
        state.files.insert(name.to_owned(), file);
        Ok(())
    }

    fn remove(&self, name: &str) -> Result<(), StoreError> {
        self.state().files.remove(name);
        Ok(())
    }

    fn path(&self, name: &str) -> PathBuf {
        PathBuf::from("simulated").join(name)
    }
}

impl State {
    fn is_off(&self) -> bool {
        self.loss_at.is_some_and(|at| self.operations >= at)
    }
}

/// One open file.
struct Backend {
    disk: SimulatedDisk,
    name: String,
    life: u64,
}

impl Backend {
    fn on<T>(&self, work: impl FnOnce(&mut State) -> io::Result<T>) -> io::Result<T> {
        let mut state = self.disk.state();
        if state.is_off() || state.life != self.life {
            return Err(io::Error::other("the simulated disk has no power"));
        }
        work(&mut state)
    }

    fn file<T>(&self, work: impl FnOnce(&mut File) -> io::Result<T>) -> io::Result<T> {
        self.on(|state| match state.files.get_mut(&self.name) {
            Some(file) => work(file),
            None => Err(io::ErrorKind::NotFound.into()),
        })
    }

    /// As [`Backend::file`], counted.
    fn operate(&self, work: impl FnOnce(&mut File)) -> io::Result<()> {
        self.file(|file| {
            work(file);
            Ok(())
        })?;
        self.on(|state| {
            state.operations += 1;
            Ok(())
        })
    }
}

impl fmt::Debug for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

fn place(offset: u64) -> io::Result<usize> {
    usize::try_from(offset).map_err(io::Error::other)
}

impl StorageBackend for Backend {
    fn len(&self) -> io::Result<u64> {
        self.file(|file| Ok(file.now.len() as u64))
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let offset = place(offset)?;
        self.file(|file| {
            let bytes = file.now.get(offset..offset + out.len());
            out.copy_from_slice(bytes.ok_or(io::ErrorKind::UnexpectedEof)?);
            Ok(())
        })
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        let length = place(length)?;
        self.operate(|file| file.operate(Operation::Length(length)))
    }

    fn sync_data(&self) -> io::Result<()> {
        self.operate(File::sync)
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let offset = place(offset)?;
        self.on(|state| {
            if let Some(record) = &mut state.record {
                record.extend_from_slice(data);
                record.push(0);
            }
            Ok(())
        })?;
        self.operate(|file| file.operate(Operation::Write(offset, data.to_vec())))
    }
}

#[cfg(test)]
mod tests;
