//! The list of people, and the customer's own fields in it.

use std::collections::BTreeMap;

use rollcall_sdk::prelude::*;
use rollcall_sdk::query_parameter;

use crate::call;
use crate::person::Person;
use crate::units::sites;

#[derive(Deserialize)]
pub struct List<T> {
    pub persons: Vec<T>,
}

/// A page of the people, fifty at a time.
pub fn page(cx: &Context, at: &PageNumber, purpose: &str) -> Result<Answer> {
    let gone = cx.setting("include_gone").boolean(true)?;
    let call = call(cx, "/v2/persons/master-data", purpose).query("onlyActive", !gone);
    call.query("page", at.page + 1).send()
}

/// Somebody, and the id that they are known by.
pub type Known<'a> = (String, Person<'a>);

/// The people of a page with their ids, and what follows. Of a link nothing but the number of
/// the page is used, so that it cannot lead elsewhere.
pub fn read<'a>(
    cx: &Context,
    at: &PageNumber,
    answer: &'a Answer,
) -> Result<(Vec<Known<'a>>, Option<PageNumber>)> {
    let key = cx.setting("person_id").one_of(&["uuid", "personLicenseNumber"])?;
    let known = |(nth, person): (usize, Person<'a>)| match person.key(key) {
        Some(id) => Ok((id.to_owned(), person)),
        None => Err(answer.invalid(&format!("persons[{nth}] has no `{key}`; see the setting `person_id`"))),
    };
    let people = answer.json::<List<Person>>()?.persons.into_iter().enumerate();
    let people = people.map(known).collect::<Result<Vec<_>>>()?;
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
    if people.is_empty() && pages > asked {
        return Err(answer.invalid("nobody is on a page that is not the last"));
    }
    let next = at.after_of(people.iter().map(|(id, _)| id), pages)?;
    Ok((people, next))
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
    let numbers = listed(&answer)?.filter_map(|one| one.personnel_number.take().zip(one.uuid.take()));
    Ok(numbers.collect())
}

/// There are no definitions: the first page of people shows the fields.
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
    let definition = |(name, kind): (String, AttributeKind)| AttributeDefinition {
        label: name.clone(),
        name,
        kind,
        options: Vec::new(),
    };
    Ok(found.into_iter().map(definition).collect())
}
