//! Names of files: which belong to a pattern, and which is newer.

/// What a name says about its file.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// Digits of the date, and of the time where there is one.
    pub date: String,
    pub seq: u64,
}

/// A name that belongs to a pattern.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Match {
    pub mark: Mark,
    /// Which of how many.
    pub part: Option<(u32, u32)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Date,
    DateTime,
    Seq,
    Part,
}

/// Forms of a token: a digit for `0`, anything else for itself.
const DATES: [&str; 2] = ["00000000", "0000-00-00"];
const TIMES: [&str; 3] = ["00000000000000", "00000000_000000", "0000-00-00T000000"];

/// The match of a name, if it belongs to the pattern. `*`, `?`, `{date}`,
/// `{datetime}`, `{seq}` and `{part}` stand for what they say.
pub fn matched(pattern: &str, name: &str) -> Option<Match> {
    let Some(letter) = pattern.chars().next() else { return name.is_empty().then(Match::default) };
    let rest = pattern.get(letter.len_utf8()..)?;
    match letter {
        '*' => {
            let starts = name.char_indices().map(|(at, _)| at).chain([name.len()]);
            starts.into_iter().find_map(|at| matched(rest, name.get(at..)?))
        }
        '?' => matched(rest, skip_one(name)?),
        '{' => {
            let (token, rest) = rest.split_once('}')?;
            token_matched(token_of(token)?, rest, name)
        }
        letter => matched(rest, name.strip_prefix(letter)?),
    }
}

fn token_of(name: &str) -> Option<Token> {
    match name {
        "date" => Some(Token::Date),
        "datetime" => Some(Token::DateTime),
        "seq" => Some(Token::Seq),
        "part" => Some(Token::Part),
        _ => None,
    }
}

fn token_matched(token: Token, rest: &str, name: &str) -> Option<Match> {
    let forms: &[&str] = match token {
        Token::Date => &DATES,
        Token::DateTime => &TIMES,
        Token::Seq => {
            // The longest number first; a shorter one where digits follow.
            let digits = name.bytes().take_while(u8::is_ascii_digit).count().min(18);
            return (1..=digits).rev().find_map(|count| {
                let mut found = matched(rest, name.get(count..)?)?;
                found.mark.seq = name.get(..count)?.parse().ok()?;
                Some(found)
            });
        }
        Token::Part => {
            let (which, after) = number(name)?;
            let (of, after) = number(after.strip_prefix("of")?)?;
            let found = matched(rest, after)?;
            return Some(Match { part: Some((which, of)), ..found });
        }
    };
    forms.iter().find_map(|form| {
        let text = name.get(..form.len()).filter(|text| has_form(text, form))?;
        let mut found = matched(rest, name.get(form.len()..)?)?;
        found.mark.date = text.chars().filter(char::is_ascii_digit).collect();
        Some(found)
    })
}

fn has_form(text: &str, form: &str) -> bool {
    text.len() == form.len()
        && text.bytes().zip(form.bytes()).all(|(is, wanted)| match wanted {
            b'0' => is.is_ascii_digit(),
            wanted => is == wanted,
        })
}

fn number(text: &str) -> Option<(u32, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    Some((text.get(..digits)?.parse().ok()?, text.get(digits..)?))
}

fn skip_one(text: &str) -> Option<&str> {
    text.get(text.chars().next()?.len_utf8()..)
}

/// Whether names of the pattern say which file is newer.
pub fn is_marked(pattern: &str) -> bool {
    ["{date}", "{datetime}", "{seq}"].iter().any(|token| pattern.contains(token))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The date, the number, and which part of how many.
    type Found<'a> = (&'a str, u64, Option<(u32, u32)>);

    fn check(pattern: &str, name: &str, expected: Option<Found<'_>>) {
        let found = matched(pattern, name);
        let found = found.as_ref().map(|found| (found.mark.date.as_str(), found.mark.seq, found.part));
        assert_eq!(found, expected, "{pattern} on {name}");
    }

    #[test]
    fn names_of_a_pattern() {
        check("people.csv", "people.csv", Some(("", 0, None)));
        check("people.csv", "People.csv", None);
        check("people_*.csv", "people_a.csv", Some(("", 0, None)));
        check("p?ople.csv", "people.csv", Some(("", 0, None)));
        check("people_{date}.csv", "people_20260301.csv", Some(("20260301", 0, None)));
        check("people_{date}.csv", "people_2026-03-01.csv", Some(("20260301", 0, None)));
        check("people_{date}.csv", "people_20260301.csv.gz", None);
        check("*_{datetime}.csv", "hr_x_20260301_023000.csv", Some(("20260301023000", 0, None)));
        check("people_{seq}.csv", "people_000123.csv", Some(("", 123, None)));
        check("p_{date}_{part}.csv", "p_20260301_2of3.csv", Some(("20260301", 0, Some((2, 3)))));
        check("p_{week}.csv", "p_1.csv", None);
    }

    #[test]
    fn a_newer_date_is_the_greater_mark() {
        let mark = |name| matched("p_{date}*.csv", name).unwrap().mark;
        assert!(mark("p_2026-03-02.csv") > mark("p_20260301x.csv"));
    }
}
