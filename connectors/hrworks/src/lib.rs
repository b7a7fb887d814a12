//! HRworks. Everything about a person is in one list, the customer's own fields
//! among the provider's. Three things make it longer than such a list: old
//! accounts know superiors and units by number alone, units that are in use no
//! more are listed nowhere but on people, and people to come may be documents
//! of another kind.

#![warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod onboarding;
mod people;
mod person;
mod units;

use rollcall_sdk::fault;
use rollcall_sdk::json::Ignored;
use rollcall_sdk::prelude::*;

pub struct Hrworks;

rollcall_sdk::export!(Hrworks);

impl Connector for Hrworks {
    fn check(cx: &Context) -> Result<AccountInfo> {
        people::page(cx, &PageNumber::default(), "connection test")?.json::<people::List<Ignored>>()?;
        Ok(AccountInfo::default())
    }

    fn discover(cx: &Context) -> Result<Vec<AttributeDefinition>> {
        people::fields(cx)
    }

    fn groups(cx: &Context, cursor: Cursor) -> Result<GroupPage> {
        units::groups(cx, &cursor)
    }

    fn memberships(cx: &Context, cursor: Cursor) -> Result<MembershipPage> {
        units::memberships(cx, &cursor)
    }

    fn workers(cx: &Context, cursor: Cursor) -> Result<WorkerPage> {
        let lists: Lists<PageNumber> = cursor.read()?;
        let onboarding = usize::from(cx.setting("read_onboarding").boolean(false)?);
        let (workers, next) = match lists.list {
            0 => people::workers(cx, &lists.at)?,
            _ => (onboarding::workers(cx)?, None),
        };
        Ok(WorkerPage::of(workers).next(lists.after(next, 1 + onboarding)))
    }

    /// The type of an error says more than its status.
    fn failure(answer: &Answer) -> Option<Failure> {
        let kind = fault::reason_at(answer, &["/type"])?;
        let reason = Self::reason(answer).unwrap_or_else(|| kind.clone());
        match kind.as_str() {
            "PermissionDeniedError" => Some(Failure::PermissionMissing(answer.purpose().to_owned())),
            "InvalidBearerTokenError" | "InvalidCredentialsError" | "InvalidCustomerNumberError" => {
                Some(Failure::AuthFailed(reason))
            }
            _ => None,
        }
    }

    fn reason(answer: &Answer) -> Option<String> {
        fault::reason_at(answer, &["/errorMessage", "/type"])
    }
}

fn call<'a>(cx: &'a Context, path: &str, purpose: &str) -> Call<'a> {
    let call = cx.get("api", path).auth("token").purpose(purpose);
    // Without it an answer may come from a cache.
    call.header("accept", "application/json").header("cache-control", "no-cache")
}
