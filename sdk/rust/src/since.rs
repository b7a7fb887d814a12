//! Where a read of changes begins, for providers that know when a record
//! changed.

use serde::{Deserialize, Serialize};

use crate::Context;
use crate::cursor::Shape;
use crate::date::{Date, Instant};

/// When a read began: a later read of changes goes on from there, and not from
/// its end, so that nothing is lost that changed meanwhile. Kept in the cursor,
/// and given as the checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Since {
    millis: i64,
}

impl Shape for Since {
    const SHAPE: &'static str = "since/1";
}

impl Since {
    pub fn now(cx: &Context) -> Self {
        Self::at(cx.now())
    }

    /// By the provider's own clock, where it tells the time.
    pub fn at(instant: Instant) -> Self {
        Self { millis: instant.millis() }
    }

    /// So much earlier, in whole seconds: the provider's clock may be behind the
    /// host's, and its index behind its records.
    pub fn less_minutes(self, minutes: u32) -> Instant {
        Instant::from_seconds(self.millis.div_euclid(1000).saturating_sub(i64::from(minutes) * 60))
    }

    /// So many days earlier, for a provider that counts by the day, in a zone of
    /// its own.
    pub fn less_days(self, days: u32) -> Date {
        let day = Instant::from_millis(self.millis).utc_date();
        day.plus_days(-i64::from(days)).unwrap_or(day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_overlap_in_whole_seconds() {
        let since = Since { millis: 1_768_464_000_999 };
        assert_eq!(since.less_minutes(0).to_string(), "2026-01-15T08:00:00Z");
        assert_eq!(since.less_minutes(5).to_string(), "2026-01-15T07:55:00Z");
        assert_eq!(Since { millis: -1 }.less_minutes(0).to_string(), "1969-12-31T23:59:59Z");
    }

    #[test]
    fn an_overlap_in_days() {
        let since = Since::at(Instant::from_millis(1_768_464_000_999));
        assert_eq!(since.less_days(0).to_string(), "2026-01-15");
        assert_eq!(since.less_days(15).to_string(), "2025-12-31");
    }
}
