//! A request with its rate limit, its tries and their waits.

use std::time::Duration;

use rollcall_grants::FetchError;
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

impl Session {
    /// Whether a failure of the provider's is known to be none that passes: a
    /// refused password that is tried again and again locks an account.
    fn is_final(&self, transfer: &Transfer, answer: &Answer) -> bool {
        let alias = transfer.alias.as_deref().and_then(|name| self.grant.alias(name));
        let words = alias.map(|alias| alias.final_500()).unwrap_or_default();
        let has = |word: &String| answer.body.windows(word.len()).any(|part| part == word.as_bytes());
        answer.status == 500 && words.iter().any(has)
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
                Ok(answer) if answer.status < 400 => return Ok(result?),
                Ok(answer) if self.is_final(transfer, answer) => return Ok(result?),
                Ok(answer) => {
                    (Trouble::Status(answer.status), retry::asked(answer, self.clock.unix_millis()))
                }
                Err(WireError::Timeout) => (Trouble::Timeout, None),
                Err(WireError::Connection(_)) => (Trouble::Connection, None),
                Err(_) => return Ok(result?),
            };
            match retry::next(trouble, tries, after, self.limits.max_retry_after, self.jitter.fraction()) {
                Next::After(wait) if self.counters.wait(wait, &self.limits) => {
                    if let (Some(batch), Ok(answer)) = (batch, &result) {
                        batch.give_back(answer.body.len());
                    }
                    self.sleeper.sleep(wait).await;
                }
                _ => return Ok(result?),
            }
        }
    }
}
