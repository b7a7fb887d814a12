//! Personio, through its first interface.

use serde_json::json;

use super::{Changes, Facts, SECRET, another_secret, plain_secret};

pub const FACTS: Facts = Facts {
    connector: "personio",
    stub: "personio",
    settings: || {
        vec![("client_id", "papi-12345678".into()), ("fields", "employee_number=dynamic_24408".into())]
    },
    secret: || ("client_secret", SECRET.into()),
    wrong_secret: another_secret,
    parts_of_secret: plain_secret,
    token: Some("papi-v1-"),
    upstreams: &[("api.personio.de", "/personio")],
    expected: |person, fields| {
        let internal = if person.kind.as_deref() == Some("Employee") { "internal" } else { "external" };
        fields.insert("employment_type", json!(internal));
    },
    group_id: |kind, id| format!("{kind}:{id}"),
    states_total: true,
    changes: Changes::Changed,
    elsewhere: None,
    faults: &[],
};
