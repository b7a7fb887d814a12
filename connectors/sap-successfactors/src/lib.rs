//! SAP SuccessFactors through OData v2.
//!
//! It takes more than most providers. There are two data models, Employee
//! Central (`people.rs`, `person.rs`) and accounts alone (`user.rs`). A person is
//! spread over a dozen entities, of which the employment and the slices of the
//! day have to be chosen. Units come as codes, and managers as the ids of their
//! accounts, which change (`lookup.rs`). A company has what it has configured,
//! and a request that names anything else is refused as a whole (`query.rs`).
//! What fields mean is in XML (`setup.rs`).

#![warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod lookup;
mod moment;
mod odata;
mod people;
mod person;
mod query;
mod reach;
mod setup;
mod units;
mod user;

use rollcall_sdk::prelude::*;
use rollcall_sdk::{SettingError, fault};

pub struct SuccessFactors;

rollcall_sdk::export!(SuccessFactors);

impl Connector for SuccessFactors {
    fn check(cx: &Context) -> Result<AccountInfo> {
        setup::check(cx)
    }

    fn discover(cx: &Context) -> Result<Vec<AttributeDefinition>> {
        setup::discover(cx)
    }

    fn groups(cx: &Context, cursor: Cursor) -> Result<GroupPage> {
        units::groups(cx, &cursor)
    }

    fn memberships(cx: &Context, cursor: Cursor) -> Result<MembershipPage> {
        people::memberships(cx, &cursor)
    }

    fn workers(cx: &Context, cursor: Cursor) -> Result<WorkerPage> {
        if users_only(cx)? { user::workers(cx, &cursor) } else { people::workers(cx, &cursor) }
    }

    /// A login error has a code, and the status 403 as often as 401.
    fn failure(answer: &Answer) -> Option<Failure> {
        let setting = |key: &str, why: &str| {
            Some(Failure::BadSetting(SettingError { key: key.into(), why: why.into() }))
        };
        let lacks = |what: &str| Some(Failure::PermissionMissing(what.to_owned()));
        match login_code(answer) {
            Some("0002") => lacks("the administrator's permission for OData"),
            Some("0004" | "0010") => {
                setting("auth_method", "is not allowed by this company, or not from here; choose oauth_saml")
            }
            Some("0008") => setting("company_id", "is not known to this server; mind upper and lower case"),
            Some("0009") => lacks("the OData interface, which is not switched on for this company"),
            Some(_) => Some(Failure::AuthFailed(Self::reason(answer).unwrap_or_else(|| answer.to_string()))),
            None if answer.status() == 403 => {
                let path = answer.path().split('?').next().unwrap_or_default();
                let entity = path.rsplit('/').find(|part| !part.starts_with('$')).unwrap_or_default();
                lacks(&format!("the right to read {entity} through OData"))
            }
            // How long SAP wants one to wait where it does not say.
            None if answer.status() == 429 => Some(Failure::RateLimited(answer.retry_after().or(Some(300)))),
            // A part of the interface that this company does not have is as one
            // that is not there.
            None if odata::is_not_there(answer) => Some(Failure::Upstream(404)),
            None => None,
        }
    }

    fn reason(answer: &Answer) -> Option<String> {
        fault::reason_at(answer, &["/error/message/value", "/errorMessage", "/error/message"])
    }
}

/// The number of a login error, `LGN0008`, wherever the answer has it.
fn login_code(answer: &Answer) -> Option<&str> {
    if !matches!(answer.status(), 401 | 403) {
        return None;
    }
    let (_, rest) = std::str::from_utf8(answer.body()).ok()?.split_once("LGN")?;
    rest.get(..4).filter(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
}

fn users_only(cx: &Context) -> Result<bool> {
    Ok(cx.setting("mode").one_of(&["employee_central", "user_only"])? == "user_only")
}
