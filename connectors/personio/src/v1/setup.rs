//! v1: the connection test, the custom attributes, and what is asked for.

use rollcall_sdk::json::Ignored;
use rollcall_sdk::prelude::*;

use super::EMPLOYEES;
use super::shapes::{CUSTOM, Envelope};
use crate::fields::{self, Custom, FieldMap};
use crate::{call, not_readable};

const DEFINITIONS: &str = "/v1/company/employees/attributes";

/// Attributes, and what of a worker is made of them. Those of which nothing is
/// made are always asked for: the status hangs on the dates too.
const KEYS: [(&str, &[&str]); 21] = [
    ("id", &[]),
    ("status", &[]),
    ("hire_date", &[]),
    ("termination_date", &[]),
    ("first_name", &["given_name", "display_name"]),
    ("last_name", &["family_name", "display_name"]),
    ("email", &["user_name", "work_email"]),
    ("position", &["title"]),
    ("department", &["department", "department_id"]),
    ("team", &["teams", "team_ids"]),
    ("office", &["location", "location_id"]),
    ("supervisor", &["manager_id"]),
    ("last_modified_at", &["updated_at"]),
    ("preferred_name", &["preferred_name", "display_name"]),
    ("contract_end_date", &["end_date"]),
    ("last_working_day", &["end_date"]),
    ("employment_type", &["employment_type"]),
    ("weekly_working_hours", &["fte"]),
    ("created_at", &["created_at"]),
    ("subcompany", &["company", "company_id"]),
    ("cost_centers", &["cost_center", "cost_center_id"]),
];

/// So many of `KEYS`, the first ones behind the id, every account has: that one of
/// them is missing is worth a warning.
const USUAL: usize = 12;

/// The keys to ask for; none: everything. So it is when a custom attribute is
/// wanted, as the host knows its label and the provider wants its key. The
/// setting `attributes` chooses others, `*` everything.
pub fn keys_to_ask<'a>(cx: &'a Context, fields: &FieldMap) -> Vec<&'a str> {
    let chosen: Vec<&str> = cx.setting("attributes").list().collect();
    if chosen == ["*"] || chosen.is_empty() && (cx.wants_any("custom.") || !fields.is_empty()) {
        return Vec::new();
    }
    if chosen.is_empty() {
        return cx.fields_of(&KEYS).collect();
    }
    let always = KEYS.iter().filter(|(_, made)| made.is_empty()).map(|(key, _)| *key);
    let others = chosen.into_iter().filter(|key| !always.clone().any(|known| known == *key));
    always.clone().chain(others).collect()
}

/// The definitions are exactly the attributes that the credential may read.
pub fn check(cx: &Context, fields: &FieldMap) -> Result<AccountInfo> {
    let one = call(cx, EMPLOYEES, "v1", "connection test").query("limit", 1).query("offset", 0);
    let Some(answer) = one.send_if_found()? else {
        return Err(cx
            .setting("api_version")
            .wrong("v1 of the interface is gone for this account; choose v2"));
    };
    answer.json::<Envelope<Ignored>>()?.data(&answer)?;
    let warnings = match definitions(cx)? {
        None => vec!["The list of attributes is not readable: which ones are missing cannot be told.".into()],
        Some(answer) => {
            let (all, _) = answer.json::<Envelope<Custom>>()?.data(&answer)?;
            let is_there = |key: &str| all.iter().any(|one| one.key.as_str() == Some(key));
            let usual = KEYS.iter().skip(1).take(USUAL).map(|(key, _)| *key);
            let missing = usual.filter(|key| !is_there(key)).map(not_readable).collect::<Vec<_>>();
            missing.into_iter().chain(fields.unknown(&custom(all))).collect()
        }
    };
    Ok(AccountInfo { warnings, ..AccountInfo::default() })
}

pub fn discover(cx: &Context) -> Result<Vec<AttributeDefinition>> {
    let Some(answer) = definitions(cx)? else {
        warn!("the list of attributes is not readable: none is known");
        return Ok(Vec::new());
    };
    let (all, _) = answer.json::<Envelope<Custom>>()?.data(&answer)?;
    Ok(fields::definitions(&custom(all)))
}

fn custom(mut all: Vec<Custom>) -> Vec<Custom> {
    all.retain(|one| one.key.as_str().is_some_and(|key| key.starts_with(CUSTOM)));
    all
}

fn definitions(cx: &Context) -> Result<Option<Answer>> {
    call(cx, DEFINITIONS, "v1", "attribute definitions").send_unless(&[403, 404, 410])
}
