//! The lists of a profile: entries with a `type`, one of them perhaps `primary`.

use std::collections::BTreeMap;

use rollcall_sdk::prelude::*;

pub trait Entry {
    fn is_primary(&self) -> bool;
    fn is(&self, kind: &str) -> bool;
}

macro_rules! entries {
    ($($entry:ident { $($field:ident: $type:ty),* })*) => {
        $(
            #[derive(Default, Deserialize)]
            #[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
            pub struct $entry<'a> {
                pub r#type: Text<'a>,
                pub primary: Flag,
                $(pub $field: $type,)*
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
    Email { address: Text<'a> }
    // An external id, a relation, a phone.
    Valued { value: Text<'a> }
    Place { area: Text<'a>, building_id: Text<'a> }
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

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub struct Language<'a> {
    pub language_code: Text<'a>,
    pub preference: Text<'a>,
}

/// `customSchemas`: by the name of the schema, then by that of the field.
pub type Custom<'a> = BTreeMap<Text<'a>, BTreeMap<Text<'a>, Field<'a>>>;

/// The value of a custom field. Tried in this order, which costs nothing that
/// would show: there are few of them, and whatever they are fits the last.
#[derive(Deserialize)]
#[serde(untagged, bound(deserialize = "'de: 'a"))]
pub enum Field<'a> {
    Several(Vec<Valued<'a>>),
    One(Scalar<'a>),
}

impl Field<'_> {
    pub fn day(&self) -> Option<Date> {
        if let Self::One(Scalar::Text(text)) = self { Date::parse(text) } else { None }
    }

    /// The type of a field is not on the page: whatever is exactly a date is
    /// taken for one.
    pub fn into_value(self) -> Option<Value> {
        match self {
            Self::Several(all) => {
                let texts: Vec<_> = all.into_iter().filter_map(|one| one.value.take()).collect();
                (!texts.is_empty()).then_some(Value::Texts(texts))
            }
            Self::One(Scalar::Text(text)) if date(&text).as_deref() == Some(&text) => {
                Some(Value::Date(text.into_owned()))
            }
            Self::One(value) => value.into_value(),
        }
    }
}
