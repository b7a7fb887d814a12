//! Any SCIM 2.0 server.

use serde_json::json;

use super::Allowed::Either;
use super::{Changes, Elsewhere, Facts, SECRET, another_secret, plain_secret};

const HR: &str = "urn:example:params:scim:schemas:extension:hr:2.0:User";

pub const FACTS: Facts = Facts {
    connector: "scim",
    stub: "scim",
    settings: || {
        let path = |name: &str| format!("{HR}:{name}");
        let fields = json!({
            "status": path("employmentStatus"),
            "start_date": path("startDate"),
            "end_date": path("endDate"),
            "employment_type": "userType",
        });
        vec![
            ("base_url", "https://scim.example.com/scim/v2".into()),
            ("page_size", "1000".into()),
            ("incremental", "last-modified".into()),
            ("attribute_map", fields.to_string()),
        ]
    },
    secret: || ("token", SECRET.into()),
    wrong_secret: another_secret,
    parts_of_secret: plain_secret,
    // The secret is the token.
    token: None,
    upstreams: &[("scim.example.com", "")],
    expected: |person, fields| {
        if person.kind.as_deref() == Some("Guest") {
            fields.insert("employment_type", json!("External"));
        }
        fields.insert("status", json!(person.company_status));
        fields.insert("start_date", person.custom["startDate"].clone());
        fields.insert("end_date", person.custom["endDate"].clone());
    },
    group_id: |_, id| id.to_owned(),
    states_total: true,
    // A bearer token that an admin entered cannot be renewed.
    changes: Changes::Changed,
    elsewhere: Some(Elsewhere {
        setting: ("base_url", "https://scim.example.com/scim/v3"),
        upstreams: &[("scim.example.com", "")],
        says: "base_url",
    }),
    faults: &[("expire-token:2", Either(&["auth-failed"]))],
};
