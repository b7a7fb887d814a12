//! What the lists beside the people say about some of them: contracts, units,
//! custom fields, leaves. Asked for only as far as the host uses it.

use std::collections::{BTreeMap, BTreeSet};

use rollcall_sdk::prelude::*;

use crate::rows::{LARGEST_PAGE, Page, Place, Row, every, every_within, page_of};
use crate::units::has_cost_centers;

/// The contract that applies today, else the nearest to come, else the last.
#[derive(Clone, Default)]
pub struct Contract {
    pub title: Option<String>,
    pub level: Option<String>,
    pub start: Option<String>,
    /// Of this version of it, which may be newer than the contract.
    pub effective: Option<String>,
    pub end: Option<String>,
    /// In hundredths of a percent.
    pub part: Number,
}

#[derive(Default)]
pub struct Location {
    pub name: Option<String>,
    pub timezone: Option<String>,
    pub address: Option<Address>,
}

/// Of a person, by the person's id; of a unit, by the unit's.
#[derive(Default)]
pub struct Beside {
    pub contracts: BTreeMap<String, Contract>,
    /// Name of the role, name of the level.
    pub levels: BTreeMap<String, (Option<String>, Option<String>)>,
    pub teams: BTreeMap<String, Vec<Unit>>,
    /// The topmost team of a person's first.
    pub departments: BTreeMap<String, Unit>,
    pub locations: BTreeMap<String, Location>,
    pub companies: BTreeMap<String, String>,
    pub cost_centers: BTreeMap<String, Unit>,
    pub custom: BTreeMap<String, Vec<CustomAttribute>>,
    pub away: BTreeSet<String>,
}

impl Beside {
    /// What there is about these people.
    pub fn read(cx: &Context, ids: &[&str]) -> Result<Self> {
        let mut all = Self::default();
        if ids.is_empty() {
            return Ok(all);
        }
        let of: Vec<_> = ids.iter().map(|id| ("employee_ids[]", *id)).collect();
        all.read_contracts(cx, &of)?;
        let top_is_department = cx.setting("departments").one_of(&["none", "top-team"])? == "top-team";
        if cx.wants_unit("teams") || top_is_department && cx.wants_unit("department") {
            all.read_teams(cx, &of, top_is_department)?;
        }
        if cx.wants_unit("location") || cx.wants("timezone") || cx.wants_any("work_address.") {
            every(cx, "/locations/locations", &[], "names of locations", |row| {
                all.locations.extend(row.id.get().map(|id| (id, location(row))));
            })?;
        }
        if cx.wants_unit("company") {
            every(cx, "/companies/legal_entities", &[], "names of legal entities", |row| {
                all.companies.extend(row.id.take().zip(row.legal_name.take()));
            })?;
        }
        if cx.wants_unit("cost_center") && has_cost_centers(cx)? {
            all.read_cost_centers(cx, ids)?;
        }
        if cx.wants_any("custom.") {
            all.read_custom(cx, &of)?;
        }
        if cx.setting("leaves").boolean(false)? {
            let today = cx.today().to_string();
            let days = [("approved", "true"), ("from", today.as_str()), ("to", today.as_str())];
            every(cx, "/timeoff/leaves", &[&days, of.as_slice()].concat(), "leaves of today", |row| {
                let covers = row.start_on.day().is_some_and(|start| start <= cx.today())
                    && row.finish_on.day().is_none_or(|end| end >= cx.today());
                all.away.extend(row.employee_id.take().filter(|_| covers));
            })?;
        }
        Ok(all)
    }

