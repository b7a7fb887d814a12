//! Clock, waiting and chance, injected so that tests need none of them.

use std::future::Future;
use std::pin::Pin;
use std::sync::LazyLock;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// What time it is.
pub trait Clock: Send + Sync {
    /// Milliseconds since 1970, for assertions and dates.
    fn unix_millis(&self) -> u64;
    /// Since some fixed moment, which has to be the same for all sessions of one
    /// [`Egress`](crate::Egress): they share rate limits. Never goes back.
    fn monotonic(&self) -> Duration;
}

/// Waits.
pub trait Sleeper: Send + Sync {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}

/// Chance, for the jitter of the back-off.
pub trait Jitter: Send + Sync {
    /// At least 0, less than 1.
    fn fraction(&self) -> f64;
}

/// The moment that [`SystemClock`] counts from.
static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn unix_millis(&self) -> u64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }

    fn monotonic(&self) -> Duration {
        START.elapsed()
    }
}

/// The runtime's timer.
#[derive(Debug, Clone, Copy, Default)]
pub struct TokioSleeper;

impl Sleeper for TokioSleeper {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// The operating system's randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemJitter;

impl Jitter for SystemJitter {
    fn fraction(&self) -> f64 {
        let random = getrandom::u32().unwrap_or(u32::MAX / 2);
        f64::from(random) / (f64::from(u32::MAX) + 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_clocks_count_from_the_same_moment() {
        let first = SystemClock.monotonic();
        let second = SystemClock.monotonic();
        assert!(first <= second && second - first < Duration::from_secs(60));
        assert!(SystemClock.unix_millis() > 1_700_000_000_000);
    }

    #[test]
    fn chance_is_a_fraction() {
        for _ in 0..100 {
            assert!((0.0..1.0).contains(&SystemJitter.fraction()));
        }
    }
}
