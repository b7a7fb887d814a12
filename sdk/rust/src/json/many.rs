//! One or several of something.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{BorrowedStrDeserializer, MapAccessDeserializer, StrDeserializer};
use serde::de::{Deserialize, Deserializer, Error, IntoDeserializer, MapAccess, SeqAccess, Visitor};

/// A list that comes as its only element where there is one, and as null where
/// there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneOrMany<T>(pub Vec<T>);

impl<T> Default for OneOrMany<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOrMany<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Any<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Any<T> {
            type Value = OneOrMany<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("one or several")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
                let mut many = Vec::new();
                while let Some(element) = elements.next_element()? {
                    many.push(element);
                }
                Ok(OneOrMany(many))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                one(T::deserialize(MapAccessDeserializer::new(map)))
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
                one(T::deserialize(BorrowedStrDeserializer::new(text)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                one(T::deserialize(StrDeserializer::new(text)))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
                one(T::deserialize(number.into_deserializer()))
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
                one(T::deserialize(number.into_deserializer()))
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
                one(T::deserialize(number.into_deserializer()))
            }

            fn visit_bool<E: Error>(self, boolean: bool) -> Result<Self::Value, E> {
                one(T::deserialize(boolean.into_deserializer()))
            }

            fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
                Ok(OneOrMany(Vec::new()))
            }
        }
        from.deserialize_any(Any(PhantomData))
    }
}

fn one<T, E>(element: Result<T, E>) -> Result<OneOrMany<T>, E> {
    element.map(|element| OneOrMany(vec![element]))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::json::{self, Text};

    #[test]
    fn one_or_many() {
        #[derive(Debug, PartialEq, Deserialize)]
        #[serde(bound(deserialize = "'de: 'a"))]
        struct Unit<'a> {
            id: Text<'a>,
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
