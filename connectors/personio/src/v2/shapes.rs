//! What v2 answers.

use std::mem::take;

use rollcall_sdk::prelude::*;
use rollcall_sdk::query_parameter;

use super::units::Names;
use crate::fields::Custom;
use crate::profile::{Place, Profile, largest_first};

#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'a, T: Deserialize<'de>"))]
pub struct Envelope<'a, T> {
    #[serde(rename = "_data")]
    pub data: Vec<T>,
    #[serde(rename = "_meta", default)]
    meta: Meta<'a>,
}

rollcall_sdk::shapes! {
    struct Meta<'a> { links: Links<'a> }
    struct Links<'a> { next: Link<'a> }
    struct Link<'a> { href: Text<'a> }

    pub struct Person<'a> {
        pub id: Text<'a>,
        email: Text<'a>,
        created_at: Text<'a>,
        updated_at: Text<'a>,
        first_name: Text<'a>,
        last_name: Text<'a>,
        preferred_name: Text<'a>,
        status: Text<'a>,
        pub custom_attributes: List<Custom<'a>>,
    }

    /// An attribute that the credential may not read leaves nothing behind: an
    /// employment may be no more than its status.
    pub struct Employment<'a> {
        status: Text<'a>,
        weekly_working_hours: Number,
        full_time_weekly_working_hours: Number,
        employment_start_date: Text<'a>,
        employment_end_date: Text<'a>,
        contract_end_date: Text<'a>,
        r#type: Text<'a>,
        updated_at: Text<'a>,
        position: Position<'a>,
        supervisor: Reference<'a>,
        office: Reference<'a>,
        legal_entity: Reference<'a>,
        sub_company: Reference<'a>,
        org_units: Vec<Reference<'a>>,
        cost_centers: Vec<Reference<'a>>,
        termination: Termination<'a>,
    }
    struct Position<'a> { title: Text<'a> }
    struct Reference<'a> { id: Text<'a>, r#type: Text<'a>, weight: Number }
    struct Termination<'a> {
        termination_date: Text<'a>,
        #[serde(alias = "last_working_date")]
        last_working_day: Text<'a>,
    }
}

impl<T> Envelope<'_, T> {
    /// The next page's cursor is all that is taken from the link: one that leads
    /// elsewhere has no say.
    pub fn after(&self, token: &Token, answer: &Answer) -> Result<Option<Token>> {
        let Some(href) = self.meta.links.next.href.as_str() else { return Ok(None) };
        let cursor =
            query_parameter(href, "cursor").ok_or_else(|| answer.invalid("a next link without a cursor"))?;
        token.after(Some(&cursor))
    }
}

/// The employment that counts: the first that is under way, else the newest,
/// which comes first.
pub fn current(all: Vec<Employment>) -> Employment {
    let goes_on = |one: &Employment| {
        let word = one.status.as_str().unwrap_or_default();
        ["ACTIVE", "LEAVE", "ONBOARDING"].iter().any(|status| status.eq_ignore_ascii_case(word))
    };
    let at = all.iter().position(goes_on).unwrap_or(0);
    all.into_iter().nth(at).unwrap_or_default()
}

impl<'a> Employment<'a> {
    /// Its units, as far as they have an id, which is all that v2 has of them.
    fn places(&mut self) -> impl Iterator<Item = (GroupKind, Text<'a>)> {
        let company = take(&mut self.legal_entity.id).or(take(&mut self.sub_company.id));
        let single = [(GroupKind::LegalEntity, company), (GroupKind::Location, take(&mut self.office.id))];
        let units = take(&mut self.org_units).into_iter().filter_map(|unit| {
            match unit.r#type.as_str()?.to_ascii_lowercase().as_str() {
                "department" => Some((GroupKind::Department, unit.id)),
                "team" => Some((GroupKind::Team, unit.id)),
                _ => None,
            }
        });
        let mut centers = take(&mut self.cost_centers);
        largest_first(&mut centers, |center| center.weight);
        let centers = centers.into_iter().map(|center| (GroupKind::CostCenter, center.id));
        single.into_iter().chain(units).chain(centers).filter(|(_, id)| !id.is_none())
    }
}

/// A person, and the employment that counts.
pub fn profile<'a>(
    person: Person<'a>,
    mut employment: Employment<'a>,
    names: &'a Names,
    full_time_hours: Number,
) -> Profile<'a> {
    if person.custom_attributes.broken > 0 {
        let id = person.id.as_str().unwrap_or_default();
        warn!("{} custom attributes of person {id} are unreadable", person.custom_attributes.broken);
    }
    let units = employment.places().map(|(kind, id)| {
        let name = id.as_str().and_then(|id| names.get(kind, id)).map(Text::from).unwrap_or_default();
        Place { kind, id, name }
    });
    let units = units.collect();
    let is_told =
        |status: &Text| status.as_str().is_some_and(|word| !word.eq_ignore_ascii_case("UNSPECIFIED"));
    let hours = employment.full_time_weekly_working_hours;
    let later = |one: Text<'a>, other: Text<'a>| {
        let millis = |text: &Text| text.as_str().and_then(Instant::parse).map(Instant::millis);
        if millis(&one) < millis(&other) { other } else { one }
    };
    Profile {
        id: person.id,
        status: [employment.status, person.status].into_iter().find(is_told).unwrap_or_default(),
        email: person.email,
        first_name: person.first_name,
        last_name: person.last_name,
        preferred_name: person.preferred_name,
        title: employment.position.title,
        employment_type: employment.r#type,
        hours: employment.weekly_working_hours,
        full_time_hours: if hours.get().is_some() { hours } else { full_time_hours },
        start: employment.employment_start_date,
        termination: employment.termination.termination_date.or(employment.employment_end_date),
        other_ends: [employment.contract_end_date, employment.termination.last_working_day],
        manager_id: employment.supervisor.id,
        units,
        created_at: person.created_at,
        updated_at: later(person.updated_at, employment.updated_at),
        custom: person.custom_attributes.items,
    }
}
