//! At most so many requests in so many seconds.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rollcall_grants::{Grant, RateLimit};

/// A window that slides: of any `seconds`, no more than `requests` begin in it.
/// A full burst is allowed, two in a row are not.
#[derive(Debug)]
pub(crate) struct Window {
    limit: RateLimit,
    /// When the latest requests begin, the oldest first; some in the future.
    begun: VecDeque<Duration>,
}

impl Window {
    pub fn new(limit: RateLimit) -> Self {
        Self { limit, begun: VecDeque::new() }
    }

    /// Takes the next free place. How long to wait for it.
    pub fn reserve(&mut self, now: Duration) -> Duration {
        let mut at = now;
        if self.begun.len() >= self.limit.requests as usize
            && let Some(oldest) = self.begun.pop_front()
        {
            at = at.max(oldest + Duration::from_secs(self.limit.seconds.into()));
        }
        self.begun.push_back(at);
        at - now
    }
}

/// The windows of one integration, by alias. Sessions of the same integration
/// share them.
#[derive(Debug, Default)]
pub(crate) struct Windows(HashMap<String, Mutex<Window>>);

impl Windows {
    pub fn new(grant: &Grant) -> Self {
        Self(
            grant
                .aliases()
                .filter_map(|a| Some((a.name().to_owned(), Mutex::new(Window::new(a.rate()?)))))
                .collect(),
        )
    }

    /// How long a request to this alias has to wait.
    pub fn reserve(&self, alias: &str, now: Duration) -> Duration {
        let Some(window) = self.0.get(alias) else { return Duration::ZERO };
        window.lock().unwrap_or_else(PoisonError::into_inner).reserve(now)
    }
}

pub(crate) type SharedWindows = Arc<Windows>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_window_has_at_most_the_limit() {
        let mut window = Window::new(RateLimit { requests: 3, seconds: 10 });
        let starts: Vec<u64> = (0..8)
            .map(|i| {
                let now = Duration::from_secs(i);
                (now + window.reserve(now)).as_secs()
            })
            .collect();
        assert_eq!(starts, [0, 1, 2, 10, 11, 12, 20, 21]);
    }
}
