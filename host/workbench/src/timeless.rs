//! Time that passes only by waiting, so that hours of back-off take none.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use rollcall_egress::time::{Clock, Jitter, Sleeper};

pub struct Timeless {
    began_ms: u64,
    waited_ms: AtomicU64,
}

impl Timeless {
    /// Begins at this instant, in milliseconds since 1970.
    pub fn at(began_ms: u64) -> Self {
        Self { began_ms, waited_ms: AtomicU64::new(0) }
    }
}

impl Clock for Timeless {
    fn unix_millis(&self) -> u64 {
        self.began_ms.saturating_add(self.waited_ms.load(Relaxed))
    }

    fn monotonic(&self) -> Duration {
        Duration::from_millis(self.waited_ms.load(Relaxed))
    }
}

impl Sleeper for Timeless {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.waited_ms.fetch_add(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX), Relaxed);
        Box::pin(std::future::ready(()))
    }
}

impl Jitter for Timeless {
    fn fraction(&self) -> f64 {
        0.5
    }
}
