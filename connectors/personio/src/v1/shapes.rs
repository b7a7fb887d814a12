//! What v1 answers: each attribute of a person is wrapped into an object of its
//! own, of which only the value is read.

use std::borrow::Cow;

use rollcall_sdk::fault;
use rollcall_sdk::json::{Fill, Fits, Slot};
use rollcall_sdk::prelude::*;

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

    pub struct Attributes<'a> {
        id: Wrapped<Text<'a>>,
        first_name: Wrapped<Text<'a>>,
        last_name: Wrapped<Text<'a>>,
        preferred_name: Wrapped<Text<'a>>,
        email: Wrapped<Text<'a>>,
        status: Wrapped<Text<'a>>,
        position: Wrapped<Text<'a>>,
        employment_type: Wrapped<Text<'a>>,
        weekly_working_hours: Wrapped<Number>,
        hire_date: Wrapped<Text<'a>>,
        contract_end_date: Wrapped<Text<'a>>,
        termination_date: Wrapped<Text<'a>>,
        last_working_day: Wrapped<Text<'a>>,
        created_at: Wrapped<Text<'a>>,
        last_modified_at: Wrapped<Text<'a>>,
        supervisor: Wrapped<OneOrMany<Supervisor<'a>>>,
        department: Wrapped<OneOrMany<Unit<'a>>>,
        team: Wrapped<OneOrMany<Unit<'a>>>,
        office: Wrapped<OneOrMany<Unit<'a>>>,
        subcompany: Wrapped<OneOrMany<Unit<'a>>>,
        cost_centers: Wrapped<OneOrMany<Unit<'a>>>;
        ..custom: Dynamic<'a>
    }

    /// Within a list of one, alone, or as an empty list for none.
    struct Supervisor<'a> { attributes: Boss<'a> }
    struct Boss<'a> { id: Wrapped<Text<'a>> }
    struct Unit<'a> { attributes: Office<'a> }
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

/// `{"label": ..., "value": ...}`, of which only the value is read.
#[derive(Default)]
struct Wrapped<T>(T);

impl<'de, T: Fill<'de>> Fill<'de> for Wrapped<T> {
    fn expected(&self) -> &'static str {
        "an object with a value"
    }

    fn object(&mut self) -> Fits {
        Ok(())
    }

    fn member(&mut self, key: Cow<'de, str>) -> Slot<'_, 'de> {
        if key == "value" { Slot::Value(&mut self.0) } else { Slot::Skip }
    }
}

/// The custom attributes, each under its key.
#[derive(Default)]
struct Dynamic<'a>(Vec<Custom<'a>>);

impl<'de: 'a, 'a> Fill<'de> for Dynamic<'a> {
    fn expected(&self) -> &'static str {
        "attributes"
    }

    fn member(&mut self, key: Cow<'de, str>) -> Slot<'_, 'de> {
        if !key.starts_with("dynamic_") {
            return Slot::Skip;
        }
        self.0.push(Custom { key: key.into(), ..Custom::default() });
        self.0.last_mut().map_or(Slot::Skip, |last| Slot::Value(last))
    }
}

impl<'a> Attributes<'a> {
    pub fn into_profile(mut self, full_time_hours: Number) -> Profile<'a> {
        largest_first(&mut self.cost_centers.0.0, |one| one.attributes.percentage);
        let kinds = [
            (GroupKind::Department, self.department.0),
            (GroupKind::Team, self.team.0),
            (GroupKind::Location, self.office.0),
            (GroupKind::LegalEntity, self.subcompany.0),
            (GroupKind::CostCenter, self.cost_centers.0),
        ];
        let place = |kind, one: Unit<'a>| Place { kind, id: one.attributes.id, name: one.attributes.name };
        let mut units = Vec::with_capacity(kinds.len());
        for (kind, units_of_kind) in kinds {
            units.extend(units_of_kind.0.into_iter().map(|one| place(kind, one)));
        }
        Profile {
            id: self.id.0,
            status: self.status.0,
            email: self.email.0,
            first_name: self.first_name.0,
            last_name: self.last_name.0,
            preferred_name: self.preferred_name.0,
            title: self.position.0,
            employment_type: self.employment_type.0,
            hours: self.weekly_working_hours.0,
            full_time_hours,
            start: self.hire_date.0,
            termination: self.termination_date.0,
            other_ends: [self.contract_end_date.0, self.last_working_day.0],
            manager_id: self.supervisor.0.0.into_iter().next().unwrap_or_default().attributes.id.0,
            units,
            created_at: self.created_at.0,
            updated_at: self.last_modified_at.0,
            custom: self.custom.0,
        }
    }
}
