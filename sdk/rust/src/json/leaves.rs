//! Fields whose names only the customer knows.

use std::borrow::Cow;

use serde::de::{Deserialize, Deserializer};

use super::fill::{Fill, Fits, Slot, Unfit, fill, filled, pushed};
use super::{Fields, Scalar, Text, Unread};

/// Objects further in than this are left out: nobody's field lies there.
const DEEPEST: usize = 8;

/// The values of an object by the path of keys that leads to each, joined by
/// dots: `{"work":{"site":"Berlin"}}` has `work.site`. For objects of no fixed
/// shape, and for the keys that a shape does not name (see
/// [`shapes!`](crate::shapes)). A path of null is there, and has no value.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Leaves<'a>(Vec<(Cow<'a, str>, Scalar<'a>)>);

impl<'a> Leaves<'a> {
    /// Whether the path is there at all.
    pub fn has(&self, path: &str) -> bool {
        self.0.iter().any(|(known, _)| known == path)
    }

    /// The value at this path, as text.
    pub fn text(&self, path: &str) -> Text<'_> {
        let found = self.0.iter().find(|(known, _)| known == path);
        found.and_then(|(_, value)| value.clone().into_text()).map(Text::from).unwrap_or_default()
    }

    /// Moves out the value at this path.
    pub fn take(&mut self, path: &str) -> Scalar<'a> {
        let found = self.0.iter_mut().find(|(known, _)| known == path);
        found.map(|(_, value)| std::mem::take(value)).unwrap_or_default()
    }

    fn walk(&mut self, path: Cow<'a, str>, json: &'a str, depth: usize) {
        // What the parser has passed over before is read without an error.
        if !json.starts_with('{') || depth == 0 {
            let value = pushed(&mut self.0, (path, Scalar::None));
            return fill(&mut value.1, json).unwrap_or_default();
        }
        let mut members = Fields::<Unread>::default();
        fill(&mut members, json).unwrap_or_default();
        for (key, unread) in members {
            self.walk(Cow::Owned(format!("{path}.{key}")), unread.get(), depth - 1);
        }
    }
}

impl<'a> IntoIterator for Leaves<'a> {
    type Item = (Cow<'a, str>, Scalar<'a>);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'de: 'a, 'a> Fill<'de> for Leaves<'a> {
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
        self.0.push((key.clone(), Scalar::None));
        Slot::Raw(self)
    }

    fn raw(&mut self, json: &'de str) {
        if let Some((key, _)) = self.0.pop() {
            self.walk(key, json, DEEPEST);
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Leaves<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        filled(from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::read;

    crate::shapes! {
        struct Person<'a> { id: Text<'a>; ..custom: Leaves<'a> }
    }

    #[test]
    fn by_path() {
        let mut leaves: Leaves =
            read(br#"{"id":7,"work":{"site":"Berlin","boss":null,"tags":["a","b"]},"\u0061":true}"#).unwrap();
        assert_eq!((leaves.text("id").as_str(), leaves.text("work.boss").as_str()), (Some("7"), None));
        assert_eq!(leaves.take("id"), Scalar::Number(7.0));
        assert_eq!(leaves.take("work.site"), Scalar::Text("Berlin".into()));
        assert_eq!(leaves.take("work.site"), Scalar::None);
        assert_eq!(leaves.take("work.tags"), Scalar::Texts(vec!["a".into(), "b".into()]));
        assert!(leaves.has("work.boss") && !leaves.has("work") && leaves.has("a"));
        assert_eq!(leaves.take("nothing"), Scalar::None);
        assert_eq!(leaves.into_iter().count(), 5);
        assert!(read::<Leaves>(b"[]").is_err());
    }

    #[test]
    fn what_a_shape_does_not_name() {
        let mut person: Person = read(br#"{"a":1,"id":"x","b":{"c":"d"}}"#).unwrap();
        assert_eq!(person.id.as_str(), Some("x"));
        assert!(!person.custom.has("id"));
        assert_eq!(person.custom.take("a"), Scalar::Number(1.0));
        assert_eq!(person.custom.take("b.c"), Scalar::Text("d".into()));
    }

    #[test]
    fn what_lies_too_deep_is_left_out() {
        let nested = |depth: usize| format!("{}1{}", r#"{"a":"#.repeat(depth), "}".repeat(depth));
        let path = |depth: usize| vec!["a"; depth].join(".");
        for (depth, expected) in [(DEEPEST + 1, Scalar::Number(1.0)), (DEEPEST + 2, Scalar::None)] {
            let json = nested(depth);
            let mut leaves: Leaves = read(json.as_bytes()).unwrap();
            assert_eq!(leaves.take(&path(DEEPEST + 1)), expected);
        }
    }
}
