//! JSON as a tree that borrows from the page. Servers differ in the case of
//! their keys, in the shape of nearly every value and in where extensions
//! stand, and the admin may map any path to a field: a type per shape would
//! have to give up at the first oddity, and its fallback would say everything
//! twice. Unlike `serde_json::Value` this copies no text and sorts no key.

use std::borrow::Cow;
use std::fmt;

use rollcall_sdk::json::{self, Key};
use rollcall_sdk::prelude::*;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// Members that an object usually has at most; room for them is made at once.
const USUAL: usize = 8;

#[derive(Debug, Default, Clone, PartialEq)]
pub enum Json<'a> {
    /// Null, and blank text; also what is not there.
    #[default]
    Null,
    Flag(bool),
    Number(f64),
    Text(Cow<'a, str>),
    List(Vec<Json<'a>>),
    Object(Vec<(Cow<'a, str>, Json<'a>)>),
}

impl<'a> Json<'a> {
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The member of this name, or else one whose name differs in case only.
    #[inline(never)]
    pub fn get(&self, name: &str) -> &Self {
        let mut found = &Self::Null;
        for (key, value) in self.members().iter().filter(|(key, _)| key.len() == name.len()) {
            if key == name {
                return value;
            }
            if found.is_null() && key.eq_ignore_ascii_case(name) {
                found = value;
            }
        }
        found
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
    #[inline(never)]
    pub fn text(&self) -> Option<String> {
        match self {
            Self::Null => None,
            Self::Flag(flag) => Some(flag.to_string()),
            Self::Number(number) => Some(number.to_string()),
            Self::Text(text) => Some(text.trim().to_owned()),
            Self::List(items) => items.iter().find_map(Self::text),
            Self::Object(_) => self.get("value").text(),
        }
    }

    /// Whether this is the text, in any case.
    pub fn is(&self, word: &str) -> bool {
        matches!(self, Self::Text(text) if text.trim().eq_ignore_ascii_case(word))
    }

    /// A number, also written as text.
    pub fn number(&self) -> Number {
        match self {
            Self::Number(number) => (*number).into(),
            Self::Text(text) => Number::from(&**text),
            _ => Number::default(),
        }
    }

    /// A boolean, also written as text or number.
    pub fn flag(&self) -> Option<bool> {
        match self.text()?.to_ascii_lowercase().as_str() {
            "active" | "enabled" => Some(true),
            "inactive" | "disabled" => Some(false),
            other => Flag::from(other).get(),
        }
    }

    /// What its `$ref` leads to: the name of a list in lower case, and an id.
    pub fn target(&self) -> Option<(String, String)> {
        let link = self.get("$ref").text()?;
        let mut path = link.trim_end_matches('/').rsplit('/');
        let id = path.next().filter(|id| !id.is_empty())?;
        Some((path.next().unwrap_or_default().to_ascii_lowercase(), id.to_owned()))
    }
}

/// A whole number. Beyond what `S` holds a float is not exact, and it is some id.
fn whole<'a, N: ToString + Copy, S: TryFrom<N> + Into<f64>>(number: N) -> Json<'a> {
    S::try_from(number)
        .map_or_else(|_| Json::Text(number.to_string().into()), |small| Json::Number(small.into()))
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
                Ok(whole::<_, u32>(number))
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
                Ok(whole::<_, i32>(number))
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
                while let Some(key) = json::key(&mut map)? {
                    members.push((key.into(), map.next_value()?));
                }
                Ok(Json::Object(members))
            }
        }
        from.deserialize_any(Any)
    }
}

rollcall_sdk::shapes! {
    /// A page of a list.
    pub struct ListResponse<'a> { ; ..pub envelope: Envelope<'a> }
}

/// The rows of a page unread, since as trees they would take several times the
/// memory of their text, and what stands beside them.
#[derive(Default)]
pub struct Envelope<'a> {
    pub rows: Option<&'a RawValue>,
    pub rest: Vec<(Cow<'a, str>, Json<'a>)>,
}

impl<'a> Envelope<'a> {
    fn add<'de: 'a, A: MapAccess<'de>>(&mut self, key: Key<'de>, map: &mut A) -> Result<(), A::Error> {
        if key.eq_ignore_ascii_case("Resources") {
            self.rows = Some(map.next_value()?);
        } else {
            self.rest.push((key.into(), map.next_value()?));
        }
        Ok(())
    }
}
