//! What the contract asks of a record beyond its types.

use serde_json::Value as Json;

use crate::date;

/// Where a record breaks the contract's conventions: empty texts, dates and
/// instants in another form, a missing id.
pub fn breaches(record: &Json) -> Vec<String> {
    let mut found = Vec::new();
    walk("", record, &mut found);
    if record.get("type").and_then(Json::as_str) == Some("group") && record["name"].as_str() == Some("") {
        found.push("name is empty".into());
    }
    found
}

fn walk(path: &str, json: &Json, found: &mut Vec<String>) {
    match json {
        Json::String(text) => {
            let key = path.rsplit('.').next().unwrap_or_default();
            if text.trim().is_empty() {
                found.push(format!("{path} is empty"));
            } else if matches!(key, "start_date" | "end_date" | "date")
                && date::date(text).as_ref() != Some(text)
            {
                found.push(format!("{path} is not a date"));
            } else if matches!(key, "created_at" | "updated_at") && date::instant(text).is_none() {
                found.push(format!("{path} is not an instant"));
            }
        }
        Json::Object(fields) => {
            fields.iter().for_each(|(key, value)| walk(&format!("{path}.{key}"), value, found));
        }
        Json::Array(list) => {
            list.iter().enumerate().for_each(|(at, value)| walk(&format!("{path}[{at}]"), value, found));
        }
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn finds_what_breaks_the_conventions() {
        let worker = json!({"id": " ", "employment": {"start_date": "2026-1-1", "end_date": "2026-01-01"},
            "custom": [{"name": "x", "value": {"date": "tomorrow"}}], "created_at": "now"});
        let expected = [
            ".created_at is not an instant",
            ".custom[0].value.date is not a date",
            ".employment.start_date is not a date",
            ".id is empty",
        ];
        let mut found = breaches(&worker);
        found.sort();
        assert_eq!(found, expected);
    }
}
