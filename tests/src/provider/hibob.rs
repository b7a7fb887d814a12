//! HiBob.

use super::Allowed::{Either, Success};
use super::{Changes, Elsewhere, Facts, SECRET, another_secret, plain_secret};

/// Where the stub's company keeps what HiBob has no field for.
const TEAM: &str = "work.customColumns.column_1651169416681";
const COST_CENTER: &str = "work.customColumns.column_1651169416682";
const COMPANY: &str = "payroll.field_1651169416684";
const BADGE: &str = "work.custom.field_1651169416679";

pub const FACTS: Facts = Facts {
    connector: "hibob",
    stub: "hibob",
    settings: || {
        vec![
            ("service_user_id", "SERVICE-12345".into()),
            ("environment", "production".into()),
            ("team_field", TEAM.into()),
            ("cost_center_field", COST_CENTER.into()),
            ("company_field", COMPANY.into()),
            ("extra_fields", BADGE.into()),
        ]
    },
    secret: || ("service_user_token", SECRET.into()),
    wrong_secret: another_secret,
    parts_of_secret: plain_secret,
    // The secret is all there is.
    token: None,
    upstreams: &[("api.hibob.com", "/hibob")],
    expected: |_, _| {},
    group_id: |kind, id| format!("{kind}:{id}"),
    states_total: false,
    changes: Changes::None,
    elsewhere: Some(Elsewhere {
        setting: ("environment", "sandbox"),
        upstreams: &[("api.sandbox.hibob.com", "/hibob/elsewhere")],
        says: "environment",
    }),
    faults: &[
        // There are no pages, so there is no cursor to repeat.
        ("repeated-cursor", Success),
        // A token that an admin entered cannot be renewed.
        ("expire-token:2", Either(&["auth-failed"])),
    ],
};
