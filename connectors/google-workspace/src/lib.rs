//! Google Workspace through the Directory API of the Admin SDK: users, groups,
//! org units, buildings and custom schemas. Longer than most: a profile is made
//! of lists, of whose entries one has to be chosen; a manager is an address, which
//! may be an old one; and groups have lists of members, where the people of an org
//! unit or a building are found by what they say of themselves.

#![warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod account;
mod entry;
mod fields;
mod groups;
mod members;
mod places;
mod user;
mod users;

use rollcall_sdk::fault;
use rollcall_sdk::prelude::*;

pub struct GoogleWorkspace;

rollcall_sdk::export!(GoogleWorkspace);

impl Connector for GoogleWorkspace {
    fn check(cx: &Context) -> Result<AccountInfo> {
        account::check(cx)
    }

    fn discover(cx: &Context) -> Result<Vec<AttributeDefinition>> {
        account::discover(cx)
    }

    fn workers(cx: &Context, cursor: Cursor) -> Result<WorkerPage> {
        users::page(cx, &cursor)
    }

    fn groups(cx: &Context, cursor: Cursor) -> Result<GroupPage> {
        groups::page(cx, &cursor)
    }

    fn memberships(cx: &Context, cursor: Cursor) -> Result<MembershipPage> {
        members::page(cx, &cursor)
    }

    /// Google says 403 both to too many requests and to a right that is missing.
    fn failure(answer: &Answer) -> Option<Failure> {
        if answer.status() != 403 {
            return None;
        }
        let reason = fault::reason_at(answer, &["/error/errors/0/reason"]).unwrap_or_default();
        Some(match reason.as_str() {
            "userRateLimitExceeded" | "rateLimitExceeded" | "quotaExceeded" | "dailyLimitExceeded" => {
                Failure::RateLimited(answer.retry_after())
            }
            "accessNotConfigured" => Failure::PermissionMissing(
                "the Admin SDK API is not enabled in the Google Cloud project of the service account".into(),
            ),
            _ => Failure::PermissionMissing(format!(
                "{}: `admin_email` has to be an administrator whose role may read this, and the client id of the \
                 service account has to be authorised for the scope",
                scope_of(answer.path())
            )),
        })
    }
}

const ROOT: &str = "/admin/directory/v1";

/// The scope that a path needs.
fn scope_of(path: &str) -> String {
    let path = path.strip_prefix(ROOT).unwrap_or(path);
    let name = match (path.split('/').nth(1), path.rsplit('/').next()) {
        (Some("groups"), Some("members")) => "group.member",
        (Some("groups"), _) => "group",
        (Some("customer"), Some("orgunits")) => "orgunit",
        (Some("customer"), Some("schemas")) => "userschema",
        (Some("customer"), _) => "resource.calendar",
        (Some("customers"), _) => "customer",
        _ => "user",
    };
    scope(name)
}

fn scope(name: &str) -> String {
    format!("https://www.googleapis.com/auth/admin.directory.{name}.readonly")
}

fn directory<'a>(cx: &'a Context, path: &str, purpose: &str) -> Call<'a> {
    cx.get("directory", format!("{ROOT}{path}"))
        .auth("directory")
        .purpose(purpose)
        .query("prettyPrint", false)
}

fn of_customer<'a>(cx: &'a Context, what: &str, purpose: &str) -> Call<'a> {
    directory(cx, &format!("/customer/{}/{what}", segment(customer(cx))), purpose)
}

fn customer(cx: &Context) -> &str {
    cx.setting("customer").or("my_customer")
}

/// Users and groups are asked for by the customer or by one domain: with
/// neither the answer is 400, and the two exclude each other.
fn of_account<'a>(cx: &'a Context, call: Call<'a>) -> Call<'a> {
    match cx.setting("domain").optional() {
        Some(domain) => call.query("domain", domain),
        None => call.query("customer", customer(cx)),
    }
}

/// One page of any list. The key of the list is missing where it is empty, so
/// `kind` is what tells an empty list from an answer of something else.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", bound(deserialize = "'de: 'a, T: Deserialize<'de>"))]
struct Page<'a, T> {
    kind: Text<'a>,
    #[serde(default, alias = "users", alias = "groups", alias = "members")]
    #[serde(alias = "organizationUnits", alias = "schemas", alias = "buildings")]
    items: Vec<T>,
    #[serde(default)]
    next_page_token: Text<'a>,
}

impl<'a, T: Deserialize<'a>> Page<'a, T> {
    fn of(answer: &'a Answer) -> Result<Self> {
        let page: Self = answer.json()?;
        let known = page.kind.as_str().is_some_and(|kind| kind.starts_with("admin#directory#"));
        if known { Ok(page) } else { Err(answer.invalid("kind: not one of the Directory API")) }
    }
}