    fn read_contracts(&mut self, cx: &Context, of: &[(&str, &str)]) -> Result<()> {
        let contracts = &mut self.contracts;
        every(cx, "/contracts/reference_contracts", of, "contracts of a people page", |row| {
            let contract = Contract {
                title: row.job_title.take(),
                level: row.job_catalog_level_id.take(),
                start: row.starts_on.date(),
                effective: row.effective_on.date(),
                end: row.ends_on.date(),
                part: row.working_time_percentage_in_cents,
            };
            contracts.extend(row.employee_id.take().map(|id| (id, contract)));
        })?;
        if !cx.wants("title") && !cx.wants("grade") {
            return Ok(());
        }
        let levels: BTreeSet<&str> =
            self.contracts.values().filter_map(|contract| contract.level.as_deref()).collect();
        let ids: Vec<_> = levels.into_iter().map(|id| ("ids[]", id)).collect();
        if ids.is_empty() {
            return Ok(());
        }
        every(cx, "/job_catalog/levels", &ids, "levels of the job catalog", |row| {
            self.levels.extend(row.id.take().map(|id| (id, (row.role_name.take(), row.name.take()))));
        })
    }

    fn read_teams(&mut self, cx: &Context, of: &[(&str, &str)], top_is_department: bool) -> Result<()> {
        let mut known: BTreeMap<String, (Option<String>, Option<String>)> = BTreeMap::new();
        every(cx, "/teams/teams", &[], "names of teams", |row| {
            known.extend(row.id.take().map(|id| (id, (row.name.take(), row.parent_team_id.take()))));
        })?;
        let unit = |id: &str| {
            let name = known.get(id).and_then(|(name, _)| name.clone());
            Unit { id: Some(id.to_owned()), name }
        };
        let top = |id: &str| {
            // A tree is not deeper than it has teams, should it go in circles.
            let above = |id: &str| known.get(id).and_then(|(_, parent)| parent.as_deref());
            (0..known.len()).try_fold(id, |at, _| above(at).ok_or(at)).unwrap_or_else(|top| top).to_owned()
        };
        every(cx, "/teams/memberships", of, "teams of a people page", |row| {
            let (Some(person), Some(team)) = (row.employee_id.take(), row.team_id.as_str()) else { return };
            let teams = self.teams.entry(person).or_default();
            // In an order of their own, whatever the list's is, and each once.
            let place = teams.partition_point(|known| known.id.as_deref() < Some(team));
            if teams.get(place).is_none_or(|known| known.id.as_deref() != Some(team)) {
                teams.insert(place, unit(team));
            }
        })?;
        for (person, teams) in self.teams.iter().filter(|_| top_is_department) {
            let first = teams.first().and_then(|team| team.id.as_deref());
            self.departments.extend(first.map(|id| (person.clone(), unit(&top(id)))));
        }
        Ok(())
    }

    /// Of several the one with the largest share. The list can be asked for one
    /// person, and not for several: it is read whole where that is less.
    fn read_cost_centers(&mut self, cx: &Context, ids: &[&str]) -> Result<()> {
        const SHARES: &str = "/finance/cost_center_memberships";
        const PURPOSE: &str = "cost centers of people";
        let mut names = BTreeMap::new();
        every(cx, "/finance/cost_centers", &[], "names of cost centers", |row| {
            names.extend(row.id.take().zip(row.code.or(row.name).take()));
        })?;
        let mut shares: BTreeMap<String, f64> = BTreeMap::new();
        let mut put = |row: Row| {
            let (Some(person), Some(id)) = (row.employee_id.take(), row.cost_center_id.take()) else {
                return;
            };
            let share = row.percentage.get().unwrap_or(0.0);
            if shares.get(&person).is_none_or(|largest| share > *largest) {
                shares.insert(person.clone(), share);
                let name = names.get(&id).cloned();
                self.cost_centers.insert(person, Unit { id: Some(id), name });
            }
        };
        let today = cx.today().to_string();
        let active = [("active_on", today.as_str())];
        if every_within(cx, SHARES, &active, PURPOSE, ids.len() as u64, &mut put)? {
            return Ok(());
        }
        let call = |id: &&str| {
            let call = page_of(cx, SHARES, &Place::default(), LARGEST_PAGE, PURPOSE);
            call.query("active_on", &today).query("employee_id", id)
        };
        for (id, answer) in ids.iter().zip(cx.fetch_all(ids.iter().map(call).collect())) {
            let answer = answer?;
            let page: Page<Row> = answer.json()?;
            if page.next(&answer, &Place::default())?.is_some() {
                return Err(answer.invalid("somebody has more cost centers than fit a page"));
            }
            if page.data.iter().any(|row| row.employee_id.as_str() != Some(id)) {
                return Err(answer.invalid("a row was not asked for"));
            }
            page.data.into_iter().for_each(&mut put);
        }
        Ok(())
    }

