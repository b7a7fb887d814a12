//! The one place where a command asks what time it is.

use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970.
pub fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// An instant that the user gave, RFC 3339, or now.
pub fn at(given: Option<jiff::Timestamp>) -> i64 {
    given.map_or_else(now_ms, |instant| instant.as_millisecond())
}
