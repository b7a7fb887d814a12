//! What a call uses, counted outside its store, so that the numbers outlive a
//! call that was dropped or panicked.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use serde::Serialize;

/// What one call used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Usage {
    /// Ticks of 10 ms during which the guest computed, rounded up.
    pub cpu_ticks: u64,
    /// From start to end, waiting included; not the wait for a free place.
    pub wall: Duration,
    /// Bytes of linear memory at the most.
    pub peak_memory: u64,
    pub fetches: u32,
    /// Bytes of requests as the guest gave them.
    pub bytes_out: u64,
    /// Bytes of answers as the guest got them.
    pub bytes_in: u64,
    pub log_lines: u32,
    /// Lines over the limit, not written.
    pub log_dropped: u32,
    /// Instructions, if the engine counts them.
    pub fuel: Option<u64>,
}

#[derive(Debug, Default)]
pub(crate) struct Meter {
    pub cpu_ticks: AtomicU64,
    pub peak_memory: AtomicU64,
    pub fetches: AtomicU32,
    pub bytes_out: AtomicU64,
    pub bytes_in: AtomicU64,
    pub log_lines: AtomicU32,
    pub log_dropped: AtomicU32,
}

impl Meter {
    pub fn usage(&self, wall: Duration, fuel: Option<u64>) -> Usage {
        Usage {
            cpu_ticks: self.cpu_ticks.load(Relaxed),
            wall,
            peak_memory: self.peak_memory.load(Relaxed),
            fetches: self.fetches.load(Relaxed),
            bytes_out: self.bytes_out.load(Relaxed),
            bytes_in: self.bytes_in.load(Relaxed),
            log_lines: self.log_lines.load(Relaxed),
            log_dropped: self.log_dropped.load(Relaxed),
            fuel,
        }
    }
}
