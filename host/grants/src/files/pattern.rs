//! Names of files, as an admin writes them.

use std::fmt;

use regex::Regex;

use crate::limits::{MAX_NAME_BYTES, MAX_NAME_PATTERN_BYTES};
use crate::pattern::whole_value;

/// What the tokens of a pattern stand for.
const TOKENS: [(&str, &str); 4] = [
    ("date", r"(?:[0-9]{8}|[0-9]{4}-[0-9]{2}-[0-9]{2})"),
    ("datetime", r"(?:[0-9]{14}|[0-9]{8}_[0-9]{6}|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{6})"),
    ("seq", r"[0-9]{1,18}"),
    ("part", r"[0-9]{1,3}of[0-9]{1,3}"),
];

/// `people_{date}*.csv`.
#[derive(Debug, Clone)]
pub struct NamePattern {
    text: String,
    regex: Regex,
}

/// Why a text is no pattern. Fits after the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NamePatternError {
    #[error("is empty or longer than {MAX_NAME_PATTERN_BYTES} bytes")]
    Length,
    #[error("has a `/` or `\\`: it is the name of a file, and the folder is a setting of its own")]
    Path,
    #[error("has `{{{0}}}`; there are {{date}}, {{datetime}}, {{seq}} and {{part}}")]
    Token(String),
    #[error("has `{{` without `}}`")]
    Open,
    #[error("is too complicated")]
    Complicated,
}

impl NamePattern {
    pub fn parse(text: &str) -> Result<Self, NamePatternError> {
        if text.is_empty() || text.len() > MAX_NAME_PATTERN_BYTES {
            return Err(NamePatternError::Length);
        }
        if text.contains(['/', '\\']) {
            return Err(NamePatternError::Path);
        }
        let mut regex = String::new();
        let mut rest = text;
        while let Some(letter) = rest.chars().next() {
            rest = rest.get(letter.len_utf8()..).unwrap_or_default();
            match letter {
                '*' => regex.push_str(".*"),
                '?' => regex.push('.'),
                '{' => {
                    let (token, after) = rest.split_once('}').ok_or(NamePatternError::Open)?;
                    let known = TOKENS.iter().find(|(name, _)| *name == token);
                    let (_, means) = known.ok_or_else(|| NamePatternError::Token(token.to_owned()))?;
                    regex.push_str(means);
                    rest = after;
                }
                letter => regex.push_str(&regex::escape(letter.encode_utf8(&mut [0; 4]))),
            }
        }
        let regex = whole_value(&regex).map_err(|_| NamePatternError::Complicated)?;
        Ok(Self { text: text.to_owned(), regex })
    }

    /// Whether a file of this name is meant.
    pub fn covers(&self, name: &str) -> bool {
        name.len() <= MAX_NAME_BYTES && self.regex.is_match(name)
    }
}

impl fmt::Display for NamePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, name: &str, expected: bool) {
        assert_eq!(NamePattern::parse(pattern).unwrap().covers(name), expected, "{pattern} on {name}");
    }

    #[test]
    fn names() {
        check("people.csv", "people.csv", true);
        check("people.csv", "peopleXcsv", false);
        check("people_*.csv", "people_20260301.csv", true);
        check("people_*.csv", "people_20260301.csv.done", false);
        check("people_?.csv", "people_12.csv", false);
        check("people_{date}.csv", "people_20260301.csv", true);
        check("people_{date}.csv", "people_2026-03-01.csv", true);
        check("people_{date}.csv", "people_latest.csv", false);
        check("p_{datetime}.csv", "p_20260301_023000.csv", true);
        check("p_{seq}.csv", "p_000123.csv", true);
        check("p_{date}_{part}.csv", "p_20260301_1of3.csv", true);
        check("Mitarbeiter (neu).csv", "Mitarbeiter (neu).csv", true);
        check("*", "a\nb", false);
        check("*", &"a".repeat(MAX_NAME_BYTES), true);
        check("*", &"a".repeat(MAX_NAME_BYTES + 1), false);
    }

    #[test]
    fn what_is_no_pattern() {
        let check = |text: &str, expected| assert_eq!(NamePattern::parse(text).unwrap_err(), expected);
        check("", NamePatternError::Length);
        check(&"a".repeat(MAX_NAME_PATTERN_BYTES + 1), NamePatternError::Length);
        check("../people.csv", NamePatternError::Path);
        check("p\\x", NamePatternError::Path);
        check("p_{day}", NamePatternError::Token("day".to_owned()));
        check("p_{date", NamePatternError::Open);
    }
}