    fn read_custom(&mut self, cx: &Context, of: &[(&str, &str)]) -> Result<()> {
        let fields = fields(cx)?;
        if !fields.values().any(|field| cx.wants_custom(&field.name)) {
            return Ok(());
        }
        every(cx, "/custom_fields/values", of, "custom fields of a people page", |row| {
            let is_persons = !row.is_of_a_thing();
            let field = row.field_id.as_str().and_then(|id| fields.get(id));
            let Some(field) = field.filter(|field| is_persons && cx.wants_custom(&field.name)) else {
                return;
            };
            let values =
                [row.value, row.long_text_value, row.date_value, row.single_choice_value, row.cents_value];
            let value =
                values.into_iter().find(|value| !value.is_none()).and_then(|text| value_of(field.kind, text));
            let person = row.valuable_id.take();
            if let (Some(person), Some(value)) = (person, value) {
                let custom = self.custom.entry(person).or_default();
                match custom.iter_mut().find(|known| known.name == field.name) {
                    None => custom.push(CustomAttribute::new(field.name.clone(), value)),
                    // A choice of several has a row for each.
                    Some(known) => {
                        if let (Value::Texts(all), Value::Texts(more)) = (&mut known.value, value) {
                            all.extend(more);
                        }
                    }
                }
            }
        })
    }
}

fn location(row: Row) -> Location {
    let address = Address {
        street: row.address_line_1.take(),
        locality: row.city.take(),
        region: row.state.take(),
        postal_code: row.postal_code.take(),
        country: row.country.take().map(|country| country.to_ascii_uppercase()),
    };
    Location { name: row.name.take(), timezone: row.timezone.take(), address: address.if_any() }
}

/// The custom fields by their ids. Of several with one name the first keeps it:
/// else a person would have the value of whichever came first.
pub fn fields(cx: &Context) -> Result<BTreeMap<String, AttributeDefinition>> {
    let mut fields = BTreeMap::new();
    every(cx, "/custom_fields/fields", &[], "custom fields", |row| {
        let kind = match row.field_type.as_str().unwrap_or_default() {
            "date" => AttributeKind::Date,
            "rating" | "money" | "cents" => AttributeKind::Number,
            "checkbox" => AttributeKind::Boolean,
            "multiple_choice" => AttributeKind::Texts,
            _ => AttributeKind::Text,
        };
        let name = row.slug.get().or_else(|| row.label_text.get());
        if let (Some(id), Some(name)) = (row.id.take(), name) {
            let is_anothers =
                |(known, field): (&String, &AttributeDefinition)| *known != id && field.name == name;
            let is_taken = fields.iter().any(is_anothers);
            let name = if is_taken { format!("{name} ({id})") } else { name };
            let label = row.label_text.take().unwrap_or_else(|| name.clone());
            fields.insert(id, AttributeDefinition::new(name, label, kind));
        }
    })?;
    Ok(fields)
}

/// A value that is not what its field says stays text.
fn value_of(kind: AttributeKind, text: Text) -> Option<Value> {
    let text = text.into_inner()?;
    match (kind, Flag::from(&*text).get()) {
        (AttributeKind::Boolean, Some(flag)) => Some(Value::Boolean(flag)),
        _ => Scalar::Text(text).into_value_of(kind),
    }
}
