//! What v1 answers: each attribute of a person is wrapped into an object of its
//! own, of which only the value is read.

use std::borrow::Cow;

use rollcall_sdk::fault;
use rollcall_sdk::json::{Fill, Slot};
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
    metadata: Beside<'a>,
    data: Option<Vec<T>>,
    #[serde(default)]
    error: Beside<'a>,
}

rollcall_sdk::shapes! {
    /// What stands beside the data: how many there are, or what is wrong.
    struct Beside<'a> { total_elements: Number, code: Number, message: Text<'a> }
}

impl<'a, T> Envelope<'a, T> {
    /// The data, and how many there are in all.
    pub fn data(self, answer: &Answer) -> Result<(Vec<T>, Option<u64>)> {
        match (self.data, self.error.code.get()) {
            (Some(data), _) if self.success.or(true) => Ok((data, self.metadata.total_elements.count())),
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

rollcall_sdk::shapes! {
    pub struct Attributes<'a> {
        id: Wrapped<'a>,
        first_name: Wrapped<'a>,
        last_name: Wrapped<'a>,
        preferred_name: Wrapped<'a>,
        email: Wrapped<'a>,
        status: Wrapped<'a>,
        position: Wrapped<'a>,
        employment_type: Wrapped<'a>,
        weekly_working_hours: Amount,
        hire_date: Wrapped<'a>,
        contract_end_date: Wrapped<'a>,
        termination_date: Wrapped<'a>,
        last_working_day: Wrapped<'a>,
        created_at: Wrapped<'a>,
        last_modified_at: Wrapped<'a>,
        supervisor: Bosses<'a>,
        department: Units<'a>,
        team: Units<'a>,
        office: Units<'a>,
        subcompany: Units<'a>,
        cost_centers: Units<'a>;
        ..custom: Dynamics<'a>
    }
    struct Wrapped<'a> { value: Text<'a> }
    struct Amount { value: Number }
    /// None, one, or several; old accounts have an empty list for none.
    struct Units<'a> { value: OneOrMany<Entity<'a>> }
    struct Entity<'a> { attributes: Unity<'a> }
    struct Unity<'a> { id: Text<'a>, name: Text<'a>, percentage: Number }
    struct Bosses<'a> { value: OneOrMany<Boss<'a>> }
    struct Boss<'a> { attributes: Person<'a> }
    struct Person<'a> { id: Wrapped<'a> }
}

/// The keys of the customer's own attributes begin so.
pub const CUSTOM: &str = "dynamic_";

/// The customer's own attributes.
#[derive(Default)]
struct Dynamics<'a>(Vec<Custom<'a>>);

impl<'de: 'a, 'a> Fill<'de> for Dynamics<'a> {
    fn expected(&self) -> &'static str {
        "attributes"
    }

    fn member(&mut self, key: &Cow<'de, str>) -> Slot<'_, 'de> {
        if !key.starts_with(CUSTOM) {
            return Slot::Skip;
        }
        self.0.push(Custom { key: key.clone().into(), ..Custom::default() });
        self.0.last_mut().map_or(Slot::Skip, Custom::slot)
    }
}

impl<'a> Attributes<'a> {
    pub fn into_profile(mut self, full_time_hours: Number) -> Profile<'a> {
        largest_first(&mut self.cost_centers.value.0, |one| one.attributes.percentage);
        let kinds = [
            (GroupKind::Department, self.department),
            (GroupKind::Team, self.team),
            (GroupKind::Location, self.office),
            (GroupKind::LegalEntity, self.subcompany),
            (GroupKind::CostCenter, self.cost_centers),
        ];
        let place = |kind, Unity { id, name, .. }: Unity<'a>| Place { kind, id, name };
        let mut units = Vec::with_capacity(kinds.len());
        for (kind, all) in kinds {
            units.extend(all.value.0.into_iter().map(|one| place(kind, one.attributes)));
        }
        Profile {
            id: self.id.value,
            status: self.status.value,
            email: self.email.value,
            first_name: self.first_name.value,
            last_name: self.last_name.value,
            preferred_name: self.preferred_name.value,
            title: self.position.value,
            employment_type: self.employment_type.value,
            hours: self.weekly_working_hours.value,
            full_time_hours,
            start: self.hire_date.value,
            termination: self.termination_date.value,
            other_ends: [self.contract_end_date.value, self.last_working_day.value],
            manager_id: self.supervisor.value.0.into_iter().next().unwrap_or_default().attributes.id.value,
            units,
            created_at: self.created_at.value,
            updated_at: self.last_modified_at.value,
            custom: self.custom.0,
        }
    }
}
