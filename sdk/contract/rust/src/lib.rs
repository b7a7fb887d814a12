//! The contract suite's connector in Rust, which the others are compared with.
//! Each case of `sdk/contract/README.md` is a connector of its own here; the
//! setting `case` says which one answers.

#![warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod answers;
mod bug;
mod clock;
mod dates;
mod defaults;
mod failures;
mod log;
mod paging;
mod records;
mod requests;
mod settings;
mod states;
mod wanted;

use rollcall_sdk::fault;
use rollcall_sdk::prelude::*;

pub struct Contract;

rollcall_sdk::export!(Contract);

/// A case: the functions of its connector.
struct Case {
    name: &'static str,
    check: fn(&Context) -> Result<AccountInfo>,
    discover: fn(&Context) -> Result<Vec<AttributeDefinition>>,
    groups: fn(&Context, Cursor) -> Result<GroupPage>,
    memberships: fn(&Context, Cursor) -> Result<MembershipPage>,
    workers: fn(&Context, Cursor) -> Result<WorkerPage>,
}

const fn case<C: Connector>(name: &'static str) -> Case {
    Case {
        name,
        check: C::check,
        discover: C::discover,
        groups: C::groups,
        memberships: C::memberships,
        workers: C::workers,
    }
}

const CASES: &[Case] = &[
    case::<defaults::Defaults>("defaults"),
    case::<failures::Failures>("failures"),
    case::<failures::FailuresMore>("failures-more"),
    case::<failures::FetchErrors>("fetch-errors"),
    case::<failures::Statuses>("statuses"),
    case::<failures::Hooks>("hooks"),
    case::<answers::Answers>("answers"),
    case::<settings::Settings>("settings"),
    case::<clock::Clock>("clock"),
    case::<clock::Random>("random"),
    case::<wanted::Wanted>("wanted"),
    case::<states::Changes>("changes"),
    case::<states::Cursors>("cursor"),
    case::<log::Log>("log"),
    case::<log::LogLong>("log-long"),
    case::<requests::Requests>("requests"),
    case::<requests::FetchAll>("fetch-all"),
    case::<paging::NextLink>("next-link"),
    case::<paging::Offsets>("offset"),
    case::<paging::Tokens>("token"),
    case::<records::Records>("records"),
    case::<dates::Dates>("dates"),
    case::<bug::Bug>("bug"),
];

/// The case that the setting names.
fn played(cx: &Context) -> Result<&'static Case> {
    let name = cx.setting("case").required()?;
    let found = CASES.iter().find(|case| case.name == name);
    found.ok_or_else(|| cx.setting("case").wrong("names no case of the suite"))
}

impl Connector for Contract {
    fn check(cx: &Context) -> Result<AccountInfo> {
        (played(cx)?.check)(cx)
    }

    fn discover(cx: &Context) -> Result<Vec<AttributeDefinition>> {
        (played(cx)?.discover)(cx)
    }

    fn groups(cx: &Context, cursor: Cursor) -> Result<GroupPage> {
        (played(cx)?.groups)(cx, cursor)
    }

    fn memberships(cx: &Context, cursor: Cursor) -> Result<MembershipPage> {
        (played(cx)?.memberships)(cx, cursor)
    }

    fn workers(cx: &Context, cursor: Cursor) -> Result<WorkerPage> {
        (played(cx)?.workers)(cx, cursor)
    }

    fn failure(answer: &Answer) -> Option<Failure> {
        (answer.status() == 418).then_some(Failure::CheckpointExpired)
    }

    fn reason(answer: &Answer) -> Option<String> {
        fault::reason_at(answer, &["/why"]).or_else(|| fault::usual_reason(answer))
    }
}

/// A request as most cases send it.
fn get<'a>(cx: &'a Context, path: &str, purpose: &str) -> Call<'a> {
    // The one that can be refused where the path says so.
    let slot = if path == "/v1/sign-in" { "signed" } else { "token" };
    cx.get("api", path).auth(slot).purpose(purpose)
}

/// What a case saw, for the golden file: the warnings of a `check`.
fn saw(warnings: Vec<String>) -> Result<AccountInfo> {
    Ok(AccountInfo { warnings, ..AccountInfo::default() })
}
