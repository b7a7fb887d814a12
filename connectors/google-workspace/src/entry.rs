//! The lists of a profile: entries with a `type`, one of them perhaps `primary`.

use rollcall_sdk::json::Unread;
use rollcall_sdk::prelude::*;

rollcall_sdk::shapes! {
    /// An e-mail address, an external id, a relation, a phone, a location, a
    /// language, one of the values of a custom field.
    #[serde(rename_all = "camelCase")]
    pub struct Simple<'a> {
        pub r#type: Text<'a>,
        primary: Flag,
        #[serde(alias = "address")]
        pub value: Text<'a>,
        pub area: Text<'a>,
        pub building_id: Text<'a>,
        pub language_code: Text<'a>,
        pub preference: Text<'a>,
    }

    #[serde(rename_all = "camelCase")]
    pub struct Position<'a> {
        r#type: Text<'a>,
        primary: Flag,
        pub name: Text<'a>,
        pub title: Text<'a>,
        pub department: Text<'a>,
        pub description: Text<'a>,
        pub cost_center: Text<'a>,
        pub location: Text<'a>,
        pub full_time_equivalent: Number,
    }

    #[serde(rename_all = "camelCase")]
    pub struct Postal<'a> {
        r#type: Text<'a>,
        primary: Flag,
        pub street_address: Text<'a>,
        pub extended_address: Text<'a>,
        pub locality: Text<'a>,
        pub region: Text<'a>,
        pub postal_code: Text<'a>,
        pub country: Text<'a>,
        pub country_code: Text<'a>,
        pub formatted: Text<'a>,
    }
}

/// What all of them have.
pub trait Entry {
    fn is_primary(&self) -> bool;
    fn is(&self, kind: &str) -> bool;
}

macro_rules! entries {
    ($($entry:ident)*) => {$(
        impl Entry for $entry<'_> {
            fn is_primary(&self) -> bool {
                self.primary.or(false)
            }

            fn is(&self, kind: &str) -> bool {
                self.r#type.as_str() == Some(kind)
            }
        }
    )*};
}

entries! { Simple Position Postal }

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

/// The value of a custom field, as a date.
pub fn day(field: Unread) -> Option<Date> {
    match scalar(field) {
        Scalar::Text(text) => Date::parse(&text),
        _ => None,
    }
}

/// The value of a custom field: one, or, where it may have several, a list of
/// `{"type": "work", "value": ...}`. Read where it is wanted.
pub fn value(field: Unread) -> Option<Value> {
    if field.get().starts_with('[') {
        if let Some(several) = field.read::<Vec<Simple>>() {
            let texts: Vec<_> = several.into_iter().filter_map(|one| one.value.take()).collect();
            return (!texts.is_empty()).then_some(Value::Texts(texts));
        }
    }
    match scalar(field) {
        // The type of a field is not on the page: whatever is exactly a date
        // is taken for one.
        Scalar::Text(text) if date(&text).as_deref() == Some(&text) => Some(Value::Date(text.into_owned())),
        value => value.into_value(),
    }
}

fn scalar(field: Unread<'_>) -> Scalar<'_> {
    field.read().unwrap_or_default()
}
