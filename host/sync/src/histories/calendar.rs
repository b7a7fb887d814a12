//! Days as numbers, counted from 1970 on.

pub const HOUR_MS: i64 = 60 * 60 * 1000;
pub const DAY_MS: i64 = 24 * HOUR_MS;

/// The day of an instant, where clocks are so many hours ahead of UTC.
pub fn day(ms: i64, hours_ahead: i64) -> i64 {
    (ms + hours_ahead * HOUR_MS).div_euclid(DAY_MS)
}

/// `YYYY-MM-DD`. Of days after 1970.
pub fn iso(day: i64) -> String {
    let (mut year, mut left) = (1970, day);
    let leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    while left >= 365 + i64::from(leap(year)) {
        left -= 365 + i64::from(leap(year));
        year += 1;
    }
    let february = 28 + i64::from(leap(year));
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if left < length {
            break;
        }
        left -= length;
        month += 1;
    }
    format!("{year:04}-{month:02}-{:02}", left + 1)
}

#[test]
fn days_are_counted_right() {
    assert_eq!(iso(day(1_768_464_000_000, 0)), "2026-01-15");
    assert_eq!(iso(day(1_768_464_000_000, 16)), "2026-01-16");
    assert_eq!(iso(19_782), "2024-02-29");
    assert_eq!(iso(20_088), "2024-12-31");
}
