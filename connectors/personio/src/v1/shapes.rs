//! What v1 answers: each attribute of a person is wrapped into an object of its
//! own, of which only the value is read.

use std::fmt;

use rollcall_sdk::prelude::*;
use rollcall_sdk::{fault, json};
use serde::de::{Deserializer, MapAccess, Visitor};

use crate::fields::Custom;
use crate::profile::{Place, Profile, largest_first};

/// An answer: `data` where all is well, `error` where not, both with status 200.
#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'a, T: Deserialize<'de>"))]
pub struct Envelope<'a, T> {
    #[serde(default)]
    success: Flag,
    #[serde(default)]
    metadata: Metadata,
    data: Option<Vec<T>>,
    #[serde(default)]
    error: Problem<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Metadata {
    total_elements: Option<u64>,
}

rollcall_sdk::shapes! {
    struct Problem<'a> { code: Number, message: Text<'a> }
    struct Dynamic<'a> { label: Text<'a>, value: Scalar<'a>, r#type: Text<'a>, universal_id: Text<'a> }
    struct Boss<'a> { id: Wrapped<Text<'a>> }
    struct Office<'a> { id: Text<'a>, name: Text<'a>, percentage: Number }
}

impl<'a, T> Envelope<'a, T> {
    /// The data, and how many there are in all.
    pub fn data(self, answer: &Answer) -> Result<(Vec<T>, Option<u64>)> {
        match (self.data, self.error.code.get()) {
            (Some(data), _) if self.success.or(true) => Ok((data, self.metadata.total_elements)),
            (_, Some(code)) if (400.0..600.0).contains(&code) => {
                Err(fault::of_code(code as u16, self.error.message.take(), answer))
            }
            _ => Err(answer.invalid("it has no `data`, or says `success: false`")),
        }
    }
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
pub struct Employee<'a> {
    pub attributes: Attributes<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Wrapped<T: Default> {
    value: T,
}

/// `{"type": ..., "attributes": ...}`.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Entity<T: Default> {
    attributes: T,
}

/// None, one, or several; old accounts have an empty list for none.
type Entities<T> = OneOrMany<Entity<T>>;

/// Makes a struct of the standard attributes, read from their wrappers, and of
/// the custom ones. Derived code could not do this without `flatten`, which
/// copies everything first.
macro_rules! attributes {
    ($($name:ident: $kind:ty,)*) => {
        #[derive(Default)]
        pub struct Attributes<'a> {
            $($name: $kind,)*
            custom: Vec<Custom<'a>>,
        }

        impl<'de: 'a, 'a> Deserialize<'de> for Attributes<'a> {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                from.deserialize_map(Reader)
            }
        }

        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = Attributes<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("attributes")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut all = Attributes::default();
                while let Some(key) = json::key(&mut map)? {
                    match &*key {
                        $(stringify!($name) => {
                            all.$name = map.next_value::<Option<Wrapped<_>>>()?.unwrap_or_default().value;
                        })*
                        name if name.starts_with("dynamic_") => {
                            let Dynamic { label, value, r#type, universal_id } = map.next_value()?;
                            all.custom.push(Custom { key: key.into(), stable_name: universal_id, label, kind: r#type, value });
                        }
                        _ => json::skip(&mut map)?,
                    }
                }
                Ok(all)
            }
        }
    };
}

attributes! {
    id: Text<'a>,
    first_name: Text<'a>,
    last_name: Text<'a>,
    preferred_name: Text<'a>,
    email: Text<'a>,
    status: Text<'a>,
    position: Text<'a>,
    employment_type: Text<'a>,
    weekly_working_hours: Number,
    hire_date: Text<'a>,
    contract_end_date: Text<'a>,
    termination_date: Text<'a>,
    last_working_day: Text<'a>,
    created_at: Text<'a>,
    last_modified_at: Text<'a>,
    supervisor: Entities<Boss<'a>>,
    department: Entities<Office<'a>>,
    team: Entities<Office<'a>>,
    office: Entities<Office<'a>>,
    subcompany: Entities<Office<'a>>,
    cost_centers: Entities<Office<'a>>,
}

impl<'a> Attributes<'a> {
    pub fn into_profile(mut self, full_time_hours: Number) -> Profile<'a> {
        largest_first(&mut self.cost_centers.0, |one| one.attributes.percentage);
        let kinds = [
            (GroupKind::Department, self.department),
            (GroupKind::Team, self.team),
            (GroupKind::Location, self.office),
            (GroupKind::LegalEntity, self.subcompany),
            (GroupKind::CostCenter, self.cost_centers),
        ];
        let place =
            |kind, one: Entity<Office<'a>>| Place { kind, id: one.attributes.id, name: one.attributes.name };
        let mut units = Vec::with_capacity(kinds.len());
        for (kind, entities) in kinds {
            units.extend(entities.0.into_iter().map(|one| place(kind, one)));
        }
        Profile {
            id: self.id,
            status: self.status,
            email: self.email,
            first_name: self.first_name,
            last_name: self.last_name,
            preferred_name: self.preferred_name,
            title: self.position,
            employment_type: self.employment_type,
            hours: self.weekly_working_hours,
            full_time_hours,
            start: self.hire_date,
            termination: self.termination_date,
            other_ends: [self.contract_end_date, self.last_working_day],
            manager_id: self.supervisor.0.into_iter().next().unwrap_or_default().attributes.id.value,
            units,
            created_at: self.created_at,
            updated_at: self.last_modified_at,
            custom: self.custom,
        }
    }
}
