//! The list of people, and the customer's own fields in it.

use std::collections::BTreeMap;

use rollcall_sdk::prelude::*;
use rollcall_sdk::query_parameter;

use crate::call;
use crate::person::{Person, is_private};
use crate::units::{sites, uuids};

#[derive(Deserialize)]
pub struct List<T> {
    pub persons: Vec<T>,
}

/// A page of the people, fifty at a time.
pub fn page(cx: &Context, at: &PageNumber, purpose: &str) -> Result<Answer> {
    let call = call(cx, "/v2/persons/master-data", purpose).query("onlyActive", !reads_gone(cx)?);
    call.query("page", at.page + 1).send()
}

fn reads_gone(cx: &Context) -> Result<bool> {
    cx.setting("include_gone").boolean(true)
}

/// Somebody, and the id that they are known by.
pub type Known<'a> = (String, Person<'a>);

/// The people of a page with their ids, and what follows.
pub fn read<'a>(
    cx: &Context,
    at: &PageNumber,
    answer: &'a Answer,
) -> Result<(Vec<Known<'a>>, Option<PageNumber>)> {
    let key = cx.setting("person_id").one_of(&["uuid", "personLicenseNumber"])?;
    let reads_gone = reads_gone(cx)?;
    let mut people = Vec::new();
    for (nth, person) in answer.json::<List<Person>>()?.persons.into_iter().enumerate() {
        let lacks = |what: &str| answer.invalid(&format!("persons[{nth}] has no {what}"));
        let id = person.key(key).ok_or_else(|| lacks(&format!("`{key}`; see the setting `person_id`")))?;
        // Among those who have left, whoever has not must say so.
        if reads_gone && person.is_gone().is_none() {
            return Err(lacks("`isActive`, and may have left; see the setting `include_gone`"));
        }
        people.push((id.to_owned(), person));
    }
    if people.iter_mut().any(|(_, person)| person.unit().is_a_number()) {
        let uuids = uuids(cx)?;
        people.iter_mut().for_each(|(_, person)| person.unit().look_up(&uuids));
    }
    let next = after(at, people.iter().map(|(id, _)| id), answer)?;
    Ok((people, next))
}

/// What follows a page with these ids. Of a link nothing but the number of the
/// page is used, so that it cannot lead elsewhere.
pub fn after<I: AsRef<str>>(
    at: &PageNumber,
    ids: impl ExactSizeIterator<Item = I>,
    answer: &Answer,
) -> Result<Option<PageNumber>> {
    let number = |link: &str| {
        let number = query_parameter(link, "page").and_then(|page| page.parse::<u64>().ok());
        number.ok_or_else(|| answer.invalid("a link without the number of a page"))
    };
    let asked = at.page + 1;
    let next = answer.link("next").map(number).transpose()?;
    let last = answer.link("last").map(number).transpose()?;
    if next.is_some_and(|next| next != asked + 1) {
        return Err(answer.invalid("a next link that does not lead to the next page"));
    }
    let pages = next.or(last).unwrap_or(asked);
    if ids.len() == 0 && pages > asked {
        return Err(answer.invalid("a page that is not the last is empty"));
    }
    at.after_of(ids, pages)
}

/// Ids by numbers. A number that two have tells neither.
pub fn by_number(pairs: impl Iterator<Item = (String, String)>) -> BTreeMap<String, String> {
    let mut all: BTreeMap<String, Option<String>> = BTreeMap::new();
    for (number, id) in pairs {
        let known = all.entry(number).or_insert_with(|| Some(id.clone()));
        known.take_if(|known| *known != id);
    }
    all.into_iter().filter_map(|(number, id)| Some((number, id?))).collect()
}

pub fn workers(cx: &Context, at: &PageNumber) -> Result<(Vec<Worker>, Option<PageNumber>)> {
    let answer = page(cx, at, "people page")?;
    let (people, next) = read(cx, at, &answer)?;
    let by_number = people.iter().any(|(_, person)| person.superior.is_a_number());
    let numbers = if by_number && cx.wants("manager_id") { numbers(cx)? } else { BTreeMap::new() };
    let sites = sites(cx)?;
    let workers = people.into_iter().map(|(id, person)| person.into_worker(cx, id, &numbers, &sites));
    Ok((workers.collect(), next))
}

rollcall_sdk::shapes! {
    /// Somebody in the list of those who have a number.
    #[serde(rename_all = "camelCase")]
    pub struct Listed<'a> {
        pub uuid: Text<'a>,
        pub personnel_number: Text<'a>,
        pub first_name: Text<'a>,
        pub last_name: Text<'a>,
    }
}

/// Everybody with name and number, whatever their unit.
pub fn everybody(cx: &Context, purpose: &str) -> Result<Answer> {
    let call = call(cx, "/v2/persons", purpose).query("onlyActive", false);
    call.query("onlyActiveOrganizationUnits", false).send()
}

/// The people of the units.
pub fn listed(answer: &Answer) -> Result<impl Iterator<Item = Listed<'_>>> {
    let units: BTreeMap<Text, OneOrMany<Listed>> = answer.json()?;
    Ok(units.into_values().flat_map(|unit| unit.0))
}

/// The ids of people by their numbers, where superiors are told by these alone.
fn numbers(cx: &Context) -> Result<BTreeMap<String, String>> {
    let answer = everybody(cx, "numbers of superiors")?;
    Ok(by_number(listed(&answer)?.filter_map(|one| one.personnel_number.take().zip(one.uuid.take()))))
}

/// There are no definitions: the first page of people shows the fields. One that
/// is named may have no value there.
pub fn fields(cx: &Context) -> Result<Vec<AttributeDefinition>> {
    let answer = page(cx, &PageNumber::default(), "fields of a people page")?;
    let people = answer.json::<List<Person>>()?.persons;
    let mut found: BTreeMap<String, AttributeKind> = BTreeMap::new();
    for (name, value) in people.into_iter().flat_map(|mut person| person.free_fields()) {
        let kind = match value {
            Scalar::Number(_) => AttributeKind::Number,
            Scalar::Boolean(_) => AttributeKind::Boolean,
            Scalar::Texts(_) => AttributeKind::Texts,
            Scalar::Text(_) | Scalar::None => AttributeKind::Text,
        };
        found.entry(name).or_insert(kind);
    }
    for name in cx.setting("custom_fields").list().filter(|name| *name != "*" && !is_private(name)) {
        found.entry(name.to_owned()).or_insert(AttributeKind::Text);
    }
    let definition = |(name, kind): (String, AttributeKind)| AttributeDefinition {
        label: name.clone(),
        name,
        kind,
        options: Vec::new(),
    };
    Ok(found.into_iter().map(definition).collect())
}
