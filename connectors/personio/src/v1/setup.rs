//! v1: the connection test, the custom attributes, and what is asked for.

use rollcall_sdk::json;
use rollcall_sdk::prelude::*;

use super::EMPLOYEES;
use super::shapes::Envelope;
use crate::fields::{self, FieldMap};
use crate::{call, not_readable};

const DEFINITIONS: &str = "/v1/company/employees/attributes";

rollcall_sdk::shapes! {
    struct Definition<'a> {
        key: Text<'a>,
        label: Text<'a>,
        r#type: Text<'a>,
        universal_id: Text<'a>,
        options: List<Text<'a>>,
    }
}

/// Attributes and what of a worker is made of them.
const KEYS: [(&str, &[&str]); 18] = [
    ("first_name", &["given_name", "display_name"]),
    ("last_name", &["family_name", "display_name"]),
    ("email", &["user_name", "work_email"]),
    ("hire_date", &["start_date"]),
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

/// What no worker can do without: the status hangs on the dates too.
const ALWAYS: [&str; 4] = ["id", "status", "hire_date", "termination_date"];

/// So many of `KEYS`, the first ones, every account has: that one of them is
/// missing is worth a warning.
const USUAL: usize = 10;

/// The keys to ask for; none: everything. So it is when a custom attribute is
/// wanted, as the host knows its label and the provider wants its key. The
/// setting `attributes` chooses others, `*` everything.
pub fn keys_to_ask<'a>(cx: &'a Context, fields: &FieldMap) -> Vec<&'a str> {
    let mut keys: Vec<&str> = cx.setting("attributes").list().collect();
    if keys == ["*"] || keys.is_empty() && (cx.wants_any("custom.") || !fields.is_empty()) {
        return Vec::new();
    }
    if keys.is_empty() {
        let used = KEYS.iter().filter(|(_, made)| made.iter().any(|attribute| cx.wants(attribute)));
        keys = used.map(|(key, _)| *key).collect();
    }
    keys.retain(|key| !ALWAYS.contains(key));
    keys.splice(0..0, ALWAYS);
    keys
}

/// The definitions are exactly the attributes that the credential may read.
pub fn check(cx: &Context) -> Result<AccountInfo> {
    let one = call(cx, EMPLOYEES, "v1", "connection test").query("limit", 1).query("offset", 0);
    let Some(answer) = one.send_if_found()? else {
        return Err(cx
            .setting("api_version")
            .wrong("v1 of the interface is gone for this account; choose v2"));
    };
    answer.json::<Envelope<json::Ignored>>()?.data(&answer)?;
    let warnings = match definitions(cx)? {
        None => vec!["The list of attributes is not readable: which ones are missing cannot be told.".into()],
        Some(answer) => {
            let (definitions, _) = answer.json::<Envelope<Definition>>()?.data(&answer)?;
            let is_there = |key: &str| definitions.iter().any(|one| one.key.as_str() == Some(key));
            let usual = KEYS.iter().take(USUAL).map(|(key, _)| *key).chain(["status", "termination_date"]);
            usual.filter(|key| !is_there(key)).map(not_readable).collect()
        }
    };
    Ok(AccountInfo { warnings, ..AccountInfo::default() })
}

pub fn discover(cx: &Context) -> Result<Vec<AttributeDefinition>> {
    let Some(answer) = definitions(cx)? else {
        warn!("the list of attributes is not readable: none is known");
        return Ok(Vec::new());
    };
    let (definitions, _) = answer.json::<Envelope<Definition>>()?.data(&answer)?;
    let custom = definitions.into_iter().filter_map(|one| {
        let key = one.key.take().filter(|key| key.starts_with("dynamic_"))?;
        let label = one.label.take().unwrap_or(key);
        let name = one.universal_id.take().unwrap_or_else(|| label.clone());
        let kind = fields::kind_of(one.r#type.as_str());
        Some(AttributeDefinition {
            name,
            label,
            kind,
            options: one.options.into_iter().filter_map(Text::take).collect(),
        })
    });
    Ok(custom.collect())
}

fn definitions(cx: &Context) -> Result<Option<Answer>> {
    call(cx, DEFINITIONS, "v1", "attribute definitions").send_unless(&[403, 404, 410])
}
