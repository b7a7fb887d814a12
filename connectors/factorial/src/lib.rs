//! Factorial. The list of people has ids of units and little else: contracts,
//! names of units, teams, cost centers, custom fields and leaves are ten more
//! lists, to be joined to it. That is why this takes more than most connectors.

#![warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod beside;
mod people;
mod rows;
mod units;

use rollcall_sdk::fault;
use rollcall_sdk::prelude::*;

use rows::Page;

pub struct Factorial;

rollcall_sdk::export!(Factorial);

rollcall_sdk::shapes! {
    struct Credential<'a> { company_id: Text<'a>, legal_name: Text<'a>, name: Text<'a> }
}

impl Connector for Factorial {
    fn check(cx: &Context) -> Result<AccountInfo> {
        let answer = call(cx, "/api_public/credentials", "connection test").send()?;
        let page: Page<Credential> = answer.json()?;
        let credential = page.data.into_iter().next().unwrap_or_default();
        Ok(AccountInfo {
            name: credential.legal_name.or(credential.name).take(),
            id: credential.company_id.take(),
            warnings: Vec::new(),
        })
    }

    fn discover(cx: &Context) -> Result<Vec<AttributeDefinition>> {
        Ok(beside::fields(cx)?.into_values().collect())
    }

    fn groups(cx: &Context, cursor: Cursor) -> Result<GroupPage> {
        units::groups(cx, &cursor)
    }

    fn memberships(cx: &Context, cursor: Cursor) -> Result<MembershipPage> {
        units::memberships(cx, &cursor)
    }

    fn workers(cx: &Context, cursor: Cursor) -> Result<WorkerPage> {
        people::workers(cx, &cursor)
    }

    /// The lists of the finance module are the ones that can be done without.
    fn failure(answer: &Answer) -> Option<Failure> {
        let purpose = answer.purpose();
        let is_finance = purpose.starts_with("cost centers") || purpose.ends_with("cost centers");
        (answer.status() == 403 && is_finance).then(|| {
            Failure::PermissionMissing(format!(
                "{purpose}: the scope `finance`, or the module (without it set `cost_centers` to `false`)"
            ))
        })
    }

    fn reason(answer: &Answer) -> Option<String> {
        fault::reason_at(answer, &["/message", "/error"])
    }
}

/// A request; paths are below the version of the interface.
fn call<'a>(cx: &'a Context, path: &str, purpose: &str) -> Call<'a> {
    cx.get("api", path).auth("key").header("accept", "application/json").purpose(purpose)
}
