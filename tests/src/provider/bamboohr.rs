//! BambooHR.

use serde_json::{Value, json};

use super::Allowed::{Either, Success};
use super::{Changes, Elsewhere, Facts, SECRET, another_secret, plain_secret};

pub const FACTS: Facts = Facts {
    connector: "bamboohr",
    stub: "bamboohr",
    settings: || vec![("company_domain", "example".into())],
    secret: || ("api_key", SECRET.into()),
    wrong_secret: another_secret,
    parts_of_secret: plain_secret,
    // The secret is all there is.
    token: None,
    upstreams: &[("example.bamboohr.com", "/bamboohr")],
    expected: |person, fields| {
        let employment = match (&*person.status, person.kind.as_deref()) {
            ("on-leave", _) => "Leave of Absence",
            ("terminated", _) => "Terminated",
            (_, Some("Employee")) => "Full-Time",
            _ => "Contractor",
        };
        fields.insert("employment_type", json!(employment));
        // There are no teams, and what else a company is parted into is custom.
        for name in ["team", "company", "cost_center"] {
            fields.insert(name, Value::Null);
        }
    },
    group_id: |kind, id| format!("{kind}:{id}"),
    states_total: false,
    changes: Changes::ChangedAndGone,
    elsewhere: Some(Elsewhere {
        setting: ("company_domain", "nobody"),
        upstreams: &[("nobody.bamboohr.com", "/nobody")],
        says: "company_domain",
    }),
    faults: &[
        // There are no pages, so there is no cursor to repeat.
        ("repeated-cursor", Success),
        // A key that an admin entered cannot be renewed.
        ("expire-token:2", Either(&["auth-failed"])),
    ],
};
