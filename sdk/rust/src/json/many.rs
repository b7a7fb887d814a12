//! One or several of something.

use std::borrow::Cow;

use serde::de::{Deserialize, Deserializer};

use super::fill::{Fill, Fits, Numeral, Slot, filled, pushed};

/// A list that comes as its only element where there is one, and as null where
/// there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneOrMany<T>(pub Vec<T>);

impl<T> Default for OneOrMany<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Default> OneOrMany<T> {
    fn next(&mut self) -> &mut T {
        pushed(&mut self.0, T::default())
    }
}

impl<'de, T: Fill<'de> + Default> Fill<'de> for OneOrMany<T> {
    fn expected(&self) -> &'static str {
        "one or several"
    }

    fn text(&mut self, text: Cow<'de, str>) -> Fits {
        self.next().text(text)
    }

    fn number(&mut self, number: Numeral) -> Fits {
        self.next().number(number)
    }

    fn boolean(&mut self, boolean: bool) -> Fits {
        self.next().boolean(boolean)
    }

    fn object(&mut self) -> Fits {
        self.next().object()
    }

    fn member(&mut self, key: &Cow<'de, str>) -> Slot<'_, 'de> {
        self.0.last_mut().map_or(Slot::Skip, |only| only.member(key))
    }

    fn list(&mut self) -> Fits {
        Ok(())
    }

    fn element(&mut self) -> Slot<'_, 'de> {
        self.next().slot()
    }
}

impl<'de, T: Fill<'de> + Default> Deserialize<'de> for OneOrMany<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        filled(from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{self, Text};

    #[test]
    fn one_or_many() {
        crate::shapes! {
            struct Unit<'a> { id: Text<'a> }
        }
        let ids = |json: &str| -> Option<Vec<String>> {
            let many = json::read::<OneOrMany<Unit>>(json.as_bytes()).ok()?;
            Some(many.0.iter().filter_map(|unit| unit.id.get()).collect())
        };
        assert_eq!(ids(r#"{"id":1}"#), Some(vec!["1".into()]));
        assert_eq!(ids(r#"[{"id":1},{"id":"2"}]"#), Some(vec!["1".into(), "2".into()]));
        assert_eq!(ids("[]"), Some(vec![]));
        assert_eq!(ids("null"), Some(vec![]));
        assert_eq!(ids("5"), None);
        assert_eq!(json::read::<OneOrMany<Text>>(b"5").unwrap().0, [Text::from("5")]);
        assert_eq!(json::read::<OneOrMany<Text>>(br#""x""#).unwrap().0, [Text::from("x")]);
    }
}
