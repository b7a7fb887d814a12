//! JSON as a tree that borrows from the page. Servers differ in the case of
//! their keys, in the shape of nearly every value and in where extensions
//! stand, and the admin may map any path to a field: a type per shape would
//! have to give up at the first oddity, and its fallback would say everything
//! twice. Unlike `serde_json::Value` this copies no text and sorts no key.

use std::borrow::Cow;
use std::fmt;

use rollcall_sdk::prelude::*;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// Members that an object usually has at most; room for them is made at once.
const USUAL: usize = 8;

#[derive(Debug, Default, Clone, PartialEq)]
pub enum Json<'a> {
    /// Null, and blank text.
    #[default]
    Null,
    Flag(bool),
    Number(f64),
    Text(Cow<'a, str>),
    List(Vec<Json<'a>>),
    Object(Vec<(Cow<'a, str>, Json<'a>)>),
}

impl<'a> Json<'a> {
    /// The member of this name, or else one whose name differs in case only.
    /// One that is null is not there.
    #[inline(never)]
    pub fn get(&self, name: &str) -> Option<&Self> {
        let mut found = None;
        for (key, value) in self.members().iter().filter(|(key, _)| key.len() == name.len()) {
            if key == name {
                found = Some(value);
                break;
            }
            if found.is_none() && key.eq_ignore_ascii_case(name) {
                found = Some(value);
            }
        }
        found.filter(|value| !matches!(value, Self::Null))
    }

    pub fn members(&self) -> &[(Cow<'a, str>, Self)] {
        if let Self::Object(members) = self { members } else { &[] }
    }

    /// The elements of a list; whatever else is one element, and null is none.
    pub fn items(&self) -> &[Self] {
        match self {
            Self::Null => &[],
            Self::List(items) => items,
            other => std::slice::from_ref(other),
        }
    }

    /// A scalar as text; of an object its `value`, of a list its first text.
    pub fn text(&self) -> Option<String> {
        match self {
            Self::Null => None,
            Self::Flag(flag) => Some(flag.to_string()),
            Self::Number(number) => Some(number.to_string()),
            Self::Text(text) => Some(text.trim().to_owned()),
            Self::List(items) => items.iter().find_map(Self::text),
            Self::Object(_) => self.text_of("value"),
        }
    }

    #[inline(never)]
    pub fn text_of(&self, name: &str) -> Option<String> {
        self.get(name)?.text()
    }

    /// Whether the member is this text, in any case.
    pub fn is(&self, name: &str, word: &str) -> bool {
        matches!(self.get(name), Some(Self::Text(text)) if text.trim().eq_ignore_ascii_case(word))
    }

    /// A number, also written as text.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(text) => Number::from(&**text).get(),
            _ => None,
        }
    }

    /// A whole number that counts something.
    pub fn count(&self) -> Option<u64> {
        Number::from(self.number()?).count()
    }

    /// A boolean, also written as text or number.
    pub fn flag(&self) -> Option<bool> {
        match self.text()?.to_ascii_lowercase().as_str() {
            "active" | "enabled" => Some(true),
            "inactive" | "disabled" => Some(false),
            other => Flag::from(other).get(),
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Json<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Json<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Text::from(text).into_inner().map_or(Json::Null, Json::Text))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text::from(text.to_owned()).into_inner().map_or(Json::Null, Json::Text))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
                // Beyond this a float is not exact, and the number is some id.
                Ok(u32::try_from(number)
                    .map_or_else(|_| Json::Text(number.to_string().into()), |n| Json::Number(n.into())))
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
                Ok(i32::try_from(number)
                    .map_or_else(|_| Json::Text(number.to_string().into()), |n| Json::Number(n.into())))
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
                Ok(Json::Number(number))
            }

            fn visit_bool<E: Error>(self, flag: bool) -> Result<Self::Value, E> {
                Ok(Json::Flag(flag))
            }

            fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
                Ok(Json::Null)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = elements.next_element()? {
                    items.push(item);
                }
                Ok(Json::List(items))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::with_capacity(USUAL);
                while let Some(key) = map.next_key::<Text<'de>>()? {
                    members.push((key.into_inner().unwrap_or_default(), map.next_value()?));
                }
                Ok(Json::Object(members))
            }
        }
        from.deserialize_any(Any)
    }
}

/// A ListResponse: its rows unread, since a page of them as trees would take
/// several times the memory of its text, and the rest.
#[derive(Default)]
pub struct Envelope<'a> {
    pub rest: Json<'a>,
    rows: Option<&'a RawValue>,
}

impl<'a> Envelope<'a> {
    /// The rows; `None` where there are none at all, and an error where they
    /// are no list.
    pub fn rows(&self) -> Result<Option<Vec<&'a RawValue>>, serde_json::Error> {
        self.rows.map_or(Ok(None), |rows| serde_json::from_str(rows.get()))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Envelope<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Envelope<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let (mut rest, mut rows) = (Vec::new(), None);
                while let Some(key) = map.next_key::<Text<'de>>()? {
                    let key = key.into_inner().unwrap_or_default();
                    if key.eq_ignore_ascii_case("Resources") {
                        rows = Some(map.next_value()?);
                    } else {
                        rest.push((key, map.next_value()?));
                    }
                }
                Ok(Envelope { rest: Json::Object(rest), rows })
            }
        }
        from.deserialize_map(Members)
    }
}
