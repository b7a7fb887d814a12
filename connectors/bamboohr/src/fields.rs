//! Which fields there are, and which are asked for.

use rollcall_sdk::prelude::*;

/// Fields, and what of a worker is made of them. Those of which nothing is made
/// are always asked for: the status hangs on them.
const FIELDS: [(&str, &[&str]); 23] = [
    ("id", &[]),
    ("status", &[]),
    ("employmentHistoryStatus", &[]),
    ("hireDate", &[]),
    ("terminationDate", &[]),
    ("employeeNumber", &["employee_number"]),
    ("firstName", &["given_name"]),
    ("middleName", &["middle_name"]),
    ("lastName", &["family_name"]),
    ("preferredName", &["preferred_name"]),
    ("displayName", &["display_name"]),
    ("fullName1", &["display_name"]),
    ("jobTitle", &["title"]),
    ("department", &["department", "department_id"]),
    ("division", &["division", "division_id"]),
    ("location", &["location", "location_id"]),
    ("supervisorEId", &["manager_id"]),
    ("workEmail", &["user_name", "work_email"]),
    ("homeEmail", &["personal_email"]),
    ("workPhone", &["work_phone"]),
    ("mobilePhone", &["mobile_phone"]),
    ("lastChanged", &["updated_at"]),
    ("originalHireDate", &["start_date"]),
];

/// What no account needs: by parts of any name, by parts of BambooHR's own names,
/// as a customer's pay group may well be needed, and by whole names.
const PERSONAL: [&str; 5] = ["birth", "gender", "marital", "ethnicity", "nationality"];
const PRIVATE: [&str; 5] = ["pay", "bonus", "address", "country", "bank"];
const WHOLE: [&str; 9] = ["ssn", "sin", "nin", "age", "city", "state", "statecode", "zipcode", "homephone"];

fn is_private(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let has = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
    has(&PERSONAL) || !name.starts_with("custom") && has(&PRIVATE) || WHOLE.contains(&&*name)
}

/// What a report is asked for: what the host uses, the customer's own fields
/// that the setting names, and those that the mapping does.
pub fn chosen(cx: &Context) -> Result<Vec<&str>> {
    let mut names: Vec<&str> = cx.fields_of(&FIELDS).collect();
    let setting = cx.setting("extra_fields");
    for name in cx.custom_fields(setting) {
        if is_private(name) {
            let entered = setting.list().any(|one| one == name);
            let wrong = if entered { setting } else { cx.setting("mapping") };
            return Err(wrong.wrong(&format!("may not have `{name}`: no account needs it")));
        }
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(names)
}

/// The kind of a field by the provider's word.
pub fn kind_of(word: Option<&str>) -> AttributeKind {
    match word.unwrap_or_default() {
        "date" => AttributeKind::Date,
        "int" | "integer" | "number" | "percentage" => AttributeKind::Number,
        "multilist" | "multi_list" => AttributeKind::Texts,
        _ => AttributeKind::Text,
    }
}

rollcall_sdk::shapes! {
    struct Definition<'a> { id: Text<'a>, name: Text<'a>, r#type: Text<'a>, alias: Text<'a>, deprecated: Flag }
}

/// Whatever a report can have and a worker has no place for.
pub fn discover(cx: &Context) -> Result<Vec<AttributeDefinition>> {
    let answer = crate::get(cx, "/api/v1/meta/fields", "definitions of fields").send()?;
    let definitions: Vec<Definition> = answer.json()?;
    // A sum of money is pay, and comes as an object.
    let is_usable = |one: &Definition| !one.deprecated.or(false) && one.r#type.as_str() != Some("currency");
    let own = definitions.into_iter().filter(is_usable).filter_map(|one| {
        // What has no alias tells by its label alone what it is.
        let is_hidden = is_private(one.alias.as_str().or(one.name.as_str()).unwrap_or_default());
        let name = one.alias.or(one.id).take()?;
        let is_own = !is_hidden && FIELDS.iter().all(|(known, _)| *known != name);
        let label = one.name.take().unwrap_or_else(|| name.clone());
        is_own.then(|| AttributeDefinition::new(name, label, kind_of(one.r#type.as_str())))
    });
    Ok(own.collect())
}
