//! Calendar days and instants, out of the many ways in which providers write
//! them. No time zones: a provider's local date is meant as it stands.

use std::fmt;

/// A calendar day that exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// `None` where there is no such day.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let exists = (1..=9999).contains(&year) && day >= 1 && day <= days_in(year, month);
        exists.then_some(Self { year, month, day })
    }

    /// The calendar day at the beginning of an ISO 8601 date or date-time:
    /// `2021-01-01`, `2014-11-09 00:00:00+01:00`, `2012-02-01T00:00:00+0100`,
    /// `20210101`, `2021-01-01-08:00`. The day as written is meant, whatever the
    /// offset.
    pub fn parse(text: &str) -> Option<Self> {
        let mut rest = Digits(text.as_bytes().trim_ascii());
        let year = rest.number(4)?;
        let dashed = rest.skip(b'-');
        let month = rest.number(2)?;
        if dashed && !rest.skip(b'-') {
            return None;
        }
        let day = rest.number(2)?;
        let ends = matches!(rest.0.first(), None | Some(b'T' | b't' | b' ' | b'Z' | b'z' | b'+' | b'-'));
        if ends { Self::of(year, month, day) } else { None }
    }

    /// A date in another order: `parse_as("31.12.2025", "dmy")`,
    /// `parse_as("12/31/2025", "mdy")`. What stands between the numbers does
    /// not matter; a year has four digits.
    pub fn parse_as(text: &str, order: &str) -> Option<Self> {
        let mut parts = text.trim().split(|c: char| !c.is_ascii_digit());
        let (mut year, mut month, mut day) = (0, 0, 0);
        for place in order.chars() {
            let part = parts.next()?;
            let number = part.parse().ok()?;
            match (place, part.len()) {
                ('y', 4) => year = number,
                ('m', 1..=2) => month = number,
                ('d', 1..=2) => day = number,
                _ => return None,
            }
        }
        Self::of(year, month, day)
    }

    fn of(year: u32, month: u32, day: u32) -> Option<Self> {
        Self::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?)
    }

    /// The day that many days after 1970-01-01.
    pub fn from_days(days: i64) -> Option<Self> {
        // Howard Hinnant, "chrono-compatible low-level date algorithms",
        // civil_from_days: years begin in March, eras have 400 years.
        let shifted = days.checked_add(719_468)?;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Self::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?)
    }

    /// Days since 1970-01-01.
    pub fn days(self) -> i64 {
        let (month, day) = (i64::from(self.month), i64::from(self.day));
        let year = i64::from(self.year) - i64::from(month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let day_of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
        era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
    }

    /// So many days later, or earlier.
    pub fn plus_days(self, days: i64) -> Option<Self> {
        Self::from_days(self.days().checked_add(days)?)
    }
}

impl Date {
    fn write(self, to: &mut String) {
        push(to, i64::from(self.year), 1000);
        to.push('-');
        push(to, i64::from(self.month), 10);
        to.push('-');
        push(to, i64::from(self.day), 10);
    }
}

/// `YYYY-MM-DD`.
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::with_capacity(10);
        self.write(&mut text);
        f.write_str(&text)
    }
}

/// Writes the digits of a number from this place on. Formatting would be a tenth
/// of what a worker costs.
fn push(to: &mut String, number: i64, mut place: i64) {
    while place > 0 {
        let digit = u8::try_from(number / place % 10).unwrap_or(0);
        to.push(char::from(b'0' + digit));
        place /= 10;
    }
}

fn days_in(year: u16, month: u8) -> u8 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u8::from(leap),
        _ => 0,
    }
}

/// A point in time, with the offset in which it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Instant {
    millis: i64,
    offset_minutes: i16,
}

impl Instant {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub const fn from_millis(millis: i64) -> Self {
        Self { millis, offset_minutes: 0 }
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self::from_millis(seconds.saturating_mul(1000))
    }

