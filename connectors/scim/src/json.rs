//! JSON as a tree that borrows from the page. Servers differ in the case of
//! their keys, in the shape of nearly every value and in where extensions
//! stand, and the admin may map any path to a field: a type per shape would
//! have to give up at the first oddity, and its fallback would say everything
//! twice. Unlike `serde_json::Value` this copies no text and sorts no key.

use std::borrow::Cow;

use rollcall_sdk::json::{Fill, Fits, Numeral, Slot, Unread, filled};
use rollcall_sdk::prelude::*;
use serde::Deserializer;

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

impl<'de: 'a, 'a> Fill<'de> for Json<'a> {
    fn expected(&self) -> &'static str {
        "a value"
    }

    fn text(&mut self, text: Cow<'de, str>) -> Fits {
        *self = Text::from(text).into_inner().map_or(Self::Null, Self::Text);
        Ok(())
    }

    fn number(&mut self, number: Numeral) -> Fits {
        // Beyond this a float is not exact, and the number is some id.
        let small = match number {
            Numeral::Unsigned(number) => u32::try_from(number).map(f64::from),
            Numeral::Signed(number) => i32::try_from(number).map(f64::from),
            Numeral::Float(number) => Ok(number),
        };
        *self = small.map_or_else(|_| Self::Text(number.written().into()), Self::Number);
        Ok(())
    }

    fn boolean(&mut self, flag: bool) -> Fits {
        *self = Self::Flag(flag);
        Ok(())
    }

    fn object(&mut self) -> Fits {
        *self = Self::Object(Vec::with_capacity(USUAL));
        Ok(())
    }

    fn member(&mut self, key: &Cow<'de, str>) -> Slot<'_, 'de> {
        let Self::Object(members) = self else { return Slot::Skip };
        members.push((key.clone(), Self::Null));
        members.last_mut().map_or(Slot::Skip, |(_, value)| Slot::Value(value))
    }

    fn list(&mut self) -> Fits {
        *self = Self::List(Vec::new());
        Ok(())
    }

    fn element(&mut self) -> Slot<'_, 'de> {
        let Self::List(items) = self else { return Slot::Skip };
        items.push(Self::Null);
        items.last_mut().map_or(Slot::Skip, Self::slot)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Json<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> std::result::Result<Self, D::Error> {
        filled(from)
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
    pub rows: Unread<'a>,
    pub rest: Vec<(Cow<'a, str>, Json<'a>)>,
}

impl<'de: 'a, 'a> Fill<'de> for Envelope<'a> {
    fn expected(&self) -> &'static str {
        "an object"
    }

    fn member(&mut self, key: &Cow<'de, str>) -> Slot<'_, 'de> {
        if key.eq_ignore_ascii_case("Resources") {
            return self.rows.slot();
        }
        self.rest.push((key.clone(), Json::Null));
        self.rest.last_mut().map_or(Slot::Skip, |(_, value)| Slot::Value(value))
    }
}
