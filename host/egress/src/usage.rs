//! What a session has used up.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rollcall_grants::FetchError;

use crate::limits::Limits;

/// Counts of one session, for receipts and budgets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Guests' requests, refused ones too.
    pub exchanges: u64,
    /// What was sent: tries, redirects and sign-ins included.
    pub requests: u64,
    /// Bodies of answers, decompressed.
    pub bytes: u64,
    /// Tries after the first.
    pub retries: u64,
    /// Waited before those, in milliseconds.
    pub waited_ms: u64,
    /// Guests' requests that were denied.
    pub denied: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Counters {
    exchanges: AtomicU64,
    requests: AtomicU64,
    bytes: AtomicU64,
    retries: AtomicU64,
    waited_ms: AtomicU64,
    denied: AtomicU64,
}

impl Counters {
    pub fn exchange(&self) {
        self.exchanges.fetch_add(1, Ordering::Relaxed);
    }

    pub fn denied(&self) {
        self.denied.fetch_add(1, Ordering::Relaxed);
    }

    pub fn bytes(&self, bytes: usize) {
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// One more request, if there is one left.
    pub fn request(&self, limits: &Limits) -> Result<(), FetchError> {
        if self.bytes.load(Ordering::Relaxed) >= limits.session_bytes {
            return Err(FetchError::Budget(format!("{} bytes of answers in one run", limits.session_bytes)));
        }
        if self.requests.fetch_add(1, Ordering::Relaxed) >= limits.session_requests {
            return Err(FetchError::Budget(format!("{} requests in one run", limits.session_requests)));
        }
        Ok(())
    }

    /// Whether there is time left to wait so long; it is taken then.
    pub fn wait(&self, wait: Duration, limits: &Limits) -> bool {
        let millis = |d: Duration| u64::try_from(d.as_millis()).unwrap_or(u64::MAX);
        let (wait, max) = (millis(wait), millis(limits.retry_wait));
        let taken = self.waited_ms.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |waited| {
            waited.checked_add(wait).filter(|sum| *sum <= max)
        });
        if taken.is_ok() {
            self.retries.fetch_add(1, Ordering::Relaxed);
        }
        taken.is_ok()
    }

    pub fn usage(&self) -> Usage {
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Usage {
            exchanges: get(&self.exchanges),
            requests: get(&self.requests),
            bytes: get(&self.bytes),
            retries: get(&self.retries),
            waited_ms: get(&self.waited_ms),
            denied: get(&self.denied),
        }
    }
}
