//! Days as files have them. What a day means is told from the whole column: 01/02
//! is in most of Europe the first of February, and elsewhere the second of
//! January.

use rollcall_sdk::prelude::*;

/// How a column writes days, where the text alone does not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Format {
    /// Year first, or with the month as a word.
    Plain,
    DayFirst,
    MonthFirst,
    /// Days since the end of 1899.
    Excel,
}

/// As the setting spells them. `None`: told from the column.
pub const NAMES: [(&str, Option<Format>); 8] = [
    ("auto", None),
    ("yyyy-MM-dd", Some(Format::Plain)),
    ("dd/MM/yyyy", Some(Format::DayFirst)),
    ("dd.MM.yyyy", Some(Format::DayFirst)),
    ("dd-MM-yyyy", Some(Format::DayFirst)),
    ("MM/dd/yyyy", Some(Format::MonthFirst)),
    ("yyyyMMdd", Some(Format::Plain)),
    ("excel", Some(Format::Excel)),
];

/// Excel's day 0 is 1899-12-30: it takes 1900 for a leap year.
pub const EXCEL_ZERO: i64 = -25_569;

/// 1900 to 2100, in days since 1970.
const YEARS: std::ops::RangeInclusive<i64> = -25_567..=47_846;

/// What a column has shown so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Seen {
    day_first: bool,
    month_first: bool,
    either: bool,
}

/// A column whose days may mean two things, or mean both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unclear {
    Ambiguous,
    Both,
}

impl Seen {
    pub fn look(&mut self, text: &str) {
        let Some((first, second, _, separator)) = numbers(text) else { return };
        // Nobody who writes dots begins with the month.
        match (first > 12, second > 12) {
            (true, false) => self.day_first = true,
            (false, true) => self.month_first = true,
            (false, false) if separator == '.' => self.day_first = true,
            (false, false) if first == second => {}
            (false, false) => self.either = true,
            (true, true) => {}
        }
    }

    pub fn format(self) -> Result<Format, Unclear> {
        match (self.day_first, self.month_first, self.either) {
            (true, true, _) => Err(Unclear::Both),
            (true, false, _) => Ok(Format::DayFirst),
            (false, true, _) => Ok(Format::MonthFirst),
            (false, false, true) => Err(Unclear::Ambiguous),
            (false, false, false) => Ok(Format::Plain),
        }
    }
}

/// Texts that stand for no day.
const NONE: [&str; 8] = ["-", "n/a", "na", "null", "00/00/0000", "0000-00-00", "1900-01-00", "1900-01-01"];
/// Days that stand for no end.
const NEVER: [&str; 4] = ["9999-12-31", "2999-12-31", "2099-12-31", "2199-12-31"];

/// The day of a cell: `None` for none, an error for what is no day.
pub fn parse(text: &str, format: Format) -> Result<Option<Date>, ()> {
    let text = text.trim();
    if text.is_empty() || NONE.contains(&text.to_lowercase().as_str()) {
        return Ok(None);
    }
    let day = match format {
        Format::Excel if text.bytes().all(|byte| byte.is_ascii_digit()) && text.len() <= 6 => {
            text.parse::<i64>().ok().and_then(|serial| Date::from_days(serial + EXCEL_ZERO))
        }
        format => match numbers(text) {
            Some((first, second, year, _)) => match format {
                Format::MonthFirst => day(year, first, second),
                // Where both are the same it does not matter.
                _ if first == second || format != Format::Plain => day(year, second, first),
                _ => None,
            },
            None => Date::parse(&text.replace('/', "-")).or_else(|| with_word(text)),
        },
    };
    let day = day.filter(|day| YEARS.contains(&day.days()) || is_never(*day)).ok_or(())?;
    Ok((!NONE.contains(&day.to_string().as_str())).then_some(day))
}

/// As the last day: one far away is none.
pub fn is_never(day: Date) -> bool {
    NEVER.contains(&day.to_string().as_str())
}

