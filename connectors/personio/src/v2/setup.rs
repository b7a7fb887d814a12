//! v2: the connection test and the custom attributes.

use rollcall_sdk::json::Keys;
use rollcall_sdk::prelude::*;

use super::shapes::{Envelope, Person};
use super::units::LISTS;
use super::{LARGEST_PAGE, PERSONS, employments};
use crate::fields::{self, Custom, FieldMap};
use crate::{call, not_readable};

/// What a person and an employment need to be of use.
const EXPECTED: [&str; 4] = ["email", "first_name", "last_name", "status"];
const EXPECTED_OF_EMPLOYMENT: [&str; 6] =
    ["employment_start_date", "position", "supervisor", "office", "org_units", "legal_entity"];

/// Reads one person, their employment, and one of each kind of unit.
pub fn check(cx: &Context, fields: &FieldMap) -> Result<AccountInfo> {
    let answer = call(cx, PERSONS, "v2", "connection test").query("limit", 1).send()?;
    let mut warnings = missing(&answer, &EXPECTED)?;
    let people: Envelope<Person> = answer.json()?;
    for detail in &employments(cx, &people.data, &answer)? {
        warnings.extend(missing(detail, &EXPECTED_OF_EMPLOYMENT)?);
    }
    for (list, answer) in LISTS.iter().zip(cx.fetch_all(LISTS.iter().map(|list| list.call(cx, 1)).collect()))
    {
        match answer {
            Ok(_) => {}
            Err(Failure::PermissionMissing(_) | Failure::Upstream(404 | 410)) => {
                warnings.push(format!(
                    "The {} are not readable: people have their ids, not their names.",
                    list.purpose
                ));
            }
            Err(failure) => return Err(failure),
        }
    }
    if !fields.is_empty() {
        warnings.extend(fields.unknown(&custom(&first_people(cx)?)?));
    }
    Ok(AccountInfo { warnings, ..AccountInfo::default() })
}

/// Warnings for what the first of a list has not; an empty list lacks nothing.
fn missing(answer: &Answer, expected: &[&str]) -> Result<Vec<String>> {
    let list: Envelope<Keys> = answer.json()?;
    let Some(first) = list.data.first() else { return Ok(Vec::new()) };
    Ok(expected.iter().filter(|key| !first.has(key)).map(|key| not_readable(key)).collect())
}

/// There are no definitions: the first page of people shows the attributes.
pub fn discover(cx: &Context) -> Result<Vec<AttributeDefinition>> {
    Ok(fields::definitions(&custom(&first_people(cx)?)?))
}

fn first_people(cx: &Context) -> Result<Answer> {
    call(cx, PERSONS, "v2", "attributes of a people page").query("limit", LARGEST_PAGE).send()
}

/// The custom attributes of these people, each once.
fn custom(people: &Answer) -> Result<Vec<Custom<'_>>> {
    let page: Envelope<Person> = people.json()?;
    let mut all: Vec<Custom> = Vec::new();
    for custom in page.data.into_iter().flat_map(|person| person.custom_attributes) {
        if !all.iter().any(|known| known.key == custom.key) {
            all.push(custom);
        }
    }
    Ok(all)
}
