//! How values are read into their places.
//!
//! Every type that takes a value says what it does with each kind of it
//! ([`Fill`]), and one reader serves them all. Code derived for serde is made
//! anew for each type, several times over, and hands each value up through all
//! of it; as components that is more than half of a connector.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny};
use serde::de::{MapAccess, SeqAccess, Unexpected, Visitor};
use serde_json::value::RawValue;

/// A place for a value of a document, whatever kind of value that is. Its
/// default is what it is without one. What does not fit is an error, which names
/// where that was.
///
/// ```
/// use std::borrow::Cow;
///
/// use rollcall_sdk::json::{Fill, Fits, Slot, Text};
///
/// /// `{"value": ...}`, of which only the value is read.
/// #[derive(Default)]
/// struct Wrapped<T>(T);
///
/// impl<'de, T: Fill<'de>> Fill<'de> for Wrapped<T> {
///     fn expected(&self) -> &'static str {
///         "an object with a value"
///     }
///
///     fn object(&mut self) -> Fits {
///         Ok(())
///     }
///
///     fn member(&mut self, key: &Cow<'de, str>) -> Slot<'_, 'de> {
///         if *key == "value" { Slot::Value(&mut self.0) } else { Slot::Skip }
///     }
/// }
///
/// rollcall_sdk::shapes! {
///     struct Person<'a> { id: Wrapped<Text<'a>> }
/// }
///
/// let person: Person = rollcall_sdk::json::read(br#"{"id":{"label":"ID","value":7}}"#).unwrap();
/// assert_eq!(person.id.0.as_str(), Some("7"));
/// ```
pub trait Fill<'de> {
    /// What it takes, for messages: `a text`.
    fn expected(&self) -> &'static str;

    /// Null, where it is no member of an object: there it is as if it was not
    /// there.
    fn null(&mut self) -> Fits {
        Ok(())
    }

    fn text(&mut self, _: Cow<'de, str>) -> Fits {
        Err(Unfit)
    }

    fn number(&mut self, _: Numeral) -> Fits {
        Err(Unfit)
    }

    fn boolean(&mut self, _: bool) -> Fits {
        Err(Unfit)
    }

    /// An object begins.
    fn object(&mut self) -> Fits {
        Err(Unfit)
    }

    /// The place for the next member of the object.
    fn member(&mut self, _key: &Cow<'de, str>) -> Slot<'_, 'de> {
        Slot::Skip
    }

    /// A list begins.
    fn list(&mut self) -> Fits {
        Err(Unfit)
    }

    /// The place for the next element of the list.
    fn element(&mut self) -> Slot<'_, 'de> {
        Slot::Skip
    }

    /// A value as it is written, for [`Slot::Raw`].
    fn raw(&mut self, _json: &'de str) {}

    /// How values get here.
    fn slot(&mut self) -> Slot<'_, 'de>
    where
        Self: Sized,
    {
        Slot::Value(self)
    }
}

/// Where a value goes.
pub enum Slot<'s, 'de> {
    /// Nowhere.
    Skip,
    Value(&'s mut (dyn Fill<'de> + 's)),
    /// To [`Fill::raw`], unread.
    Raw(&'s mut (dyn Fill<'de> + 's)),
}

/// Whether a kind of value fits.
pub type Fits = Result<(), Unfit>;

/// Not this kind of value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unfit;

/// A number of a document.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Numeral {
    Unsigned(u64),
    Signed(i64),
    Float(f64),
}

impl Numeral {
    /// Its digits. A float is written as in JSON, for which the parser has the
    /// code already; the standard library's would be 15 kB more.
    pub fn written(self) -> String {
        match self {
            Self::Unsigned(number) => number.to_string(),
            Self::Signed(number) => number.to_string(),
            Self::Float(number) => {
                let mut written =
                    serde_json::Number::from_f64(number).map_or_else(String::new, |n| n.to_string());
                if written.ends_with(".0") {
                    written.truncate(written.len() - 2);
                }
                written
            }
        }
    }
}

/// Reads a whole text into its place.
pub(super) fn fill<'de>(to: &mut dyn Fill<'de>, json: &'de str) -> Result<(), serde_json::Error> {
    let mut from = serde_json::Deserializer::from_str(json);
    from.deserialize_any(Reader { to, null_is_none: false })?;
    from.end()
}

