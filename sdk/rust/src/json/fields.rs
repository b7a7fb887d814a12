//! An object whose keys are not all known.

use std::borrow::Cow;

use serde::de::{Deserialize, Deserializer};

use super::Scalar;
use super::fill::{Fill, Fits, Slot, Unfit, filled, pushed};
use crate::CustomAttribute;

/// The fields of an object, in their order: those that are known are taken out
/// by their names, and what is left the customer added. As `; ..custom:
/// Fields<'a>` in a shape (see [`shapes!`](crate::shapes)), those that it does
/// not name.
#[derive(Debug, Clone, PartialEq)]
pub struct Fields<'a, V = Scalar<'a>>(Vec<(Cow<'a, str>, V)>);

impl<V> Default for Fields<'_, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'a, V> Fields<'a, V> {
    /// Whether it has a field of this name, be it null.
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value of a field, which stays.
    pub fn get(&self, name: &str) -> Option<&V> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }
}

impl Fields<'_> {
    /// The text of a field, which stays.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.get(name) {
            Some(Scalar::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// A field as text, for a record.
    pub fn take(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(key, _)| key == name)?;
        self.0.swap_remove(at).1.into_text().map(Cow::into_owned)
    }

    /// What is left, as far as it is wanted, by name.
    pub fn into_custom(self, wants: impl Fn(&str) -> bool) -> Vec<CustomAttribute> {
        let wanted = self.0.into_iter().filter(|(key, value)| !matches!(value, Scalar::None) && wants(key));
        let mut custom: Vec<_> =
            wanted.filter_map(|(key, value)| Some(CustomAttribute::new(key, value.into_value()?))).collect();
        custom.sort_by(|one, other| one.name.cmp(&other.name));
        custom
    }
}

impl<'a, V> IntoIterator for Fields<'a, V> {
    type Item = (Cow<'a, str>, V);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'de: 'a, 'a, V: Fill<'de> + Default> Fill<'de> for Fields<'a, V> {
    fn expected(&self) -> &'static str {
        "an object"
    }

    fn null(&mut self) -> Fits {
        Err(Unfit)
    }

    fn object(&mut self) -> Fits {
        Ok(())
    }

    fn member(&mut self, key: &Cow<'de, str>) -> Slot<'_, 'de> {
        pushed(&mut self.0, (key.clone(), V::default())).1.slot()
    }
}

impl<'de: 'a, 'a, V: Fill<'de> + Default> Deserialize<'de> for Fields<'a, V> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        filled(from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Text;
    use crate::{Value, json};

    crate::shapes! {
        struct Person<'a> { id: Text<'a>; ..custom: Fields<'a> }
    }

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

    #[test]
    fn what_a_shape_does_not_name() {
        let person: Person = json::read(br#"{"b":1,"id":"x","a":"y","c":null}"#).unwrap();
        assert_eq!(person.id.as_str(), Some("x"));
        assert!(person.custom.has("c") && !person.custom.has("id"));
        let names: Vec<_> = person.custom.into_custom(|_| true).into_iter().map(|one| one.name).collect();
        assert_eq!(names, ["a", "b"]);
    }

    #[test]
    fn values_of_another_kind_keep_their_order() {
        let fields: Fields<Fields> = json::read(br#"{"z":{"b":"1"},"a":{}}"#).unwrap();
        assert_eq!(fields.get("z").and_then(|inner| inner.text("b")), Some("1"));
        let names: Vec<_> = fields.into_iter().map(|(name, _)| name.into_owned()).collect();
        assert_eq!(names, ["z", "a"]);
        assert!(json::read::<Fields<Fields>>(br#"{"z":1}"#).is_err());
    }
}
