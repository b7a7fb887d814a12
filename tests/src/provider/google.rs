//! Google Workspace.

use serde_json::json;

use super::{ASSERTION_KEY, Changes, Facts, parts_of_key};

pub const FACTS: Facts = Facts {
    connector: "google-workspace",
    stub: "google",
    settings: || {
        vec![
            ("admin_email", "reader@example.com".into()),
            ("include_guests", "true".into()),
            ("never_logged_in_is_pending", "true".into()),
            ("start_date_field", "HR.hireDate".into()),
            ("end_date_field", "HR.leaveDate".into()),
            ("buildings", "true".into()),
        ]
    },
    secret: || ("service_account_json", service_account()),
    wrong_secret: || service_account().replace("reader@example.iam.gserviceaccount.com", "nobody"),
    parts_of_secret: parts_of_key,
    token: Some("ya29."),
    upstreams: &[("admin.googleapis.com", "/google"), ("oauth2.googleapis.com", "/google-oauth")],
    expected: |person, fields| {
        if !person.custom["HR.leaveDate"].is_null() {
            fields.insert("status", json!("terminated"));
        }
        // The connection names the custom attributes that have the dates.
        fields.insert("start_date", person.custom["HR.hireDate"].clone());
        fields.insert("end_date", person.custom["HR.leaveDate"].clone());
    },
    group_id: |kind, id| if kind == "location" { format!("building:{id}") } else { id.to_owned() },
    states_total: false,
    changes: Changes::None,
    elsewhere: None,
    faults: &[],
};

fn service_account() -> String {
    let key = json!({
        "type": "service_account",
        "project_id": "example",
        "private_key_id": "0123456789abcdef",
        "private_key": ASSERTION_KEY,
        "client_email": "reader@example.iam.gserviceaccount.com",
        "client_id": "100000000000000000001",
        "token_uri": "https://oauth2.googleapis.com/token",
    });
    key.to_string()
}
