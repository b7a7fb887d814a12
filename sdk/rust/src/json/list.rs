//! A list that survives a broken element.

use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// A list in which an element of the wrong shape is dropped and counted. For
/// lists whose elements can be spared: phone numbers, custom fields. **Not for
/// people**: one who is dropped looks like one who has left.
///
/// Costs nothing while all elements are as they should be: only when a document
/// could not be read is it read again with care.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List<T> {
    pub items: Vec<T>,
    /// How many were dropped.
    pub broken: usize,
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self { items: Vec::new(), broken: 0 }
    }
}

impl<T> Deref for List<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.items
    }
}

impl<T> IntoIterator for List<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

thread_local! {
    static LENIENT: Cell<bool> = const { Cell::new(false) };
}

/// Runs `read` with lists that drop what is broken.
pub(super) fn leniently<T>(read: impl FnOnce() -> T) -> T {
    let before = LENIENT.replace(true);
    let outcome = read();
    LENIENT.set(before);
    outcome
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Any<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Any<T> {
            type Value = List<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<List<T>, A::Error> {
                let mut list = List::default();
                if !LENIENT.get() {
                    while let Some(element) = elements.next_element()? {
                        list.items.push(element);
                    }
                    return Ok(list);
                }
                while let Some(raw) = elements.next_element::<&'de RawValue>()? {
                    match serde_json::from_str(raw.get()) {
                        Ok(element) => list.items.push(element),
                        Err(_) => list.broken += 1,
                    }
                }
                Ok(list)
            }

            fn visit_unit<E: Error>(self) -> Result<List<T>, E> {
                Ok(List::default())
            }
        }
        from.deserialize_any(Any(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::json::{self, Text, Wrong};

    #[derive(Debug, Deserialize)]
    #[serde(bound(deserialize = "'de: 'a"))]
    struct Person<'a> {
        id: u32,
        #[serde(default)]
        phones: List<Text<'a>>,
    }

    #[test]
    fn a_broken_element_is_dropped_and_counted() {
        let json = br#"[{"id":1,"phones":["1",{},"2",[3]]},{"id":2,"phones":null},{"id":3}]"#;
        let people: Vec<Person> = json::read(json).unwrap();
        assert_eq!(people[0].phones.items, [Text::from("1"), Text::from("2")]);
        assert_eq!(people[0].phones.broken, 2);
        assert_eq!((people[1].phones.len(), people[1].phones.broken), (0, 0));
        assert_eq!(people[2].id, 3);
    }

    #[test]
    fn what_is_around_stays_strict() {
        let wrong = json::read::<Vec<Person>>(br#"[{"id":"x","phones":[{}]}]"#).unwrap_err();
        assert_eq!(wrong, Wrong::Shape { path: "[0].id".into(), what: "expected u32, found a text".into() });
        assert!(!LENIENT.get());
    }
}
