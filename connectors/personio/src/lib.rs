//! Personio, through either generation of its interface. v1 gives everything
//! about a person in one list; v2 takes a request more for each person, and
//! lists for the names of units.

#![warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod fields;
mod profile;
mod v1;
mod v2;

use rollcall_sdk::fault;
use rollcall_sdk::prelude::*;

pub struct Personio;

rollcall_sdk::export!(Personio);

impl Connector for Personio {
    fn check(cx: &Context) -> Result<AccountInfo> {
        let fields = fields::FieldMap::read(cx)?;
        fields::full_time_hours(cx)?;
        if is_v2(cx)? { v2::setup::check(cx, &fields) } else { v1::setup::check(cx, &fields) }
    }

    fn discover(cx: &Context) -> Result<Vec<AttributeDefinition>> {
        if is_v2(cx)? { v2::setup::discover(cx) } else { v1::setup::discover(cx) }
    }

    fn groups(cx: &Context, cursor: Cursor) -> Result<GroupPage> {
        if is_v2(cx)? { v2::units::groups(cx, &cursor) } else { v1::groups(cx, &cursor) }
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
        lacks.then(|| Failure::PermissionMissing(permission(answer.path(), answer.purpose())))
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

/// What lets a credential of v2 read this.
fn permission(path: &str, purpose: &str) -> String {
    match path {
        path if path.starts_with("/v2/persons") => "personio:persons:read".to_owned(),
        "/v2/org-units" => "personio:org-units:read".to_owned(),
        _ => format!("the right to read {purpose}"),
    }
}

/// A request with the headers by which the provider knows its partners. Each
/// version has a host alias, for its own rate, and a slot, both of its name.
fn call<'a>(cx: &'a Context, path: &str, version: &str, purpose: &str) -> Call<'a> {
    cx.get(version, path)
        .auth(version)
        .purpose(purpose)
        .header("accept", "application/json")
        .header_if("x-personio-partner-id", cx.setting("partner_id").optional())
        .header_if("x-personio-app-id", cx.setting("app_id").optional())
}

/// A warning of the connection test.
fn not_readable(attribute: &str) -> String {
    format!("The attribute `{attribute}` is not marked readable for this API credential.")
}
