//! Factorial.

use super::Allowed::Either;
use super::{Changes, Facts, SECRET, another_secret, plain_secret};

pub const FACTS: Facts = Facts {
    connector: "factorial",
    stub: "factorial",
    settings: || vec![("departments", "top-team".into()), ("leaves", "true".into())],
    secret: || ("api_key", SECRET.into()),
    wrong_secret: another_secret,
    parts_of_secret: plain_secret,
    // The secret is what is sent.
    token: None,
    upstreams: &[("api.factorialhr.com", "/factorial")],
    expected: |_, _| {},
    group_id: |kind, id| format!("{kind}:{id}"),
    states_total: true,
    changes: Changes::Changed,
    elsewhere: None,
    faults: &[
        // The cursor of an empty page leads on, to everybody.
        ("empty-first-next", Either(&["incomplete", "invalid-response"])),
        // A key that an admin entered cannot be renewed, and is not.
        ("expire-token:2", Either(&["auth-failed"])),
    ],
};
