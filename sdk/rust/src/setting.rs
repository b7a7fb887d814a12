//! What the admin entered, typed.

use std::str::FromStr;

use crate::{Failure, Result, SettingError};

/// The value of one setting. An empty one counts as not entered.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    key: &'a str,
    value: Option<&'a str>,
}

impl<'a> Setting<'a> {
    pub(crate) fn new(key: &'a str, value: Option<&'a str>) -> Self {
        Self { key, value: value.map(str::trim).filter(|value| !value.is_empty()) }
    }

    /// As entered, without the space around it; `None` where nothing was.
    pub fn optional(self) -> Option<&'a str> {
        self.value
    }

    /// As entered; nothing entered is a failure.
    pub fn required(self) -> Result<&'a str> {
        self.value.ok_or_else(|| self.wrong("is required"))
    }

    /// As entered, or else this.
    pub fn or(self, default: &'a str) -> &'a str {
        self.value.unwrap_or(default)
    }

    /// `true`, `yes`, `on`, `1` or their opposites; nothing entered is `default`.
    pub fn boolean(self, default: bool) -> Result<bool> {
        match self.value.map(str::to_ascii_lowercase).as_deref() {
            None => Ok(default),
            Some("true" | "yes" | "on" | "1") => Ok(true),
            Some("false" | "no" | "off" | "0") => Ok(false),
            Some(_) => Err(self.wrong("has to be `true` or `false`")),
        }
    }

    /// A number, or whatever else reads itself from text.
    pub fn parse<T: FromStr>(self, what: &str) -> Result<Option<T>> {
        self.value
            .map(|value| value.parse().map_err(|_| self.wrong(&format!("has to be {what}"))))
            .transpose()
    }

    /// One of these, in any case; nothing entered is the first.
    pub fn one_of(self, options: &[&'static str]) -> Result<&'static str> {
        let Some(value) = self.value else {
            return Ok(options.first().copied().unwrap_or_default());
        };
        let found = options.iter().find(|option| option.eq_ignore_ascii_case(value));
        found.copied().ok_or_else(|| self.wrong(&format!("has to be one of {}", options.join(", "))))
    }

    /// What one of these words stands for, in any case; nothing entered is the
    /// first.
    pub fn choice<T: Copy>(self, options: &[(&str, T)]) -> Result<T> {
        let found = match self.value {
            None => options.first(),
            Some(value) => options.iter().find(|(word, _)| word.eq_ignore_ascii_case(value)),
        };
        found.map(|(_, choice)| *choice).ok_or_else(|| {
            let words: Vec<_> = options.iter().map(|(word, _)| *word).collect();
            self.wrong(&format!("has to be one of {}", words.join(", ")))
        })
    }

    /// Several, separated by commas, semicolons or line breaks.
    pub fn list(self) -> impl Iterator<Item = &'a str> {
        let parts = self.value.unwrap_or_default().split([',', ';', '\n']);
        parts.map(str::trim).filter(|part| !part.is_empty())
    }

    /// The failure that says what is wrong with it: a fragment that fits after
    /// the key.
    pub fn wrong(self, why: &str) -> Failure {
        Failure::BadSetting(SettingError { key: self.key.to_owned(), why: why.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting(value: &str) -> Setting<'_> {
        Setting::new("k", Some(value))
    }

    fn is_wrong<T: std::fmt::Debug>(result: Result<T>) -> bool {
        matches!(result, Err(Failure::BadSetting(SettingError { ref key, .. })) if key == "k")
    }

    #[test]
    fn an_empty_value_is_none() {
        assert_eq!(setting("  ").optional(), None);
        assert_eq!(setting("").or("x"), "x");
        assert_eq!(setting(" a ").or("x"), "a");
        assert!(is_wrong(setting(" ").required()));
        assert!(is_wrong(Setting::new("k", None).required()));
    }

    #[test]
    fn typed_values() {
        assert_eq!(setting("Yes").boolean(false), Ok(true));
        assert_eq!(setting("").boolean(true), Ok(true));
        assert!(is_wrong(setting("perhaps").boolean(true)));
        assert_eq!(setting("40").parse::<f64>("a number"), Ok(Some(40.0)));
        assert_eq!(setting("").parse::<f64>("a number"), Ok(None));
        assert!(is_wrong(setting("forty").parse::<f64>("a number")));
        assert_eq!(setting("V2").one_of(&["v1", "v2"]), Ok("v2"));
        assert_eq!(setting("").one_of(&["v1", "v2"]), Ok("v1"));
        assert!(is_wrong(setting("v3").one_of(&["v1", "v2"])));
        let choice = |value| setting(value).choice(&[("one", 1), ("two", 2)]);
        assert_eq!((choice(""), choice("TWO")), (Ok(1), Ok(2)));
        assert!(is_wrong(choice("three")));
        assert_eq!(setting("a, b;;c\nd").list().collect::<Vec<_>>(), ["a", "b", "c", "d"]);
    }
}