    /// An ISO 8601 date-time: with `T` or a space, with or without seconds and
    /// fractions, with `Z`, `+01:00`, `+0100` or `+01`. Without an offset it is
    /// taken for UTC, and a bare date for its midnight in UTC.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim_ascii();
        let date = Date::parse(text)?;
        let mut rest =
            Digits(text.as_bytes().get(if text.as_bytes().get(4) == Some(&b'-') { 10 } else { 8 }..)?);
        let (mut seconds_of_day, mut fraction) = (0, 0);
        if rest.skip(b'T') || rest.skip(b't') || rest.skip(b' ') {
            let hour = rest.number(2).filter(|hour| *hour < 24)?;
            let coloned = rest.skip(b':');
            let minute = rest.number(2).filter(|minute| *minute < 60)?;
            let has_second =
                if coloned { rest.skip(b':') } else { rest.0.first().is_some_and(u8::is_ascii_digit) };
            // A leap second is taken for the one before it.
            let second = if has_second { rest.number(2).filter(|second| *second <= 60)?.min(59) } else { 0 };
            seconds_of_day = i64::from(hour * 3600 + minute * 60 + second);
            if rest.skip(b'.') || rest.skip(b',') {
                fraction = rest.fraction_as_millis()?;
            }
        }
        rest.skip(b' ');
        let offset_minutes = rest.offset()?;
        let local = date.days() * 86_400_000 + seconds_of_day * 1000 + fraction;
        Some(Self { millis: local - i64::from(offset_minutes) * 60_000, offset_minutes })
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub const fn millis(self) -> i64 {
        self.millis
    }

    /// The same point, so much later, or earlier.
    pub const fn plus_millis(self, millis: i64) -> Self {
        Self { millis: self.millis.saturating_add(millis), ..self }
    }

    /// The same point, written in UTC.
    pub const fn utc(self) -> Self {
        Self::from_millis(self.millis)
    }

    /// The calendar day in UTC.
    pub fn utc_date(self) -> Date {
        Date::from_days(self.millis.div_euclid(86_400_000)).unwrap_or(Date { year: 9999, month: 12, day: 31 })
    }
}

/// By time alone: the same point in two offsets is neither before nor after.
impl PartialOrd for Instant {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        match self.millis.cmp(&other.millis) {
            std::cmp::Ordering::Equal if self != other => None,
            order => Some(order),
        }
    }
}

impl Instant {
    fn write(self, to: &mut String) {
        let offset = i64::from(self.offset_minutes);
        let local = Self::from_millis(self.millis.saturating_add(offset * 60_000));
        let of_day = local.millis.rem_euclid(86_400_000);
        local.utc_date().write(to);
        for (mark, number) in
            [('T', of_day / 3_600_000), (':', of_day / 60_000 % 60), (':', of_day / 1000 % 60)]
        {
            to.push(mark);
            push(to, number, 10);
        }
        if of_day % 1000 != 0 {
            to.push('.');
            push(to, of_day % 1000, 100);
        }
        if offset == 0 {
            to.push('Z');
        } else {
            to.push(if offset < 0 { '-' } else { '+' });
            push(to, offset.abs() / 60, 10);
            to.push(':');
            push(to, offset.abs() % 60, 10);
        }
    }
}

/// RFC 3339, with the offset in which it was read.
impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::with_capacity(29);
        self.write(&mut text);
        f.write_str(&text)
    }
}

/// A provider's date as the contract wants it; see [`Date::parse`].
pub fn date(text: &str) -> Option<String> {
    let date = Date::parse(text)?;
    let mut text = String::with_capacity(10);
    date.write(&mut text);
    Some(text)
}

/// A provider's instant as the contract wants it; see [`Instant::parse`].
pub fn instant(text: &str) -> Option<String> {
    let instant = Instant::parse(text)?;
    let mut text = String::with_capacity(29);
    instant.write(&mut text);
    Some(text)
}

/// What is left of a text that is made of numbers.
struct Digits<'a>(&'a [u8]);

