//! Custom attributes: what a user has beyond the fields of a worker.

use rollcall_sdk::prelude::*;

use crate::json::Json;
use crate::user::{ENTERPRISE, User};

/// Core attributes that a worker has no field for.
pub const CORE: [(&str, &str, AttributeKind); 4] = [
    ("externalId", "External id", AttributeKind::Text),
    ("roles", "Roles", AttributeKind::Texts),
    ("entitlements", "Entitlements", AttributeKind::Texts),
    ("profileUrl", "Profile URL", AttributeKind::Text),
];

/// Members of the enterprise extension that are fields of a worker.
const FIELDS: [&str; 6] =
    ["employeeNumber", "costCenter", "organization", "division", "department", "manager"];

/// Whether an attribute of this name is never read: secrets, pictures, birth
/// dates and national numbers.
pub fn is_private(name: &str) -> bool {
    const PARTS: [&str; 7] =
        ["password", "x509", "photo", "birth", "nationalid", "socialsecurity", "passport"];
    const NAMES: [&str; 5] = ["ims", "ssn", "bsn", "taxid", "insz"];
    let name: String =
        name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    PARTS.iter().any(|part| name.contains(part)) || NAMES.contains(&&*name)
}

/// The name of a member of an extension: what tells its URN from others, and
/// the member. `urn:example:params:scim:schemas:extension:hr:2.0:User` and
/// `badge` become `hr:badge`. In lower case, since servers differ in that.
pub fn named(urn: &str, member: &str) -> String {
    let urn = urn.to_ascii_lowercase();
    let own = urn.rsplit_once("extension:").map(|(_, own)| own).or(urn.strip_prefix("urn:")).unwrap_or(&urn);
    let is_version = |part: &str| part.chars().all(|c| c.is_ascii_digit() || c == '.');
    let parts = own.split(':').filter(|part| *part != "user" && !is_version(part));
    parts.chain([member]).collect::<Vec<_>>().join(":")
}

pub fn is_member(urn: &str, name: &str) -> bool {
    let known =
        urn.eq_ignore_ascii_case(ENTERPRISE) || urn.starts_with("urn:scim:schemas:extension:enterprise");
    let is_field = known && FIELDS.iter().any(|field| field.eq_ignore_ascii_case(name));
    !is_field && !is_private(name)
}

/// A value for a record. A text that is nothing but a day, or the midnight of
/// one in UTC, is a date.
pub fn value(json: &Json) -> Option<Value> {
    Some(match json {
        Json::Null => return None,
        Json::Flag(flag) => Value::Boolean(*flag),
        Json::Number(number) => Value::Number(*number),
        Json::Text(text) => match text.split_once('T').unwrap_or((text, "")) {
            (day, "" | "00:00:00Z" | "00:00:00.000Z" | "00:00:00+00:00") if day.len() == 10 => {
                date(day).map_or_else(|| Value::Text(text.to_string()), Value::Date)
            }
            _ => Value::Text(text.to_string()),
        },
        Json::List(items) => {
            let texts: Vec<String> = items.iter().filter_map(Json::text).collect();
            return (!texts.is_empty()).then_some(Value::Texts(texts));
        }
        Json::Object(_) => return value(json.get("value")),
    })
}

pub fn attributes(cx: &Context, user: &User) -> Vec<CustomAttribute> {
    let mut all: Vec<CustomAttribute> = Vec::new();
    if !cx.wants_any("custom.") {
        return all;
    }
    let mut add = |name: String, json: &Json| {
        let known = all.iter().any(|other| other.name == name);
        let value = if known || !cx.wants_custom(&name) { None } else { value(json) };
        all.extend(value.map(|value| CustomAttribute { name, value }));
    };
    for (key, json) in user.members() {
        if let Some((name, ..)) = CORE.iter().find(|(name, ..)| name.eq_ignore_ascii_case(key)) {
            add((*name).to_owned(), json);
            continue;
        }
        let is_urn = key.get(..4).is_some_and(|begin| begin.eq_ignore_ascii_case("urn:"));
        if !is_urn || key.to_ascii_lowercase().contains(":schemas:core:") {
            continue;
        }
        // The members of an extension, or one of them under its whole name.
        if let (Some((urn, member)), true) = (key.rsplit_once(':'), json.members().is_empty()) {
            if is_member(urn, member) {
                add(named(urn, member), json);
            }
        }
        for (member, json) in json.members().iter().filter(|(member, _)| is_member(key, member)) {
            let name = named(key, member);
            for (sub, json) in json.members().iter().filter(|(sub, _)| !is_private(sub)) {
                add(format!("{name}.{sub}"), json);
            }
            add(name, json);
        }
    }
    all
}
