//! The objects of a provider, as structs.

use std::borrow::Cow;

use serde::de::{Deserialize, Deserializer};

use super::fill::{Fill, Fits, Slot, filled};

/// The objects of a provider, one after the other, all of whose fields may be
/// missing or null. Each becomes a struct with [`Default`] and
/// [`serde::Deserialize`], whose fields are of any type that is
/// [`Fill`](crate::json::Fill) and may borrow from the page. `rename_all`
/// (`camelCase`, `PascalCase`, `kebab-case`), `rename` and `alias` are taken as
/// serde takes them, but that a renamed field is read under its own name too;
/// other attributes are not. What follows a semicolon, `; ..name: Fields<'a>` or
/// `; ..name: Leaves<'a>`, takes the keys that no field names.
///
/// ```
/// use rollcall_sdk::prelude::*;
///
/// rollcall_sdk::shapes! {
///     #[serde(rename_all = "camelCase")]
///     struct Person<'a> { id: Text<'a>, hired_on: Text<'a>, manager: Reference<'a>, hours: Number }
///     /// Somebody, or something.
///     struct Reference<'a> { id: Text<'a>, #[serde(alias = "title")] name: Text<'a>, r#type: Text<'a> }
/// }
///
/// let json = br#"{"id":7,"hiredOn":"2026-01-01","manager":{"id":1,"title":"Dr","type":"x","more":[]},"hours":null}"#;
/// let person: Person = rollcall_sdk::json::read(json).unwrap();
/// assert_eq!(person.id.as_str(), Some("7"));
/// assert_eq!(person.hired_on.date().as_deref(), Some("2026-01-01"));
/// assert_eq!(person.manager.name.as_str(), Some("Dr"));
/// assert_eq!(person.manager.r#type.as_str(), Some("x"));
/// assert_eq!(person.hours.get(), None);
///
/// let nobody: Person = rollcall_sdk::json::read(br#"{"manager":null}"#).unwrap();
/// assert!(nobody.id.is_none() && nobody.manager.id.is_none());
/// ```
///
/// Not for an object that has to have something: a page without its list is not
/// an empty page, and is derived.
#[macro_export]
macro_rules! shapes {
    (@other $all:ident $key:ident) => { $crate::json::Slot::Skip };
    (@other $all:ident $key:ident $rest:ident) => { $crate::json::Fill::member(&mut $all.$rest, $key) };
    ($(
        $(#[doc = $doc:literal])*
        $(#[serde(rename_all = $case:literal)])?
        $vis:vis struct $name:ident $(<$life:lifetime>)? {
            $(
                $(#[doc = $field_doc:literal])*
                $(#[serde($how:ident = $other:literal)])*
                $field_vis:vis $field:ident: $kind:ty
            ),* $(,)?
            $(; ..$rest_vis:vis $rest:ident: $rest_kind:ty)?
        }
    )*) => {$(
        $(#[doc = $doc])*
        #[derive(Default)]
        $vis struct $name $(<$life>)? {
            $($(#[doc = $field_doc])* $field_vis $field: $kind,)*
            $($rest_vis $rest: $rest_kind,)?
        }

        const _: () = {
            /// What the fields are called.
            struct Names;

            #[allow(non_upper_case_globals)]
            impl Names {
                const CASE: &'static str = concat!($($case)?);
                $(const $field: &'static str = {
                    const WRITTEN: &$crate::json::Case = &$crate::json::Case::of(stringify!($field), Names::CASE);
                    WRITTEN.as_str()
                };)*
            }

            impl<'de $(: $life, $life)?> $crate::json::Fill<'de> for $name $(<$life>)? {
                fn expected(&self) -> &'static str {
                    "an object"
                }

                fn null(&mut self) -> $crate::json::Fits {
                    Err($crate::json::Unfit)
                }

                fn object(&mut self) -> $crate::json::Fits {
                    Ok(())
                }

                fn member(&mut self, key: &::std::borrow::Cow<'de, str>) -> $crate::json::Slot<'_, 'de> {
                    match &**key {
                        $(Names::$field $(| $other)* => $crate::json::Fill::slot(&mut self.$field),)*
                        _ => $crate::shapes!(@other self key $($rest)?),
                    }
                }
            }

            impl<'de $(: $life, $life)?> ::serde::Deserialize<'de> for $name $(<$life>)? {
                fn deserialize<D: ::serde::Deserializer<'de>>(from: D) -> ::std::result::Result<Self, D::Error> {
                    $crate::json::filled(from)
                }
            }
        };
    )*};
}

/// The keys of an object, for what has to be known is missing.
#[derive(Default)]
pub struct Keys<'a>(Vec<Cow<'a, str>>);

impl Keys<'_> {
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|key| key == name)
    }
}

impl<'de: 'a, 'a> Fill<'de> for Keys<'a> {
    fn expected(&self) -> &'static str {
        "an object"
    }

    fn object(&mut self) -> Fits {
        Ok(())
    }

    fn member(&mut self, key: &Cow<'de, str>) -> Slot<'_, 'de> {
        self.0.push(key.clone());
        Slot::Skip
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Keys<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        filled(from)
    }
}

/// The name of a field as a provider writes it, made while compiling: what is
/// wrong with it stops the compiler and not a connector.
pub struct Case {
    bytes: [u8; Self::LONGEST],
    length: usize,
}

#[allow(clippy::indexing_slicing, clippy::panic)]
impl Case {
    const LONGEST: usize = 64;

    /// A field's name in this case; no case leaves it as it is.
    pub const fn of(name: &str, case: &str) -> Self {
        let name = name.as_bytes();
        let mut written = Self { bytes: [0; Self::LONGEST], length: 0 };
        let (first_is_upper, later_is_upper, dashed) = match case.as_bytes() {
            b"" => (false, false, false),
            b"camelCase" => (false, true, false),
            b"PascalCase" => (true, true, false),
            b"kebab-case" => (false, false, true),
            _ => panic!("a case that `shapes!` does not know"),
        };
        let raw = matches!(name, [b'r', b'#', ..]);
        let mut at = if raw { 2 } else { 0 };
        let mut begins = first_is_upper;
        while at < name.len() {
            let byte = name[at];
            if byte == b'_' && later_is_upper {
                begins = true;
            } else {
                let byte = if byte == b'_' && dashed { b'-' } else { byte };
                written = written.with(if begins { byte.to_ascii_uppercase() } else { byte });
                begins = false;
            }
            at += 1;
        }
        written
    }

    const fn with(mut self, byte: u8) -> Self {
        self.bytes[self.length] = byte;
        self.length += 1;
        self
    }

    pub const fn as_str(&self) -> &str {
        match std::str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => text,
            Err(_) => panic!("a field's name is in ASCII"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys() {
        let keys: Keys = crate::json::read(br#"{"a":null,"b":{"c":1}}"#).unwrap();
        assert!(keys.has("a") && keys.has("b") && !keys.has("c"));
        assert!(crate::json::read::<Keys>(b"[]").is_err());
    }

    #[test]
    fn cases() {
        let written = |name, case| Case::of(name, case).as_str().to_owned();
        assert_eq!(written("work_email", ""), "work_email");
        assert_eq!(written("work_email", "camelCase"), "workEmail");
        assert_eq!(written("work_email", "PascalCase"), "WorkEmail");
        assert_eq!(written("work_email", "kebab-case"), "work-email");
        assert_eq!(written("r#type", ""), "type");
        assert_eq!(written("r", "PascalCase"), "R");
    }
}
