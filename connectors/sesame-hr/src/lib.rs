//! Sesame HR. The list of people has neither managers nor departments nor
//! offices: those are lists of pairs, which are read whole while they are short,
//! and else asked for each person.

#![warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod lists;
mod pairs;
mod people;

use rollcall_sdk::fault;
use rollcall_sdk::prelude::*;

use lists::{Row, every};

pub struct SesameHr;

rollcall_sdk::export!(SesameHr);

#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
struct Info<'a> {
    data: Company<'a>,
}

rollcall_sdk::shapes! {
    struct Company<'a> { company: Row<'a> }
}

impl Connector for SesameHr {
    fn check(cx: &Context) -> Result<AccountInfo> {
        let answer = call(cx, "/core/v3/info", "connection test").send()?;
        let Info { data: Company { company } } = answer.json()?;
        people::check(cx)?;
        Ok(AccountInfo { name: company.name.take(), id: company.id.take(), warnings: Vec::new() })
    }

    fn discover(cx: &Context) -> Result<Vec<AttributeDefinition>> {
        let mut all = Vec::new();
        every(cx, "/core/v3/custom-fields", &[], "custom fields", |field| {
            let Some(name) = field.slug.take() else { return };
            let label = field.name.take().unwrap_or_else(|| name.clone());
            all.push(AttributeDefinition { name, label, kind: AttributeKind::Text, options: Vec::new() });
        })?;
        Ok(all)
    }

    fn groups(cx: &Context, cursor: Cursor) -> Result<GroupPage> {
        lists::groups(cx, &cursor)
    }

    fn memberships(cx: &Context, cursor: Cursor) -> Result<MembershipPage> {
        lists::memberships(cx, &cursor)
    }

    fn workers(cx: &Context, cursor: Cursor) -> Result<WorkerPage> {
        people::workers(cx, &cursor)
    }

    /// Another region does not know the token, and a refusal does not name what
    /// it refuses: neither says more than that.
    fn failure(answer: &Answer) -> Option<Failure> {
        match answer.status() {
            401 => {
                let reason = Self::reason(answer).unwrap_or_else(|| answer.to_string());
                Some(Failure::AuthFailed(format!(
                    "{reason} (or the token is of another region than the setting `region` says)"
                )))
            }
            403 => Some(Failure::PermissionMissing(answer.purpose().to_owned())),
            _ => None,
        }
    }

    fn reason(answer: &Answer) -> Option<String> {
        fault::reason_at(answer, &["/error/message", "/error", "/message"])
    }
}

fn call<'a>(cx: &'a Context, path: impl Into<String>, purpose: &str) -> Call<'a> {
    cx.get("api", path).auth("token").header("accept", "application/json").purpose(purpose)
}
