//! BambooHR. People come from one kind of request, a report of chosen fields,
//! which has no pages: a page here is a report about some of the ids. Units
//! stand on people by name; the lists of values have their ids. It takes more
//! than a list with pages would: the ids of all, a report about some of them,
//! the list of changes and the lists of values have to fit together.

#![warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod changes;
mod employee;
mod fields;
mod report;
mod units;

use rollcall_sdk::prelude::*;
use rollcall_sdk::{SettingError, fault};

use report::{Page, Report};
use units::Units;

/// The host takes 5,000 memberships a page, and everybody may have three.
const LARGEST_PAGE: u32 = 1000;

pub struct BambooHr;

rollcall_sdk::export!(BambooHr);

/// Where a read is, and up to when it knows of changes.
#[derive(Serialize, Deserialize)]
struct At {
    turn: Turn,
    known: Since,
}

impl Shape for At {
    const SHAPE: &'static str = "bamboohr-people/1";
}

impl Connector for BambooHr {
    /// Nobody has changed since now, so that this report has nobody in it, and
    /// still says which fields the key may see.
    fn check(cx: &Context) -> Result<AccountInfo> {
        let names = fields::chosen(cx)?;
        let answer = report::unchanged(cx, &names, "connection test")?;
        let report: Report = answer.json()?;
        let id = cx.setting("company_domain").optional().map(str::to_owned);
        Ok(AccountInfo { id, warnings: report.hidden(&names), ..AccountInfo::default() })
    }

    fn discover(cx: &Context) -> Result<Vec<AttributeDefinition>> {
        fields::discover(cx)
    }

    fn groups(cx: &Context, _: Cursor) -> Result<GroupPage> {
        Ok(GroupPage::of(Units::read(cx)?.groups()))
    }

    fn memberships(cx: &Context, cursor: Cursor) -> Result<MembershipPage> {
        let units = Units::read(cx)?;
        let turn: Option<Turn> = cursor.get()?;
        let is_first = turn.is_none();
        let (ids, next) = turn.unwrap_or_default().take(report::everybody(cx)?, cx.page_size(LARGEST_PAGE));
        let page = Page { ids, is_first, is_listed: true };
        let memberships =
            report::about(cx, &units::FIELDS, &page, "memberships of some people", |one, _| {
                one.memberships(cx, &units)
            })?;
        Ok(MembershipPage::of(memberships.into_iter().flatten().collect()).next(next))
    }

    fn workers(cx: &Context, cursor: Cursor) -> Result<WorkerPage> {
        let since = cx.changes_since::<Since>()?;
        let (ids, deleted, known) = match since {
            None => (report::everybody(cx)?, Vec::new(), Since::now(cx)),
            Some(since) => changes::read(cx, since)?,
        };
        let at = cursor.get()?;
        let is_first = at.is_none();
        let deleted = if is_first { deleted } else { Vec::new() };
        let At { turn, known } = at.unwrap_or(At { turn: Turn::default(), known });
        let (ids, next) = turn.take(ids, cx.page_size(LARGEST_PAGE));
        let page = Page { ids, is_first, is_listed: since.is_none() };
        let workers = if page.ids.is_empty() { Vec::new() } else { employee::workers(cx, &page)? };
        let next = next.map(|turn| At { turn, known });
        Ok(WorkerPage { deleted, ..WorkerPage::of(workers) }.next(next).checkpoint(&known))
    }

    fn failure(answer: &Answer) -> Option<Failure> {
        match answer.status() {
            // No path has an id in it: what is not there is the company.
            404 => Some(Failure::BadSetting(SettingError {
                key: "company_domain".into(),
                why: "leads to no BambooHR account; enter the part before `.bamboohr.com`".into(),
            })),
            406 => Some(Failure::BadSetting(SettingError {
                key: "extra_fields".into(),
                why: "or the mapping has a field that BambooHR does not know".into(),
            })),
            503 if answer.header("retry-after").is_some() => Some(Failure::RateLimited(answer.retry_after())),
            _ => None,
        }
    }

    /// In a header; the body is empty or a page for people.
    fn reason(answer: &Answer) -> Option<String> {
        let said = answer.header("x-bamboohr-error-message").map(str::to_owned);
        said.or_else(|| fault::usual_reason(answer))
    }
}

/// Without the header an answer is XML.
fn get<'a>(cx: &'a Context, path: &str, purpose: &str) -> Call<'a> {
    cx.get("api", path).auth("key").purpose(purpose).header("accept", "application/json")
}
