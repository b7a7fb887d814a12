//! Okta through its Management API. Longer than most: a manager may be named in
//! four ways and linked in a fifth, and each type of user has a schema.

#![warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod groups;
mod managers;
mod schema;
mod user;
mod users;

use rollcall_sdk::prelude::*;
use rollcall_sdk::{SettingError, fault, json};

pub struct Okta;

rollcall_sdk::export!(Okta);

const USERS: &str = "/api/v1/users";
const GROUPS: &str = "/api/v1/groups";
/// More is slower than two pages, says Okta.
const LARGEST_PAGE: u32 = 200;

impl Connector for Okta {
    fn check(cx: &Context) -> Result<AccountInfo> {
        users::everybody(cx, "connection test")?.query("limit", 1).send()?.json::<Vec<json::Ignored>>()?;
        let mut info = AccountInfo {
            name: cx.setting("okta_domain").optional().map(str::to_owned),
            ..AccountInfo::default()
        };
        if get(cx, GROUPS, "groups test")?.query("limit", 1).send_unless(&[403])?.is_none() {
            info.warnings
                .push("Groups and their members are not readable: okta.groups.read is missing.".into());
        }
        info.warnings.extend(managers::doubt(cx)?);
        info.warnings.extend(schema::doubts(cx)?);
        Ok(info)
    }

    fn discover(cx: &Context) -> Result<Vec<AttributeDefinition>> {
        schema::discover(cx)
    }

    fn groups(cx: &Context, cursor: Cursor) -> Result<GroupPage> {
        groups::groups(cx, &cursor)
    }

    fn memberships(cx: &Context, cursor: Cursor) -> Result<MembershipPage> {
        groups::memberships(cx, &cursor)
    }

    fn workers(cx: &Context, cursor: Cursor) -> Result<WorkerPage> {
        users::workers(cx, &cursor)
    }

    fn failure(answer: &Answer) -> Option<Failure> {
        let path = answer.path().split('?').next().unwrap_or_default();
        let wrong = |key: &str, why: String| Some(Failure::BadSetting(SettingError { key: key.into(), why }));
        match (answer.status(), fault::reason_at(answer, &["/errorCode"]).as_deref()) {
            (404, _) if path.ends_with(USERS) => {
                wrong("okta_domain", "leads to no organisation of Okta".into())
            }
            // The other search is of our making.
            (400, Some("E0000031")) if answer.purpose() != managers::BY_NAME => {
                wrong("user_search", Self::reason(answer).unwrap_or_else(|| "is no search of Okta".into()))
            }
            (403, _) => {
                let scope =
                    SCOPES.iter().find(|(part, _)| path.contains(part)).map_or("", |(_, scope)| *scope);
                let role = "and an administrator role that may read this";
                Some(Failure::PermissionMissing(format!("{scope}, {role}")))
            }
            _ => None,
        }
    }

    fn reason(answer: &Answer) -> Option<String> {
        fault::reason_at(answer, &["/errorCauses/0/errorSummary", "/errorSummary", "/error_description"])
    }
}

/// By a part of the path; the first that fits.
const SCOPES: [(&str, &str); 5] = [
    ("/linkedObjects/", "okta.linkedObjects.read"),
    ("/meta/schemas/", "okta.schemas.read"),
    ("/meta/types/", "okta.userTypes.read"),
    (GROUPS, "okta.groups.read"),
    (USERS, "okta.users.read"),
];

/// What users have that nobody here reads is left out.
const SMALL_USERS: &str =
    "application/json; okta-response=omitCredentials,omitCredentialsLinks,omitTransitioningToStatus";

fn dressed<'a>(cx: &Context, call: Call<'a>, purpose: &str) -> Result<Call<'a>> {
    let domain = cx.setting("okta_domain");
    // It answers with pages for people.
    if domain.required()?.contains("-admin.okta") {
        return Err(domain.wrong("is the host of the admin console; leave out `-admin`"));
    }
    Ok(call.auth("okta").purpose(purpose).header("content-type", SMALL_USERS))
}

fn get<'a>(cx: &'a Context, path: &str, purpose: &str) -> Result<Call<'a>> {
    dressed(cx, cx.get("okta", path), purpose)
}

/// A page of a list: the link that led here, or the first page of `path`.
fn page<'a>(cx: &'a Context, paging: &Token, path: &str, limit: u32, purpose: &str) -> Result<Call<'a>> {
    match paging.get() {
        // It has the parameters of the first page in it.
        Some(link) => dressed(cx, cx.follow("okta", link), purpose),
        None => Ok(get(cx, path, purpose)?.query("limit", limit)),
    }
}
