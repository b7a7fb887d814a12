//! The value of a field that a customer defined.

use std::borrow::Cow;

use serde::de::{Deserialize, Deserializer};

use super::fill::{Fill, Fits, Numeral, Slot, fill, filled};
use super::{Number, Text};
use crate::date::date;
use crate::{AttributeKind, Value};

/// Whatever a custom field may hold. An object is skipped: what of it is meant
/// only its provider's connector knows. Borrows from the page.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Scalar<'a> {
    /// Null, white space, an object.
    #[default]
    None,
    Text(Cow<'a, str>),
    Number(f64),
    Boolean(bool),
    /// The texts of a list; elements that are no scalars are left out.
    Texts(Vec<Cow<'a, str>>),
}

impl<'a> Scalar<'a> {
    /// For a record.
    pub fn into_value(self) -> Option<Value> {
        Some(match self {
            Self::None => return None,
            Self::Text(text) => Value::Text(text.into_owned()),
            Self::Number(number) => Value::Number(number),
            Self::Boolean(boolean) => Value::Boolean(boolean),
            Self::Texts(texts) => Value::Texts(texts.into_iter().map(Cow::into_owned).collect()),
        })
    }

    /// For a record, as the customer's definition of the field says, or as it
    /// came where it does not fit: a date that is text, a number that is text,
    /// texts in one, parted by commas.
    pub fn into_value_of(self, kind: AttributeKind) -> Option<Value> {
        match (kind, self) {
            (AttributeKind::Date, Self::Text(text)) => {
                Some(date(&text).map_or(Value::Text(text.into_owned()), Value::Date))
            }
            (AttributeKind::Number, Self::Text(text)) => {
                Some(Number::from(&*text).get().map_or(Value::Text(text.into_owned()), Value::Number))
            }
            (AttributeKind::Texts, Self::Text(text)) => {
                let parts: Vec<_> = text.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
                (!parts.is_empty()).then(|| Value::Texts(parts.into_iter().map(str::to_owned).collect()))
            }
            (_, value) => value.into_value(),
        }
    }

    /// As text, if it can be one: lists are joined by commas.
    pub fn into_text(self) -> Option<Cow<'a, str>> {
        Some(match self {
            Self::None => return None,
            Self::Text(text) => text,
            Self::Number(number) => Cow::Owned(Numeral::Float(number).written()),
            Self::Boolean(boolean) => Cow::Borrowed(if boolean { "true" } else { "false" }),
            Self::Texts(texts) => Cow::Owned(texts.join(", ")),
        })
    }
}

impl<'de: 'a, 'a> Fill<'de> for Scalar<'a> {
    fn expected(&self) -> &'static str {
        "a value"
    }

    fn text(&mut self, text: Cow<'de, str>) -> Fits {
        *self = Text::from(text).into_inner().map_or(Self::None, Self::Text);
        Ok(())
    }

    fn number(&mut self, number: Numeral) -> Fits {
        *self = match number {
            Numeral::Float(number) => Self::Number(number),
            whole => exactly(whole.written()),
        };
        Ok(())
    }

    fn boolean(&mut self, boolean: bool) -> Fits {
        *self = Self::Boolean(boolean);
        Ok(())
    }

    fn object(&mut self) -> Fits {
        Ok(())
    }

    fn list(&mut self) -> Fits {
        Ok(())
    }

    fn element(&mut self) -> Slot<'_, 'de> {
        Slot::Raw(self)
    }

    fn raw(&mut self, json: &'de str) {
        let mut element = Self::None;
        // The parser has passed over it before.
        fill(&mut element, json).unwrap_or_default();
        let Some(text) = element.into_text() else { return };
        match self {
            Self::Texts(texts) => texts.push(text),
            _ => *self = Self::Texts(vec![text]),
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Scalar<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        filled(from)
    }
}

/// A whole number; one with more digits than a number of the contract holds is
/// some id, and stays exact as text.
fn exactly<'a>(digits: String) -> Scalar<'a> {
    const EXACT_DIGITS: usize = 15;
    match digits.parse() {
        Ok(number) if digits.len() <= EXACT_DIGITS => Scalar::Number(number),
        _ => Scalar::Text(Cow::Owned(digits)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    #[test]
    fn whatever_a_custom_field_holds() {
        let text = |text: &str| Some(Value::Text(text.into()));
        for (json, expected) in [
            (r#""x""#, text("x")),
            (r#""\t""#, None),
            ("null", None),
            ("5", Some(Value::Number(5.0))),
            ("-5", Some(Value::Number(-5.0))),
            ("1.5", Some(Value::Number(1.5))),
            ("1234567890123456789", text("1234567890123456789")),
            ("false", Some(Value::Boolean(false))),
            (
                r#"["a",1,null,"",["b","c"],{"x":1}]"#,
                Some(Value::Texts(vec!["a".into(), "1".into(), "b, c".into()])),
            ),
            ("[]", None),
            (r#"{"a":{"b":[1]}}"#, None),
        ] {
            assert_eq!(json::read::<Scalar>(json.as_bytes()).unwrap().into_value(), expected, "{json}");
        }
    }

    #[test]
    fn as_the_definition_says() {
        let of = |text: &'static str, kind| Scalar::Text(text.into()).into_value_of(kind);
        assert_eq!(
            of("2012-02-01T00:00:00+0100", AttributeKind::Date),
            Some(Value::Date("2012-02-01".into()))
        );
        assert_eq!(of("soon", AttributeKind::Date), Some(Value::Text("soon".into())));
        assert_eq!(of("38,5", AttributeKind::Number), Some(Value::Number(38.5)));
        assert_eq!(of("much", AttributeKind::Number), Some(Value::Text("much".into())));
        assert_eq!(of(" a,,b ", AttributeKind::Texts), Some(Value::Texts(vec!["a".into(), "b".into()])));
        assert_eq!(of(",", AttributeKind::Texts), None);
        assert_eq!(Scalar::Boolean(true).into_value_of(AttributeKind::Date), Some(Value::Boolean(true)));
        assert_eq!(Scalar::None.into_value_of(AttributeKind::Text), None);
    }
}
