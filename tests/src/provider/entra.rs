//! Microsoft Entra ID.

use serde_json::json;

use super::Allowed::Failure;
use super::{Changes, Elsewhere, Facts, SECRET, another_secret, plain_secret};

pub const FACTS: Facts = Facts {
    connector: "entra-id",
    stub: "graph",
    settings: || {
        vec![
            ("tenant_id", "example.onmicrosoft.com".into()),
            ("client_id", "3f1c7c1e-7e0f-4f3a-8f6a-1b2c3d4e5f60".into()),
            ("include_guests", "true".into()),
            ("read_leave_date", "true".into()),
            ("read_administrative_units", "true".into()),
        ]
    },
    secret: || ("client_secret", SECRET.into()),
    wrong_secret: another_secret,
    parts_of_secret: plain_secret,
    token: Some("eyJ0eXAiOiJKV1Qi"),
    upstreams: &[("graph.microsoft.com", "/graph"), ("login.microsoftonline.com", "/login")],
    // A leave date that has passed says more than a disabled account.
    expected: |person, fields| {
        if person.end_date.is_some() {
            fields.insert("status", json!("terminated"));
        }
    },
    group_id: |kind, id| if kind == "org-unit" { format!("unit:{id}") } else { id.to_owned() },
    states_total: false,
    // The host cannot tell a link that the provider gave from one that the
    // connector made up, and holds to who asked.
    changes: Changes::ChangedAndGone,
    elsewhere: Some(Elsewhere {
        setting: ("tenant_id", "unknown.onmicrosoft.com"),
        upstreams: &[("graph.microsoft.com", "/graph"), ("login.microsoftonline.com", "/login")],
        says: "Tenant not found",
    }),
    faults: &[("foreign-next", Failure(&["denied"]))],
};
