//! Booleans, however a provider writes them.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

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

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Any;
        impl Visitor<'_> for Any {
            type Value = Flag;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a boolean")
            }

            fn visit_bool<E: Error>(self, boolean: bool) -> Result<Flag, E> {
                Ok(Flag(Some(boolean)))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Flag, E> {
                Ok(Flag(match number {
                    0 => Some(false),
                    1 => Some(true),
                    _ => None,
                }))
            }

            fn visit_i64<E: Error>(self, _: i64) -> Result<Flag, E> {
                Ok(Flag(None))
            }

            fn visit_f64<E: Error>(self, _: f64) -> Result<Flag, E> {
                Ok(Flag(None))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Flag, E> {
                Ok(text.into())
            }

            fn visit_unit<E: Error>(self) -> Result<Flag, E> {
                Ok(Flag(None))
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
