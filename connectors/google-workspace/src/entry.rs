//! The lists of a profile: entries with a `type`, one of them perhaps `primary`.

use std::fmt;
use std::marker::PhantomData;

use rollcall_sdk::prelude::*;
use serde::de::value::{BorrowedStrDeserializer, MapAccessDeserializer};
use serde::de::{Deserializer, Error, IntoDeserializer, MapAccess, SeqAccess, Visitor};

pub trait Entry {
    fn is_primary(&self) -> bool;
    fn is(&self, kind: &str) -> bool;
}

macro_rules! entries {
    ($($entry:ident { $($(#[serde($how:ident = $alias:literal)])? $field:ident: $type:ty),* })*) => {
        $(
            rollcall_sdk::shapes! {
                #[serde(rename_all = "camelCase")]
                pub struct $entry<'a> {
                    pub r#type: Text<'a>,
                    pub primary: Flag,
                    $($(#[serde($how = $alias)])? pub $field: $type,)*
                }
            }

            impl Entry for $entry<'_> {
                fn is_primary(&self) -> bool {
                    self.primary.or(false)
                }

                fn is(&self, kind: &str) -> bool {
                    self.r#type.as_str() == Some(kind)
                }
            }
        )*
    };
}

entries! {
    // An e-mail address, an external id, a relation, a phone, a location, a
    // language, one of the values of a custom field.
    Simple {
        #[serde(alias = "address")] value: Text<'a>, area: Text<'a>, building_id: Text<'a>, language_code: Text<'a>,
        preference: Text<'a>
    }
    Position {
        name: Text<'a>, title: Text<'a>, department: Text<'a>, description: Text<'a>, cost_center: Text<'a>,
        location: Text<'a>, full_time_equivalent: Number
    }
    Postal {
        street_address: Text<'a>, extended_address: Text<'a>, locality: Text<'a>, region: Text<'a>,
        postal_code: Text<'a>, country: Text<'a>, country_code: Text<'a>, formatted: Text<'a>
    }
}

/// The primary one, else the first of the wanted type, else the first.
pub fn chosen<T: Entry>(list: List<T>, kind: &str) -> Option<T> {
    let primary = list.iter().position(Entry::is_primary);
    let at = primary.or_else(|| list.iter().position(|entry| entry.is(kind))).unwrap_or(0);
    list.into_iter().nth(at)
}

/// The primary one of these types, else the first: for what belongs to a type
/// alone. A private phone is no work phone, even where it is the primary one.
pub fn typed<'l, T: Entry>(list: &'l [T], kinds: &[&str]) -> Option<&'l T> {
    let mut of_kind = list.iter().filter(|entry| kinds.iter().any(|kind| entry.is(kind)));
    of_kind.clone().find(|entry| entry.is_primary()).or_else(|| of_kind.next())
}

/// `customSchemas`: by the name of the schema, then by that of the field.
pub type Custom<'a> = Map<'a, Map<'a, Field<'a>>>;

/// An object whose keys are the customer's own.
pub struct Map<'a, T>(pub Vec<(Text<'a>, T)>);

impl<T> Default for Map<'_, T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Map<'_, T> {
    pub fn get(&self, name: &str) -> Option<&T> {
        self.0.iter().find(|(key, _)| key.as_str() == Some(name)).map(|(_, value)| value)
    }
}

impl<'de: 'a, 'a, T: Deserialize<'de>> Deserialize<'de> for Map<'a, T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Any<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Any<T> {
            type Value = Map<'de, T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut all = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    all.push(entry);
                }
                Ok(Map(all))
            }
        }
        from.deserialize_map(Any(PhantomData))
    }
}

/// The value of a custom field: a scalar, or, where it may have several, a list
/// of `{"type": "work", "value": ...}`.
pub struct Field<'a>(Scalar<'a>);

impl Field<'_> {
    pub fn day(&self) -> Option<Date> {
        if let Scalar::Text(text) = &self.0 { Date::parse(text) } else { None }
    }

    /// The type of a field is not on the page: whatever is exactly a date is
    /// taken for one.
    pub fn into_value(self) -> Option<Value> {
        match self.0 {
            Scalar::Text(text) if date(&text).as_deref() == Some(&text) => {
                Some(Value::Date(text.into_owned()))
            }
            value => value.into_value(),
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Field<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Field<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value, or a list of values")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
                let mut texts = Vec::new();
                while let Some(Field(element)) = elements.next_element()? {
                    texts.extend(element.into_text());
                }
                Ok(Field(if texts.is_empty() { Scalar::None } else { Scalar::Texts(texts) }))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                let Simple { value, .. } = Simple::deserialize(MapAccessDeserializer::new(map))?;
                Ok(Field(value.into_inner().map_or(Scalar::None, Scalar::Text)))
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Scalar::deserialize(BorrowedStrDeserializer::new(text)).map(Field)
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Scalar::deserialize(text.into_deserializer()).map(Field)
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
                Scalar::deserialize(number.into_deserializer()).map(Field)
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
                Scalar::deserialize(number.into_deserializer()).map(Field)
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
                Ok(Field(Scalar::Number(number)))
            }

            fn visit_bool<E: Error>(self, boolean: bool) -> Result<Self::Value, E> {
                Ok(Field(Scalar::Boolean(boolean)))
            }

            fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
                Ok(Field(Scalar::None))
            }
        }
        from.deserialize_any(Any)
    }
}
