//! A list that survives a broken element.

use std::cell::Cell;
use std::ops::Deref;

use serde::de::{Deserialize, Deserializer};

use super::fill::{Fill, Fits, Slot, fill, filled, pushed};

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

impl<'de, T: Fill<'de> + Default> Fill<'de> for List<T> {
    fn expected(&self) -> &'static str {
        "a list"
    }

    fn list(&mut self) -> Fits {
        Ok(())
    }

    fn element(&mut self) -> Slot<'_, 'de> {
        if LENIENT.get() { Slot::Raw(self) } else { pushed(&mut self.items, T::default()).slot() }
    }

    fn raw(&mut self, json: &'de str) {
        let mut element = T::default();
        match fill(&mut element, json) {
            Ok(()) => self.items.push(element),
            Err(_) => self.broken += 1,
        }
    }
}

impl<'de, T: Fill<'de> + Default> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        filled(from)
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