/// For [`serde::Deserialize`] of what is filled.
pub fn filled<'de, D: Deserializer<'de>, T: Fill<'de> + Default>(from: D) -> Result<T, D::Error> {
    let mut to = T::default();
    Next { slot: to.slot(), null_is_none: false }.deserialize(from)?;
    Ok(to)
}

/// The one reader of all values.
struct Reader<'s, 'de> {
    to: &'s mut (dyn Fill<'de> + 's),
    null_is_none: bool,
}

impl Reader<'_, '_> {
    fn check<E: Error>(&self, fits: Fits, found: Unexpected) -> Result<(), E> {
        fits.map_err(|Unfit| E::invalid_type(found, self))
    }
}

impl<'de> Visitor<'de> for Reader<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.to.expected())
    }

    #[inline(always)]
    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<(), E> {
        let fits = self.to.text(Cow::Borrowed(text));
        self.check(fits, Unexpected::Str(text))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        let fits = self.to.text(Cow::Owned(text.to_owned()));
        self.check(fits, Unexpected::Str(text))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        let fits = self.to.number(Numeral::Unsigned(number));
        self.check(fits, Unexpected::Unsigned(number))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<(), E> {
        let fits = self.to.number(Numeral::Signed(number));
        self.check(fits, Unexpected::Signed(number))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<(), E> {
        let fits = self.to.number(Numeral::Float(number));
        self.check(fits, Unexpected::Float(number))
    }

    fn visit_bool<E: Error>(self, boolean: bool) -> Result<(), E> {
        let fits = self.to.boolean(boolean);
        self.check(fits, Unexpected::Bool(boolean))
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        let fits = if self.null_is_none { Ok(()) } else { self.to.null() };
        self.check(fits, Unexpected::Unit)
    }

    #[inline(always)]
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let fits = self.to.object();
        self.check(fits, Unexpected::Map)?;
        while let Some(key) = map.next_key_seed(Key)? {
            let slot = self.to.member(&key);
            map.next_value_seed(Next { slot, null_is_none: true })?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let fits = self.to.list();
        self.check(fits, Unexpected::Seq)?;
        while list.next_element_seed(Element(&mut *self.to))?.is_some() {}
        Ok(())
    }
}

/// The next value, and where it goes.
struct Next<'s, 'de> {
    slot: Slot<'s, 'de>,
    null_is_none: bool,
}

impl<'de> DeserializeSeed<'de> for Next<'_, 'de> {
    type Value = ();

    #[inline(always)]
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        match self.slot {
            Slot::Skip => from.deserialize_ignored_any(IgnoredAny).map(|_| ()),
            Slot::Value(to) => from.deserialize_any(Reader { to, null_is_none: self.null_is_none }),
            Slot::Raw(to) => {
                to.raw(<&RawValue>::deserialize(from)?.get());
                Ok(())
            }
        }
    }
}

/// The next element, for which there is a place only once there is one.
struct Element<'s, 'de>(&'s mut (dyn Fill<'de> + 's));

impl<'de> DeserializeSeed<'de> for Element<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        Next { slot: self.0.element(), null_is_none: false }.deserialize(from)
    }
}

/// A key, borrowed unless it has escapes.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Cow<'de, str>;

    #[inline(always)]
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}

/// A value of any kind as it is written in the document.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Unread<'a>(&'a str);

impl<'a> Unread<'a> {
    pub fn get(self) -> &'a str {
        self.0
    }

    /// What it holds; `None` where that is of another shape.
    pub fn read<T: Fill<'a> + Default>(self) -> Option<T> {
        let mut to = T::default();
        fill(&mut to, self.0).ok()?;
        Some(to)
    }
}

impl<'de: 'a, 'a> Fill<'de> for Unread<'a> {
    fn expected(&self) -> &'static str {
        "anything"
    }

    fn raw(&mut self, json: &'de str) {
        self.0 = json;
    }

    fn slot(&mut self) -> Slot<'_, 'de> {
        Slot::Raw(self)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Unread<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        filled(from)
    }
}

/// Text and nothing else.
impl<'de> Fill<'de> for String {
    fn expected(&self) -> &'static str {
        "a text"
    }

    fn null(&mut self) -> Fits {
        Err(Unfit)
    }

    fn text(&mut self, text: Cow<'de, str>) -> Fits {
        *self = text.into_owned();
        Ok(())
    }
}

