//! When to try again, and after how long.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use reqwest::header::{DATE, HeaderName, RETRY_AFTER};

use crate::limits::{
    BACKOFF_BASE, BACKOFF_BASE_429, BACKOFF_MAX, MAX_TRIES, MAX_TRIES_429, MAX_TRIES_500, MAX_TRIES_TIMEOUT,
};
use crate::wire::Answer;

/// What went wrong with a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    Status(u16),
    Timeout,
    Connection,
}

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// The answer, or the failure, is final.
    Stop,
    After(Duration),
}

/// `tries`: how often it was sent. `after`: what the provider asks for.
/// `jitter`: at least 0, less than 1.
pub(crate) fn next(
    trouble: Trouble,
    tries: u32,
    after: Option<Duration>,
    max_after: Duration,
    jitter: f64,
) -> Next {
    let max_tries = match trouble {
        Trouble::Status(429) => MAX_TRIES_429,
        Trouble::Status(502 | 503 | 504 | 598) | Trouble::Connection => MAX_TRIES,
        Trouble::Status(500) => MAX_TRIES_500,
        Trouble::Timeout => MAX_TRIES_TIMEOUT,
        Trouble::Status(_) => return Next::Stop,
    };
    if tries >= max_tries {
        return Next::Stop;
    }
    match after {
        Some(after) if after > max_after => Next::Stop,
        Some(after) => Next::After(after),
        None => Next::After(backoff(trouble, tries, jitter)),
    }
}

/// Exponential, with jitter: from half the step to all of it.
fn backoff(trouble: Trouble, tries: u32, jitter: f64) -> Duration {
    let base = if trouble == Trouble::Status(429) { BACKOFF_BASE_429 } else { BACKOFF_BASE };
    let step = base.saturating_mul(1 << tries.saturating_sub(1).min(16)).min(BACKOFF_MAX);
    step.mul_f64(0.5 + jitter.clamp(0.0, 1.0) / 2.0)
}

/// How long the provider asks to wait: `Retry-After`, or else, of too many
/// requests, when its count begins anew.
pub(crate) fn asked(answer: &Answer, now_millis: u64) -> Option<Duration> {
    if let Some(value) = answer.header(RETRY_AFTER) {
        return retry_after(value, now_millis);
    }
    // One that comes more than once counts for several limits: the nearest holds.
    let number = |name: &'static str| {
        let all = answer.headers.get_all(HeaderName::from_static(name)).iter();
        all.filter_map(|value| value.to_str().ok()?.trim().parse::<u64>().ok()).min()
    };
    // A limit of none is how some say that too many were under way at once.
    let at_once = RATE_LIMITS.iter().any(|limit| number(limit) == Some(0));
    if answer.status != 429 || at_once {
        return None;
    }
    let now_millis = answer.header(DATE).and_then(date_millis).unwrap_or(now_millis);
    RATE_RESETS.iter().find_map(|reset| number(reset)).map(|at| until_reset(at, now_millis))
}

const RATE_LIMITS: [&str; 2] = ["x-rate-limit-limit", "x-ratelimit-limit"];
const RATE_RESETS: [&str; 3] = ["x-rate-limit-reset", "x-ratelimit-reset", "ratelimit-reset"];

/// Seconds from now, or seconds since 1970: the numbers of the two are far
/// apart. A second more, as the provider's clock was cut to seconds.
fn until_reset(at: u64, now_millis: u64) -> Duration {
    const FIRST_INSTANT: u64 = 1_000_000_000;
    let seconds = if at < FIRST_INSTANT { at } else { at.saturating_sub(now_millis / 1000) };
    Duration::from_secs(seconds.saturating_add(1))
}

/// RFC 9110 section 10.2.3: seconds (here with a fraction too) or a date. A date
/// that has passed is zero; junk is `None`.
pub(crate) fn retry_after(value: &str, now_millis: u64) -> Option<Duration> {
    let value = value.trim();
    if value.starts_with(|c: char| c.is_ascii_digit()) {
        let seconds = value.parse::<f64>().ok()?;
        // A number too great for a duration is as good as never.
        return Some(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX));
    }
    Some(Duration::from_millis(date_millis(value)?.saturating_sub(now_millis)))
}

/// An HTTP date, in milliseconds since 1970.
fn date_millis(value: &str) -> Option<u64> {
    let parser = DateTimeParser::new().relaxed_weekday(true);
    let date: Timestamp = parser.parse_timestamp(value).ok()?;
    u64::try_from(date.as_millisecond()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::MAX_RETRY_AFTER;

    fn check(value: &str, expected: Option<f64>) {
        // 2026-01-15T08:00:00Z
        assert_eq!(retry_after(value, 1_768_464_000_000).map(|d| d.as_secs_f64()), expected, "{value}");
    }

    #[test]
    fn retry_after_forms() {
        check("0", Some(0.0));
        check("7", Some(7.0));
        check(" 1.5 ", Some(1.5));
        check("Thu, 15 Jan 2026 08:00:30 GMT", Some(30.0));
        check("Thu, 15 Jan 2026 07:00:00 GMT", Some(0.0));
        check("Mon, 15 Jan 2026 08:00:30 GMT", Some(30.0));
        check("Thu, 15 Jan 2099 08:00:00 GMT", Some(2_303_683_200.0));
        for junk in ["", "soon", "-5", "NaN", "inf", "5 seconds", "1e", "2026-01-15"] {
            check(junk, None);
        }
        assert_eq!(retry_after("99999999999999999999999", 0), Some(Duration::MAX));
        assert_eq!(retry_after("1e300", 0), Some(Duration::MAX));
    }

    #[test]
    fn what_is_tried_again() {
        let after = |trouble, tries| next(trouble, tries, None, Duration::MAX, 1.0);
        let seconds = |s: f64| Next::After(Duration::from_secs_f64(s));
        assert_eq!(after(Trouble::Status(200), 1), Next::Stop);
        assert_eq!(after(Trouble::Status(404), 1), Next::Stop);
        assert_eq!(after(Trouble::Status(501), 1), Next::Stop);
        assert_eq!(after(Trouble::Status(429), 1), seconds(1.0));
        assert_eq!(after(Trouble::Status(429), MAX_TRIES_429 - 1), Next::After(BACKOFF_MAX));
        assert_eq!(after(Trouble::Status(429), MAX_TRIES_429), Next::Stop);
        for status in [502, 503, 504, 598] {
            assert_eq!(after(Trouble::Status(status), 1), seconds(0.5));
            assert_eq!(after(Trouble::Status(status), MAX_TRIES - 1), seconds(4.0));
            assert_eq!(after(Trouble::Status(status), MAX_TRIES), Next::Stop);
        }
        assert_eq!(after(Trouble::Status(500), MAX_TRIES_500 - 1), seconds(1.0));
        assert_eq!(after(Trouble::Status(500), MAX_TRIES_500), Next::Stop);
        assert_eq!(after(Trouble::Timeout, MAX_TRIES_TIMEOUT), Next::Stop);
        assert_eq!(backoff(Trouble::Timeout, 40, 1.0), BACKOFF_MAX);
        assert_eq!(backoff(Trouble::Timeout, 3, 0.0), Duration::from_secs(1));
    }

    #[test]
    fn the_provider_says_when() {
        let max = MAX_RETRY_AFTER;
        let asked = |seconds| next(Trouble::Status(429), 1, Some(Duration::from_secs(seconds)), max, 0.5);
        assert_eq!(asked(65), Next::After(max));
        assert_eq!(asked(66), Next::Stop);
    }
}
