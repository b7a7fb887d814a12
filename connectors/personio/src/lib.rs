//! Personio, through either generation of its interface. v1 gives everything
//! about a person in one list; v2 takes a request more for each person, and
//! lists for the names of units.

mod fields;
mod v1;
mod v2;

use rollcall_sdk::prelude::*;
use rollcall_sdk::{cursor, fault};

pub struct Personio;

rollcall_sdk::export!(Personio);

impl Connector for Personio {
    fn check(cx: &Context) -> Result<AccountInfo> {
        if is_v2(cx)? { v2::check(cx) } else { v1::check(cx) }
    }

    fn discover(cx: &Context) -> Result<Vec<AttributeDefinition>> {
        if is_v2(cx)? { v2::discover(cx) } else { v1::discover(cx) }
    }

    fn groups(cx: &Context, cursor: Cursor) -> Result<GroupPage> {
        if is_v2(cx)? { v2::groups(cx, &cursor) } else { v1::groups(cx, &cursor) }
    }

    fn memberships(cx: &Context, cursor: Cursor) -> Result<MembershipPage> {
        if is_v2(cx)? { v2::memberships(cx, &cursor) } else { v1::memberships(cx, &cursor) }
    }

    fn workers(cx: &Context, cursor: Cursor) -> Result<WorkerPage> {
        if is_v2(cx)? { v2::workers(cx, &cursor) } else { v1::workers(cx, &cursor) }
    }

    /// A v2 call answers 401 to a good token whose credential lacks the right.
    /// The host has got a fresh token by then, so the credential itself is good.
    fn failure(answer: &Answer) -> Option<Failure> {
        let lacks = answer.path().starts_with("/v2/") && matches!(answer.status(), 401 | 403);
        let scope =
            if answer.path().starts_with("/v2/persons") { "personio:persons:read" } else { answer.purpose() };
        lacks.then(|| Failure::PermissionMissing(scope.to_owned()))
    }

    fn reason(answer: &Answer) -> Option<String> {
        fault::reason_at(
            answer,
            &["/error/message", "/errors/0/detail", "/errors/0/title", "/error_description"],
        )
    }
}

fn is_v2(cx: &Context) -> Result<bool> {
    Ok(cx.setting("api_version").one_of(&["v1", "v2"])? == "v2")
}

/// A request with the headers by which the provider knows its partners.
fn call<'a>(cx: &'a Context, path: &str, slot: &str, purpose: &str) -> Call<'a> {
    cx.get("api", path)
        .auth(slot)
        .purpose(purpose)
        .header("accept", "application/json")
        .header_if("x-personio-partner-id", cx.setting("partner_id").optional())
        .header_if("x-personio-app-id", cx.setting("app_id").optional())
}

const STATUS: StatusTable = &[
    ("active", WorkerStatus::Active),
    ("onboarding", WorkerStatus::Pending),
    ("leave", WorkerStatus::OnLeave),
    ("inactive", WorkerStatus::Inactive),
];

/// The status of a word and the two dates that settle it. A status that is
/// missing or unknown removes nobody.
fn status_of(cx: &Context, word: &Text, start: &Text, end: &Text) -> WorkerStatus {
    let status = status::lookup_or(STATUS, word.as_str(), WorkerStatus::Active);
    status::settle(status, start.day(), end.day(), cx.today())
}

fn full_name(first: &Text, last: &Text) -> Option<String> {
    match (first.as_str(), last.as_str()) {
        (Some(first), Some(last)) => Some(format!("{first} {last}")),
        (first, last) => first.or(last).map(str::to_owned),
    }
}

/// The hours of a full position, where the provider does not say.
fn full_time_hours(cx: &Context) -> Result<Number> {
    let hours: Option<f64> = cx.setting("full_time_hours").parse("a number of hours")?;
    Ok(hours.map(Number::from).unwrap_or_default())
}

/// Units of different kinds may have the same number.
fn group_id(kind: GroupKind, id: &str) -> String {
    let kind = match kind {
        GroupKind::Department => "department",
        GroupKind::Team => "team",
        GroupKind::Location => "location",
        GroupKind::LegalEntity => "legal-entity",
        _ => "cost-center",
    };
    format!("{kind}:{id}")
}

/// Where a read of changes begins: when the last one began.
#[derive(Serialize, Deserialize)]
struct Since {
    millis: i64,
}

impl cursor::Shape for Since {
    const SHAPE: &'static str = "personio-since/1";
}
