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
use rollcall_sdk::prelude::*;

pub struct Hrworks;

rollcall_sdk::export!(Hrworks);

/// Where a read of workers is: in the pages of the people, or in the documents.
#[derive(Default, Serialize, Deserialize)]
struct At {
    page: PageNumber,
    turn: Turn,
}

impl Shape for At {
    const SHAPE: &'static str = "hrworks/1";
}

impl Connector for Hrworks {
    fn check(cx: &Context) -> Result<AccountInfo> {
        let first = PageNumber::default();
        people::read(cx, &first, &people::page(cx, &first, "connection test")?)?;
        if cx.setting("read_onboarding").boolean(false)? {
            onboarding::list(cx, "onboarding test")?;
        }
        Ok(AccountInfo { warnings: units::refused(cx)?, ..AccountInfo::default() })
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
        let lists: Lists<At> = cursor.read()?;
        let At { page, turn } = &lists.at;
        let onboarding = usize::from(cx.setting("read_onboarding").boolean(false)?);
        let (workers, next) = if lists.list == 0 {
            let (workers, page) = people::workers(cx, page)?;
            (workers, page.map(|page| At { page, ..At::default() }))
        } else {
            let (workers, turn) = onboarding::workers(cx, turn)?;
            (workers, turn.map(|turn| At { turn, ..At::default() }))
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
