//! SAP SuccessFactors, with Employee Central and with accounts alone.

use serde_json::json;

use super::Allowed::Failure;
use super::{ASSERTION_KEY, Changes, Elsewhere, Facts, parts_of_key};

pub const CENTRAL: Facts = Facts {
    connector: "sap-successfactors",
    stub: "successfactors",
    settings: || settings(&[("future_days", "365")]),
    secret: || ("private_key", ASSERTION_KEY.into()),
    // A key that is not registered.
    wrong_secret: || include_str!("../../../host/egress/testdata/client.key.pem").into(),
    parts_of_secret: parts_of_key,
    token: Some("sfoauth."),
    upstreams: &[("api012.successfactors.eu", "/successfactors")],
    expected: |person, fields| {
        let code = match person.kind.as_deref() {
            Some("Employee") => "REGULAR",
            Some("Contractor") => "EXTERNAL",
            _ => "VISITOR",
        };
        // It stands on the job, and so does the company.
        fields.insert("employment_type", json!(person.company.as_ref().map(|_| code)));
    },
    group_id: |kind, id| format!("{kind}:{id}"),
    states_total: false,
    changes: Changes::Changed,
    elsewhere: Some(Elsewhere {
        setting: ("company_id", "sfpart012345"),
        upstreams: &[("api012.successfactors.eu", "/successfactors")],
        says: "LGN0008",
    }),
    // The host cannot tell a link that the provider gave from one that the
    // connector made up, and holds to who asked.
    faults: &[("foreign-next", Failure(&["denied"]))],
};

pub const ACCOUNTS: Facts = Facts {
    stub: "successfactors-accounts",
    settings: || settings(&[("mode", "user_only")]),
    upstreams: &[("api012.successfactors.eu", "/successfactors-accounts")],
    expected: |_, fields| {
        fields.remove("employment_type");
    },
    elsewhere: Some(Elsewhere {
        setting: ("company_id", "sfpart012345"),
        upstreams: &[("api012.successfactors.eu", "/successfactors-accounts")],
        says: "LGN0008",
    }),
    ..CENTRAL
};

fn settings(more: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    let common = [
        ("api_server", "api012.successfactors.eu"),
        ("company_id", "SFPART012345"),
        ("client_id", "YzA4MTVhMTQtMDAwMC0wMDAw"),
        ("technical_user", "SFAPI"),
    ];
    common.iter().chain(more).map(|(key, value)| (*key, (*value).to_owned())).collect()
}