fn day(year: u32, month: u32, day: u32) -> Option<Date> {
    Date::new(u16::try_from(year).ok()?, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
}

/// `1/3/2026 00:00` as 1, 3, 2026 and what is between them.
fn numbers(text: &str) -> Option<(u32, u32, u32, char)> {
    let date = text.split([' ', 'T']).next()?;
    let separator = date.chars().find(|letter| !letter.is_ascii_digit())?;
    let mut parts = date.split(separator);
    let (first, second, year) = (parts.next()?, parts.next()?, parts.next()?);
    let fits = matches!(separator, '/' | '.' | '-')
        && parts.next().is_none()
        && (1..=2).contains(&first.len())
        && (1..=2).contains(&second.len())
        && year.len() == 4;
    if !fits {
        return None;
    }
    Some((first.parse().ok()?, second.parse().ok()?, year.parse().ok()?, separator))
}

/// First letters of months: English, Dutch, German, French.
const MONTHS: [(&str, u8); 28] = [
    ("jan", 1),
    ("feb", 2),
    ("fév", 2),
    ("fev", 2),
    ("mar", 3),
    ("mrt", 3),
    ("maa", 3),
    ("mär", 3),
    ("mrz", 3),
    ("apr", 4),
    ("avr", 4),
    ("may", 5),
    ("mei", 5),
    ("mai", 5),
    ("juin", 6),
    ("jun", 6),
    ("jul", 7),
    ("juil", 7),
    ("aug", 8),
    ("aoû", 8),
    ("aou", 8),
    ("sep", 9),
    ("oct", 10),
    ("okt", 10),
    ("nov", 11),
    ("dec", 12),
    ("dez", 12),
    ("déc", 12),
];

/// `1-mrt-2026`, `01 March 2026`. A year of two digits is no year.
fn with_word(text: &str) -> Option<Date> {
    let mut parts = text.split(['-', ' ', '.', '/']).filter(|part| !part.is_empty());
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let month = month.to_lowercase();
    let (_, month) = MONTHS.iter().find(|(letters, _)| month.starts_with(letters))?;
    let year = Some(year).filter(|year| year.len() == 4)?;
    Date::new(year.parse().ok()?, *month, day.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, format: Format, expected: Result<&str, ()>) {
        let day = parse(text, format).map(|day| day.map(|day| day.to_string()).unwrap_or_default());
        assert_eq!(day.as_deref(), expected.as_ref().copied(), "{text} as {format:?}");
    }

    #[test]
    fn days() {
        use Format::{DayFirst, Excel, MonthFirst, Plain};
        check("2026-03-01", Plain, Ok("2026-03-01"));
        check("20260301", DayFirst, Ok("2026-03-01"));
        check("2026/03/01 00:00:00", Plain, Ok("2026-03-01"));
        check("01/03/2026", DayFirst, Ok("2026-03-01"));
        check("01/03/2026", MonthFirst, Ok("2026-01-03"));
        check("1.3.2026 00:00", DayFirst, Ok("2026-03-01"));
        check("3/3/2026", Plain, Ok("2026-03-03"));
        check("01/03/2026", Plain, Err(()));
        check("1-mrt-2026", Plain, Ok("2026-03-01"));
        check("01 März 2026", Plain, Ok("2026-03-01"));
        check("31 décembre 2025", Plain, Ok("2025-12-31"));
        check("1 AOUT 2025", Plain, Ok("2025-08-01"));
        check("01-Mar-26", Plain, Err(()));
        check("46082", Excel, Ok("2026-03-01"));
        check("43556", Excel, Ok("2019-04-01"));
        check("46082", Plain, Err(()));
        check("31/02/2026", DayFirst, Err(()));
        check("soon", Plain, Err(()));
        check("2200-01-01", Plain, Err(()));
        for none in ["", " ", "-", "n/a", "0000-00-00", "00/00/0000", "1900-01-00", "1900-01-01"] {
            check(none, Plain, Ok(""));
        }
        assert!(is_never(Date::parse("9999-12-31").unwrap()));
    }

    #[test]
    fn a_column_tells_its_order() {
        let check = |texts: &[&str], expected| {
            let mut seen = Seen::default();
            texts.iter().for_each(|text| seen.look(text));
            assert_eq!(seen.format(), expected, "{texts:?}");
        };
        check(&["01/03/2026", "14/09/2020"], Ok(Format::DayFirst));
        check(&["03/01/2026", "09/14/2020"], Ok(Format::MonthFirst));
        check(&["01/03/2026", "02/03/2026"], Err(Unclear::Ambiguous));
        check(&["14/03/2026", "03/14/2026"], Err(Unclear::Both));
        check(&["01.03.2026"], Ok(Format::DayFirst));
        check(&["2026-03-01", "", "3/3/2026"], Ok(Format::Plain));
    }
}
