//! Sesame HR.

use super::Allowed::{Either, Failure};
use super::{Changes, Elsewhere, Facts, SECRET, another_secret, plain_secret};

pub const FACTS: Facts = Facts {
    connector: "sesame-hr",
    stub: "sesame",
    settings: || vec![("region", "eu1".into()), ("contracts", "true".into()), ("absences", "true".into())],
    secret: || ("api_token", SECRET.into()),
    wrong_secret: another_secret,
    parts_of_secret: plain_secret,
    // The secret is the token.
    token: None,
    upstreams: &[("api-eu1.sesametime.com", "/sesame")],
    expected: |_, _| {},
    group_id: |_, id| id.to_owned(),
    // It says how many are active and how many are not, and never both.
    states_total: false,
    changes: Changes::None,
    elsewhere: Some(Elsewhere {
        setting: ("region", "mx1"),
        upstreams: &[("api-mx1.sesametime.com", "/sesame/elsewhere")],
        says: "region",
    }),
    faults: &[
        // A token that an admin entered cannot be renewed.
        ("expire-token:2", Either(&["auth-failed"])),
        // Of a list that becomes shorter somebody may be missing.
        ("changed-total:1", Failure(&["invalid-response"])),
    ],
};