impl Digits<'_> {
    /// Exactly so many digits.
    fn number(&mut self, digits: usize) -> Option<u32> {
        let (head, tail) = self.0.split_at_checked(digits)?;
        self.0 = tail;
        head.iter()
            .try_fold(0, |number, byte| byte.is_ascii_digit().then(|| number * 10 + u32::from(byte - b'0')))
    }

    fn skip(&mut self, expected: u8) -> bool {
        match self.0.split_first() {
            Some((first, tail)) if *first == expected => {
                self.0 = tail;
                true
            }
            _ => false,
        }
    }

    /// The digits after the decimal point; those beyond milliseconds are cut.
    fn fraction_as_millis(&mut self) -> Option<i64> {
        let count = self.0.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (digits, tail) = self.0.split_at_checked(count)?;
        self.0 = tail;
        let padded = digits.iter().chain([b'0'; 3].iter()).take(3);
        (count > 0).then(|| padded.fold(0, |number, byte| number * 10 + i64::from(byte - b'0')))
    }

    /// The rest, as an offset in minutes.
    fn offset(&mut self) -> Option<i16> {
        let sign = match self.0.split_first() {
            None | Some((b'Z' | b'z', [])) => return Some(0),
            Some((b'+', tail)) => (1, tail),
            Some((b'-', tail)) => (-1, tail),
            Some(_) => return None,
        };
        self.0 = sign.1;
        let hours = self.number(2).filter(|hours| *hours < 24)?;
        self.skip(b':');
        let minutes = if self.0.is_empty() { 0 } else { self.number(2).filter(|minutes| *minutes < 60)? };
        let all = i16::try_from(hours * 60 + minutes).ok()?;
        self.0.is_empty().then_some(sign.0 * all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_the_forms_that_providers_use() {
        for (text, expected) in [
            ("2021-01-01", Some("2021-01-01")),
            (" 2021-01-01 ", Some("2021-01-01")),
            ("2014-11-09 00:00:00+01:00", Some("2014-11-09")),
            ("2012-02-01T00:00:00+0100", Some("2012-02-01")),
            ("2017-05-23T09:49:03+02:00", Some("2017-05-23")),
            ("2017-05-23T23:59:59.999Z", Some("2017-05-23")),
            ("20210131", Some("2021-01-31")),
            ("2021-01-01Z", Some("2021-01-01")),
            ("2024-02-29", Some("2024-02-29")),
            ("2000-02-29", Some("2000-02-29")),
            ("2015-07-28-07:00", Some("2015-07-28")),
            ("2023-02-29", None),
            ("1900-02-29", None),
            ("2021-04-31", None),
            ("2021-13-01", None),
            ("2021-00-10", None),
            ("2021-01-00", None),
            ("0000-00-00", None),
            ("0000-01-01", None),
            ("2021-01", None),
            ("2021-01-0", None),
            ("2021-01-011", None),
            ("2021-0101", None),
            ("01.02.2021", None),
            ("2021/01/01", None),
            ("+021-01-01", None),
            ("２０２１-01-01", None),
            ("é021-01-01", None),
            ("", None),
        ] {
            assert_eq!(date(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn dates_in_another_order() {
        let parse = |text, order| Date::parse_as(text, order).map(|date| date.to_string());
        assert_eq!(parse("31.12.2025", "dmy").as_deref(), Some("2025-12-31"));
        assert_eq!(parse("1.2.2025 00:00", "dmy").as_deref(), Some("2025-02-01"));
        assert_eq!(parse("12/31/2025", "mdy").as_deref(), Some("2025-12-31"));
        assert_eq!(parse("31/12/2025", "mdy"), None);
        assert_eq!(parse("1.2.25", "dmy"), None);
        assert_eq!(parse("", "dmy"), None);
    }

    /// Every day of the calendar: the way there and back agrees, each day is one
    /// after the last, and its text reads back as itself.
    #[test]
    fn every_day_comes_back() {
        let first = Date::new(1, 1, 1).unwrap();
        let mut last = None;
        for days in first.days()..=Date::new(9999, 12, 31).unwrap().days() {
            let date = Date::from_days(days).unwrap();
            assert_eq!(date.days(), days);
            assert!(last < Some(date));
            if days % 97 == 0 {
                assert_eq!(Date::parse(&date.to_string()), Some(date));
            }
            last = Some(date);
        }
        assert_eq!(Date::from_days(0), Date::new(1970, 1, 1));
        assert_eq!(Date::from_days(first.days() - 1), None);
        assert_eq!(Date::from_days(i64::MAX), None);
        assert_eq!(Date::from_days(i64::MIN), None);
        assert_eq!(Date::new(2024, 2, 28).unwrap().plus_days(2), Date::new(2024, 3, 1));
    }

    /// A day exists exactly if the calendar of 400 years, counted, says so.
    #[test]
    fn a_year_has_as_many_days_as_it_should() {
        for year in 1..=2400_u16 {
            let days = (0..=14_u8).flat_map(|month| (0..=40).map(move |day| (month, day)));
            let count = days.filter(|(month, day)| Date::new(year, *month, *day).is_some()).count();
            let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
            assert_eq!(count, 365 + usize::from(leap), "{year}");
        }
    }

    #[test]
    fn instants_in_the_forms_that_providers_use() {
        for (text, expected) in [
            ("2017-05-23T09:49:03+02:00", Some("2017-05-23T09:49:03+02:00")),
            ("2012-02-01T00:00:00+0100", Some("2012-02-01T00:00:00+01:00")),
            ("2014-11-09 00:00:00+01:00", Some("2014-11-09T00:00:00+01:00")),
            ("2014-11-09 00:00:00 +01", Some("2014-11-09T00:00:00+01:00")),
            ("2014-11-09T00:00:00-03:30", Some("2014-11-09T00:00:00-03:30")),
            ("2026-01-10T09:00:00Z", Some("2026-01-10T09:00:00Z")),
            ("2026-01-10T09:00Z", Some("2026-01-10T09:00:00Z")),
            ("20260110T090000Z", Some("2026-01-10T09:00:00Z")),
            ("2026-01-10T09:00:00", Some("2026-01-10T09:00:00Z")),
            ("2026-01-10", Some("2026-01-10T00:00:00Z")),
            ("2026-01-10T09:00:00.1Z", Some("2026-01-10T09:00:00.100Z")),
            ("2026-01-10T09:00:00.1239999Z", Some("2026-01-10T09:00:00.123Z")),
            ("2026-01-10T09:00:60Z", Some("2026-01-10T09:00:59Z")),
            ("2026-01-10T24:00:00Z", None),
            ("2026-01-10T09:60:00Z", None),
            ("2026-01-10T09:00:00.Z", None),
            ("2026-01-10T09:00:00Zulu", None),
            ("2026-01-10T09:00:00+25:00", None),
            ("2026-01-10T09", None),
            ("2026-02-30T09:00:00Z", None),
            ("", None),
        ] {
            assert_eq!(instant(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn instants_compare_by_time() {
        let at = |text| Instant::parse(text).unwrap();
        assert!(at("2026-01-01T00:30:00+01:00") < at("2026-01-01T00:00:00Z"));
        assert_eq!(at("2026-01-01T01:00:00+01:00").utc(), at("2026-01-01T00:00:00Z"));
        assert_eq!(at("2026-01-01T00:30:00+01:00").utc_date().to_string(), "2025-12-31");
        assert_eq!(Instant::from_millis(-1).to_string(), "1969-12-31T23:59:59.999Z");
        assert_eq!(Instant::from_seconds(1_767_225_600).to_string(), "2026-01-01T00:00:00Z");
    }

    /// What is written reads back, over many points and every quarter of an
    /// hour of offset.
    #[test]
    fn every_instant_comes_back() {
        let mut millis = -60_000_000_000_000_i64;
        while millis < 200_000_000_000_000 {
            let offset_minutes = i16::try_from(millis.rem_euclid(95)).unwrap() * 15 - 47 * 15;
            let instant = Instant { millis, offset_minutes };
            assert_eq!(Instant::parse(&instant.to_string()), Some(instant));
            millis += 123_456_789_123;
        }
    }
}
