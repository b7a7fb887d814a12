//! Booleans, however a provider writes them.

use std::borrow::Cow;

use serde::de::{Deserialize, Deserializer};

use super::{Fill, Fits, Numeral, filled};

/// A boolean that may come as text (`"true"`, `"Yes"`, `"0"`) or as a number.
/// Whatever else is none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flag(Option<bool>);

impl Flag {
    pub fn get(self) -> Option<bool> {
        self.0
    }

    pub fn or(self, default: bool) -> bool {
        self.0.unwrap_or(default)
    }
}

impl From<&str> for Flag {
    fn from(text: &str) -> Self {
        let is = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(text.trim()));
        if is(&["true", "yes", "y", "1", "on"]) {
            Self(Some(true))
        } else if is(&["false", "no", "n", "0", "off"]) {
            Self(Some(false))
        } else {
            Self(None)
        }
    }
}

impl<'de> Fill<'de> for Flag {
    fn expected(&self) -> &'static str {
        "a boolean"
    }

    fn text(&mut self, text: Cow<'de, str>) -> Fits {
        *self = (&*text).into();
        Ok(())
    }

    fn number(&mut self, number: Numeral) -> Fits {
        self.0 = match number {
            Numeral::Unsigned(0) => Some(false),
            Numeral::Unsigned(1) => Some(true),
            _ => None,
        };
        Ok(())
    }

    fn boolean(&mut self, boolean: bool) -> Fits {
        self.0 = Some(boolean);
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        filled(from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    #[test]
    fn whatever_is_a_boolean() {
        for (json, expected) in [
            ("true", Some(true)),
            ("0", Some(false)),
            ("1", Some(true)),
            ("2", None),
            ("-1", None),
            ("0.5", None),
            (r#""Yes""#, Some(true)),
            (r#""FALSE ""#, Some(false)),
            (r#""perhaps""#, None),
            (r#""""#, None),
            ("null", None),
        ] {
            assert_eq!(json::read::<Flag>(json.as_bytes()).unwrap().get(), expected, "{json}");
        }
        assert!(json::read::<Flag>(b"[]").is_err());
    }
}
