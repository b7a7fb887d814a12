//! OneLogin.

use serde_json::{Value, json};

use super::Allowed::Either;
use super::{Changes, Elsewhere, Facts, SECRET, another_secret, plain_secret};

pub const FACTS: Facts = Facts {
    connector: "onelogin",
    stub: "onelogin",
    settings: || {
        vec![
            ("subdomain", "acme".into()),
            ("client_id", "a1b2c3d4e5f60718293a4b5c6d7e8f90".into()),
            ("employee_number_attribute", "employee_no".into()),
            ("start_date_attribute", "hire_date".into()),
            ("end_date_attribute", "leave_date".into()),
            ("groups_are", "department".into()),
        ]
    },
    secret: || ("client_secret", SECRET.into()),
    wrong_secret: another_secret,
    parts_of_secret: plain_secret,
    token: Some("xx508xx63"),
    upstreams: &[("acme.onelogin.com", "/onelogin")],
    expected: |person, fields| {
        // The connection names the custom attributes that have the dates.
        fields.insert("start_date", json!(person.custom["hire_date"]));
        fields.insert("end_date", json!(person.custom["leave_date"]));
        fields.insert("employment_type", Value::Null);
        // Suspended, and past the last day.
        if person.company_status == "terminated" {
            fields.insert("status", json!("terminated"));
        }
    },
    group_id: |kind, id| if kind == "department" { format!("group:{id}") } else { format!("role:{id}") },
    states_total: true,
    changes: Changes::Changed,
    elsewhere: Some(Elsewhere {
        setting: ("subdomain", "nobody"),
        upstreams: &[("nobody.onelogin.com", "/nowhere")],
        says: "subdomain",
    }),
    // The empty page leads to the first one, and so in the end everybody comes.
    faults: &[("empty-first-next", Either(&["incomplete", "invalid-response"]))],
};
