//! What a run tells about itself while it is under way.

/// Where a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    Groups,
    Memberships,
    Workers,
    Planning,
    Applying,
}

pub trait Progress: Send + Sync {
    fn phase(&self, phase: Phase);
    /// So many records of the phase are done, of so many if that is known.
    fn records(&self, done: u64, total: Option<u64>);
    /// A run that was interrupted goes on.
    fn resumed(&self, phase: Phase);
}

/// Tells nobody.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoProgress;

impl Progress for NoProgress {
    fn phase(&self, _phase: Phase) {}
    fn records(&self, _done: u64, _total: Option<u64>) {}
    fn resumed(&self, _phase: Phase) {}
}
