//! The stub's own clock. The company's time stands still between two batches
//! of changes, so that a run can be repeated to the byte.

use jiff::Timestamp;

/// Where the clock stands before any change, 2026-01-15T08:00:00Z.
pub const START: i64 = 1_768_464_000;

/// How far one batch of changes moves the clock.
pub const STEP: i64 = 3600;

/// The instant in UTC, as `2026-01-15T08:00:00Z`.
pub fn utc(seconds: i64) -> String {
    Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH).to_string()
}

/// The instant in UTC with milliseconds, as Google writes it.
pub fn utc_millis(seconds: i64) -> String {
    utc(seconds).replace('Z', ".000Z")
}

/// The instant at the offset +01:00. Personio answers in local time; the stub
/// knows no summer time, which changes nothing for a reader of offsets.
pub fn local(seconds: i64) -> String {
    utc(seconds + 3600).replace('Z', "+01:00")
}

/// The calendar day in UTC.
pub fn day(seconds: i64) -> String {
    utc(seconds).chars().take(10).collect()
}

/// The instant as an HTTP date.
pub fn http(seconds: i64) -> String {
    Timestamp::from_second(seconds)
        .unwrap_or(Timestamp::UNIX_EPOCH)
        .strftime("%a, %d %b %Y %H:%M:%S GMT")
        .to_string()
}

/// Reads an instant or a day; text without a zone is UTC.
pub fn parse(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Some(instant.as_second());
    }
    let utc = jiff::tz::TimeZone::UTC;
    if let Ok(moment) = text.parse::<jiff::civil::DateTime>() {
        return moment.to_zoned(utc).ok().map(|zoned| zoned.timestamp().as_second());
    }
    text.parse::<jiff::civil::Date>()
        .ok()
        .and_then(|date| date.to_zoned(utc).ok())
        .map(|zoned| zoned.timestamp().as_second())
}

/// The wall clock, for what outlives the stub's own clock: tokens and the
/// claims of a signed assertion.
pub fn wall() -> i64 {
    Timestamp::now().as_second()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        assert_eq!(utc(START), "2026-01-15T08:00:00Z");
        assert_eq!(local(START), "2026-01-15T09:00:00+01:00");
        assert_eq!(http(START), "Thu, 15 Jan 2026 08:00:00 GMT");
        for text in [utc(START), utc_millis(START), local(START), "2026-01-15T08:00:00".to_owned()] {
            assert_eq!(parse(&text), Some(START), "{text}");
        }
        assert_eq!(parse("2026-01-15"), Some(START - 8 * 3600));
        assert_eq!(parse("yesterday"), None);
    }
}