/// A list all of whose elements have to fit.
impl<'de, T: Fill<'de> + Default> Fill<'de> for Vec<T> {
    fn expected(&self) -> &'static str {
        "a list"
    }

    fn null(&mut self) -> Fits {
        Err(Unfit)
    }

    fn list(&mut self) -> Fits {
        Ok(())
    }

    fn element(&mut self) -> Slot<'_, 'de> {
        pushed(self, T::default()).slot()
    }
}

/// An object whose keys are the customer's own.
impl<'de, T: Fill<'de> + Default> Fill<'de> for BTreeMap<String, T> {
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
        self.entry(key.to_string()).or_default().slot()
    }
}

/// Where it matters whether there was a value at all.
impl<'de, T: Fill<'de> + Default> Fill<'de> for Option<T> {
    fn expected(&self) -> &'static str {
        T::default().expected()
    }

    fn text(&mut self, text: Cow<'de, str>) -> Fits {
        self.get_or_insert_default().text(text)
    }

    fn number(&mut self, number: Numeral) -> Fits {
        self.get_or_insert_default().number(number)
    }

    fn boolean(&mut self, boolean: bool) -> Fits {
        self.get_or_insert_default().boolean(boolean)
    }

    fn object(&mut self) -> Fits {
        self.get_or_insert_default().object()
    }

    fn member(&mut self, key: &Cow<'de, str>) -> Slot<'_, 'de> {
        self.get_or_insert_default().member(key)
    }

    fn list(&mut self) -> Fits {
        self.get_or_insert_default().list()
    }

    fn element(&mut self) -> Slot<'_, 'de> {
        self.get_or_insert_default().element()
    }
}

/// Whatever there is, for those who want to know only that.
impl<'de> Fill<'de> for IgnoredAny {
    fn expected(&self) -> &'static str {
        "anything"
    }

    fn text(&mut self, _: Cow<'de, str>) -> Fits {
        Ok(())
    }

    fn number(&mut self, _: Numeral) -> Fits {
        Ok(())
    }

    fn boolean(&mut self, _: bool) -> Fits {
        Ok(())
    }

    fn object(&mut self) -> Fits {
        Ok(())
    }

    fn list(&mut self) -> Fits {
        Ok(())
    }
}

/// The element that is now the last of a list.
#[allow(clippy::indexing_slicing)] // It was pushed a line before.
pub(super) fn pushed<T>(list: &mut Vec<T>, element: T) -> &mut T {
    list.push(element);
    let last = list.len() - 1;
    &mut list[last]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{Flag, Text, Wrong, read};

    crate::shapes! {
        struct Person<'a> {
            id: Option<Text<'a>>,
            tags: Vec<Text<'a>>,
            fields: BTreeMap<String, Flag>,
            gone: Option<IgnoredAny>,
        }
    }

    #[test]
    fn a_member_that_is_null_is_as_if_it_was_not_there() {
        let person: Person = read(br#"{"id":null,"tags":null,"fields":null,"gone":null}"#).unwrap();
        assert!(person.id.is_none() && person.tags.is_empty());
        assert!(person.fields.is_empty() && person.gone.is_none());
    }

    #[test]
    fn lists_objects_and_whether_there_was_anything() {
        let person: Person =
            read(br#"{"id":7,"t\u0061gs":["a",null,1],"fields":{"x":"yes"},"gone":{"reason":[1]}}"#).unwrap();
        assert_eq!(person.id.and_then(Text::take).as_deref(), Some("7"));
        assert_eq!(person.tags, [Text::from("a"), Text::default(), Text::from("1")]);
        assert_eq!(person.fields["x"].get(), Some(true));
        assert!(person.gone.is_some());
    }

    #[test]
    fn what_does_not_fit() {
        let wrong = |json: &str| match read::<Vec<Person>>(json.as_bytes()) {
            Err(Wrong::Shape { path, what }) => format!("{path}: {what}"),
            _ => "nothing".into(),
        };
        assert_eq!(wrong(r#"[{"id":{}}]"#), "[0].id: expected a text, found an object");
        assert_eq!(wrong(r#"[{"tags":["a",[]]}]"#), "[0].tags[1]: expected a text, found a list");
        assert_eq!(wrong(r#"[{"tags":true}]"#), "[0].tags: expected a list, found a boolean");
        assert_eq!(wrong(r#"[{"fields":{"x":[]}}]"#), "[0].fields.x: expected a boolean, found a list");
        assert_eq!(wrong("[{},null]"), "[1]: expected an object, found null");
        assert_eq!(wrong("[7]"), "[0]: expected an object, found a number");
    }
}
