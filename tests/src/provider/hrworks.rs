//! HRworks.

use super::Allowed::Failure;
use super::{Changes, Facts, SECRET, another_secret, plain_secret};

pub const FACTS: Facts = Facts {
    connector: "hrworks",
    stub: "hrworks",
    settings: || vec![("access_key", "AbCd1234".into()), ("custom_fields", "*".into())],
    secret: || ("secret_access_key", SECRET.into()),
    wrong_secret: another_secret,
    parts_of_secret: plain_secret,
    token: Some("eyJ0eXAiOiJKV1Qi"),
    upstreams: &[("api.hrworks.de", "/hrworks")],
    expected: |_, _| {},
    group_id: |kind, id| format!("{kind}:{id}"),
    states_total: false,
    changes: Changes::None,
    elsewhere: None,
    // Of a link the number of the page is taken, which this one has not.
    faults: &[("foreign-next", Failure(&["invalid-response"]))],
};
