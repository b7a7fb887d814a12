//! Text, however a provider writes it.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

use super::Key;
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

impl<'a> From<Key<'a>> for Cow<'a, str> {
    fn from(key: Key<'a>) -> Self {
        match key {
            Key::Borrowed(text) => text.into(),
            Key::Owned(text) => text.into(),
        }
    }
}

impl<'a> From<Key<'a>> for Text<'a> {
    fn from(key: Key<'a>) -> Self {
        Cow::from(key).into()
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

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Text::from(text))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text::from(text.to_owned()))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
                Ok(Text::from(number.to_string()))
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
                Ok(Text::from(number.to_string()))
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
                Ok(Text::from(number.to_string()))
            }

            fn visit_bool<E: Error>(self, boolean: bool) -> Result<Self::Value, E> {
                Ok(Text::from(if boolean { "true" } else { "false" }))
            }

            fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
                Ok(Text(None))
            }
        }
        from.deserialize_any(Any)
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
