//! Okta, with an API Services app.

use serde_json::json;

use super::Allowed::Failure;
use super::{ASSERTION_KEY, Changes, Elsewhere, Facts, parts_of_key};

pub const FACTS: Facts = Facts {
    connector: "okta",
    stub: "okta",
    settings: || {
        vec![
            ("okta_domain", "acme.okta.com".into()),
            ("client_id", "0oa1ab2cd3EF4gh5I6j7".into()),
            ("key_id", "SIGNING_KEY_1".into()),
            ("scopes", "okta.users.read okta.groups.read okta.userTypes.read okta.linkedObjects.read".into()),
            ("manager_relation", "manager".into()),
            ("start_date_attribute", "hireDate".into()),
            ("end_date_attribute", "leaveDate".into()),
        ]
    },
    secret: || ("private_key", ASSERTION_KEY.into()),
    // A key that Okta does not know.
    wrong_secret: || include_str!("../../../host/egress/testdata/client.key.pem").into(),
    parts_of_secret: parts_of_key,
    token: Some("eyJ0eXAiOiJKV1Qi"),
    upstreams: &[("acme.okta.com", "/okta")],
    // The connection names the custom attributes that have the dates.
    expected: |person, fields| {
        fields.insert("start_date", json!(person.custom["hireDate"]));
        fields.insert("end_date", json!(person.custom["leaveDate"]));
    },
    group_id: |_, id| id.to_owned(),
    states_total: false,
    changes: Changes::Changed,
    elsewhere: Some(Elsewhere {
        setting: ("okta_domain", "nobody.okta.com"),
        upstreams: &[("nobody.okta.com", "/nowhere")],
        says: "okta_domain",
    }),
    // A next link is followed as it is, and the host refuses a foreign one.
    faults: &[("foreign-next", Failure(&["denied"]))],
};
