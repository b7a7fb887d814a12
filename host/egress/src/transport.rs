//! A request with its rate limit, its tries and their waits.

use std::time::Duration;

use rollcall_grants::{Alias, FetchError};
use tokio::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};
use tokio::time::Instant;

use crate::retry::{self, Next, Trouble};
use crate::session::Session;
use crate::wire::{Allowance, Answer, Transfer, WireError};

/// What one exchange has taken so far, over all tries and redirects.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub attempts: u32,
    /// On the network, waits not included.
    pub network: Duration,
    pub status: Option<u16>,
    pub bytes: u64,
}

/// How a request goes to its alias: beside others, or alone. A provider to which
/// there were too many requests is asked by one at a time until that one is
/// answered. With all of them together again, one could be refused each time.
enum Lane<'a> {
    /// A token endpoint, which is asked once anyway.
    None,
    Shared(&'a RwLock<()>, RwLockReadGuard<'a, ()>),
    Alone(#[expect(dead_code, reason = "held, not read")] RwLockWriteGuard<'a, ()>),
}

impl Lane<'_> {
    /// Waits until the others under way are answered; no new one begins.
    async fn alone(self) -> Self {
        match self {
            Self::Shared(lane, shared) => {
                drop(shared);
                Self::Alone(lane.write().await)
            }
            other => other,
        }
    }
}

impl Session {
    async fn lane(&self, transfer: &Transfer) -> Lane<'_> {
        let lane = transfer.alias.as_ref().and_then(|alias| self.lanes.get(alias));
        match lane {
            Some(lane) => Lane::Shared(lane, lane.read().await),
            None => Lane::None,
        }
    }

    /// The status by which it is decided whether to send again; none: the answer
    /// is final. A manifest has words for what a provider's own status hides: a
    /// refused password that is tried again and again locks an account, and a
    /// limit called forbidden is over in a moment.
    fn status(&self, transfer: &Transfer, answer: &Answer) -> Option<u16> {
        let alias = transfer.alias.as_deref().and_then(|name| self.grant.alias(name));
        let says = |words: fn(&Alias) -> &[String]| {
            let has = |word: &String| answer.body.windows(word.len()).any(|part| part == word.as_bytes());
            alias.is_some_and(|alias| words(alias).iter().any(has))
        };
        match answer.status {
            ..400 => None,
            403 if says(Alias::limit_403) => Some(429),
            500 if says(Alias::final_500) => None,
            status => Some(status),
        }
    }

    /// Sends until there is an answer that counts. `alias`: whose rate limit
    /// holds; token endpoints have none. `max`: bytes of the body.
    pub(crate) async fn transport(
        &self,
        transfer: &Transfer,
        alias: Option<&str>,
        max: usize,
        batch: Option<&Allowance>,
        tally: &mut Tally,
    ) -> Result<Answer, FetchError> {
        let mut lane = self.lane(transfer).await;
        let mut tries = 0;
        loop {
            if let Some(alias) = alias {
                let wait = self.windows.reserve(alias, self.clock.monotonic());
                if !wait.is_zero() {
                    self.sleeper.sleep(wait).await;
                }
            }
            self.counters.request(&self.limits)?;
            let left = self.limits.exchange_timeout.saturating_sub(tally.network);
            if left.is_zero() {
                return Err(FetchError::Timeout);
            }
            tries += 1;
            tally.attempts += 1;
            let begun = Instant::now();
            let result = self.wire.send(transfer, left, max, batch).await;
            tally.network += begun.elapsed();
            tally.status = result.as_ref().ok().map(|answer| answer.status);
            tally.bytes = result.as_ref().map_or(0, |answer| answer.body.len() as u64);
            self.counters.bytes(result.as_ref().map_or(0, |answer| answer.body.len()));
            let (trouble, after) = match &result {
                Ok(answer) => match self.status(transfer, answer) {
                    Some(status) => (Trouble::Status(status), retry::asked(answer, self.clock.unix_millis())),
                    None => return Ok(result?),
                },
                Err(WireError::Timeout) => (Trouble::Timeout, None),
                Err(WireError::Connection(_)) => (Trouble::Connection, None),
                Err(_) => return Ok(result?),
            };
            match retry::next(trouble, tries, after, self.limits.max_retry_after, self.jitter.fraction()) {
                Next::After(wait) if self.counters.wait(wait, &self.limits) => {
                    if let (Some(batch), Ok(answer)) = (batch, &result) {
                        batch.give_back(answer.body.len());
                    }
                    let refused = self.clock.monotonic();
                    if trouble == Trouble::Status(429) || after.is_some() {
                        lane = lane.alone().await;
                    }
                    let waited = self.clock.monotonic().saturating_sub(refused);
                    self.sleeper.sleep(wait.saturating_sub(waited)).await;
                }
                _ => return Ok(result?),
            }
        }
    }
}
