//! An object whose keys are not all known.

use std::borrow::Cow;

use serde::de::{Deserialize, Deserializer};

use super::Scalar;
use super::fill::{Fill, Fits, Slot, Unfit, filled, pushed};
use crate::CustomAttribute;

/// The fields of an object: those that are known are taken out by their names,
/// and what is left the customer added.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fields<'a>(Vec<(Cow<'a, str>, Scalar<'a>)>);

impl<'a> Fields<'a> {
    /// Whether it has a field of this name, be it null.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text of a field, which stays.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find_map(|(key, value)| match value {
            Scalar::Text(text) if key == name => Some(&**text),
            _ => None,
        })
    }

    /// A field as text, for a record.
    pub fn take(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(key, _)| key == name)?;
        self.0.swap_remove(at).1.into_text().map(Cow::into_owned)
    }

    /// What is left, as far as it is wanted, by name.
    pub fn into_custom(self, wants: impl Fn(&str) -> bool) -> Vec<CustomAttribute> {
        let wanted = self.0.into_iter().filter(|(key, _)| wants(key));
        let mut custom: Vec<_> =
            wanted.filter_map(|(key, value)| Some(CustomAttribute::new(key, value.into_value()?))).collect();
        custom.sort_by(|one, other| one.name.cmp(&other.name));
        custom
    }
}

impl<'de: 'a, 'a> Fill<'de> for Fields<'a> {
    fn expected(&self) -> &'static str {
        "an object"
    }

    fn null(&mut self) -> Fits {
        Err(Unfit)
    }

    fn object(&mut self) -> Fits {
        Ok(())
    }

    fn member(&mut self, key: Cow<'de, str>) -> Slot<'_, 'de> {
        Slot::Value(&mut pushed(&mut self.0, (key, Scalar::None)).1)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        filled(from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Value, json};

    #[test]
    fn what_is_not_taken_is_the_customers() {
        let json = br#"{"b":7,"login":"mara","blank":" ","none":null,"a":["x"],"object":{"y":1},"c":true}"#;
        let mut fields: Fields = json::read(json).unwrap();
        assert_eq!(
            (fields.text("login"), fields.text("b"), fields.text("blank")),
            (Some("mara"), None, None)
        );
        assert!(fields.has("none") && !fields.has("email") && !fields.is_empty());
        assert_eq!(fields.take("login").as_deref(), Some("mara"));
        assert_eq!(fields.take("login"), None);
        assert_eq!(fields.take("none"), None);
        let custom = fields.into_custom(|name| name != "c");
        let texts = Value::Texts(vec!["x".into()]);
        assert_eq!(custom, [CustomAttribute::new("a", texts), CustomAttribute::new("b", Value::Number(7.0))]);
        let nothing: Fields = json::read(b"{}").unwrap();
        assert!(nothing.is_empty());
        assert!(json::read::<Fields>(b"[]").is_err());
    }
}
