//! Text, however a provider writes it.

use std::borrow::Cow;

use serde::de::{Deserialize, Deserializer};

use super::{Fill, Fits, Numeral, filled};
use crate::date::{self, Date};

/// A text that may come as a number or a boolean, and whose absence may come as
/// null, as nothing at all (with `#[serde(default)]`) or as white space.
/// Borrows from the page.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text<'a>(Option<Cow<'a, str>>);

impl<'a> Text<'a> {
    pub fn as_str(&self) -> Option<&str> {
        self.0.as_deref()
    }

    /// A copy, for a record.
    pub fn get(&self) -> Option<String> {
        self.0.as_deref().map(str::to_owned)
    }

    /// The text itself, copied only where it is borrowed.
    pub fn take(self) -> Option<String> {
        self.0.map(Cow::into_owned)
    }

    /// Nothing but what came as text, number or boolean.
    pub fn into_inner(self) -> Option<Cow<'a, str>> {
        self.0
    }

    pub fn is_none(&self) -> bool {
        self.0.is_none()
    }

    /// This, or the other where this is none.
    pub fn or(self, other: Self) -> Self {
        if self.is_none() { other } else { self }
    }

    /// The text as a calendar day.
    pub fn day(&self) -> Option<Date> {
        self.as_str().and_then(Date::parse)
    }

    /// The text as a date for a record.
    pub fn date(&self) -> Option<String> {
        self.as_str().and_then(date::date)
    }

    /// The text as an instant for a record.
    pub fn instant(&self) -> Option<String> {
        self.as_str().and_then(date::instant)
    }
}

fn is_blank(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_whitespace())
}

impl<'a> From<&'a str> for Text<'a> {
    fn from(text: &'a str) -> Self {
        Self((!is_blank(text)).then_some(Cow::Borrowed(text)))
    }
}

impl<'a> From<Cow<'a, str>> for Text<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        Self((!is_blank(&text)).then_some(text))
    }
}

impl From<String> for Text<'_> {
    fn from(text: String) -> Self {
        Self((!is_blank(&text)).then_some(Cow::Owned(text)))
    }
}

impl<'de: 'a, 'a> Fill<'de> for Text<'a> {
    fn expected(&self) -> &'static str {
        "a text"
    }

    fn text(&mut self, text: Cow<'de, str>) -> Fits {
        *self = text.into();
        Ok(())
    }

    fn number(&mut self, number: Numeral) -> Fits {
        self.0 = Some(number.written().into());
        Ok(())
    }

    fn boolean(&mut self, boolean: bool) -> Fits {
        self.0 = Some(if boolean { "true" } else { "false" }.into());
        Ok(())
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        filled(from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    #[test]
    fn whatever_is_text() {
        for (json, expected) in [
            (r#""Mara""#, Some("Mara")),
            (r#""M\u00e4ra""#, Some("Mära")),
            (r#"" ""#, None),
            (r#""""#, None),
            ("null", None),
            ("1001", Some("1001")),
            ("18446744073709551615", Some("18446744073709551615")),
            ("-1", Some("-1")),
            ("1.5", Some("1.5")),
            ("-40.0", Some("-40")),
            ("1e3", Some("1000")),
            ("true", Some("true")),
        ] {
            assert_eq!(json::read::<Text>(json.as_bytes()).unwrap().as_str(), expected, "{json}");
        }
        assert!(json::read::<Text>(b"{}").is_err());
        assert!(json::read::<Text>(b"[1]").is_err());
    }

    #[test]
    fn borrows_what_it_can() {
        let text: Text = json::read(br#""Mara""#).unwrap();
        assert!(matches!(text.into_inner(), Some(Cow::Borrowed(_))));
    }
}
