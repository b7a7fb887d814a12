//! Workday, through its web services.

use serde_json::json;

use super::Allowed::Failure;
use super::{Changes, Elsewhere, Facts, SECRET, another_secret, plain_secret};

const UPSTREAMS: &[(&str, &str)] = &[("wd3-impl-services1.workday.com", "/workday")];

pub const FACTS: Facts = Facts {
    connector: "workday",
    stub: "workday",
    settings: || {
        vec![
            ("host", "wd3-impl-services1.workday.com".into()),
            ("tenant", "acme".into()),
            ("username", "ISU_Directory".into()),
            ("organization_types", "SUPERVISORY, COST_CENTER, COMPANY, TEAM".into()),
            ("integration_system_id", "Directory_Fields".into()),
            // Whoever is to come to the stub's company comes years ahead.
            ("future_hire_days", "4000".into()),
        ]
    },
    secret: || ("password", SECRET.into()),
    wrong_secret: another_secret,
    parts_of_secret: plain_secret,
    token: None,
    upstreams: UPSTREAMS,
    expected: |_, fields| {
        fields.insert("employment_type", json!("Full time"));
    },
    group_id: |_, id| id.to_owned(),
    states_total: true,
    changes: Changes::Changed,
    elsewhere: Some(Elsewhere { setting: ("tenant", "other"), upstreams: UPSTREAMS, says: "`tenant`" }),
    // There is no token that could be renewed: a password that was refused once
    // is not sent again, as that would lock the user out.
    faults: &[("expire-token:2", Failure(&["auth-failed"]))],
};
