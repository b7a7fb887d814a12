//! Microsoft Entra ID (formerly Azure AD) through Microsoft Graph v1.0. Longer
//! than most: an item of changes leaves out so much that most users are asked for
//! again; members come group by group, as many groups at once as a page can hold;
//! and administrative units stand beside the groups, in lists of their own.

#![warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod account;
mod changes;
mod groups;
mod memberships;
mod person;
mod question;
mod user;
mod users;

use rollcall_sdk::fault;
use rollcall_sdk::prelude::*;

pub struct EntraId;

rollcall_sdk::export!(EntraId);

impl Connector for EntraId {
    fn check(cx: &Context) -> Result<AccountInfo> {
        account::check(cx)
    }

    fn discover(cx: &Context) -> Result<Vec<AttributeDefinition>> {
        account::discover(cx)
    }

    fn groups(cx: &Context, cursor: Cursor) -> Result<GroupPage> {
        groups::groups(cx, &cursor)
    }

    fn memberships(cx: &Context, cursor: Cursor) -> Result<MembershipPage> {
        memberships::memberships(cx, &cursor)
    }

    fn workers(cx: &Context, cursor: Cursor) -> Result<WorkerPage> {
        users::workers(cx, &cursor)
    }

    fn failure(answer: &Answer) -> Option<Failure> {
        let path = answer.path().split('?').next().unwrap_or_default();
        let code = fault::reason_at(answer, &["/error/code"]).unwrap_or_default();
        // A delta token lives for seven days, or until the directory resets it.
        let stale = answer.status() == 410 || code.to_ascii_lowercase().starts_with("syncstate");
        if stale && path.contains("delta") {
            return Some(Failure::CheckpointExpired);
        }
        // Graph never says which permission it misses.
        (answer.status() == 403).then(|| {
            let reason = Self::reason(answer).map(|reason| format!(" ({reason})")).unwrap_or_default();
            Failure::PermissionMissing(format!("{}{reason}", permission_for(path)))
        })
    }

    /// The code says what happened, the message says more of it to people.
    fn reason(answer: &Answer) -> Option<String> {
        let at = |place| fault::reason_at(answer, &[place]);
        match (at("/error/code"), at("/error/message")) {
            (Some(code), Some(message)) => Some(format!("{code}: {message}")),
            (code, message) => code.or(message).or_else(|| at("/error_description")),
        }
    }
}

/// The application permission that a call needs.
fn permission_for(path: &str) -> &'static str {
    const PERMISSIONS: [(&str, &str); 4] = [
        ("/organization", "Organization.Read.All"),
        ("/directoryObjects/", "Directory.Read.All"),
        ("/administrativeUnits", "AdministrativeUnit.Read.All"),
        ("/groups", "GroupMember.Read.All"),
    ];
    let found = PERMISSIONS.iter().find(|(part, _)| path.contains(part));
    found.map_or("User.Read.All, and User-LifeCycleInfo.Read.All to read leave dates", |(_, name)| name)
}

/// A `GET` of a path of Graph.
fn get<'a>(cx: &'a Context, path: &str, purpose: &str) -> Result<Call<'a>> {
    Ok(cx.get("graph", format!("/v1.0{path}")).auth(slot(cx)?).purpose(purpose))
}

/// A next link or delta link. It carries all parameters of the first request,
/// and may hold characters that must not be encoded again.
fn follow<'a>(cx: &'a Context, link: &str, purpose: &str) -> Result<Call<'a>> {
    Ok(cx.follow("graph", link).auth(slot(cx)?).purpose(purpose))
}

/// The credential slots have the names of the options.
fn slot(cx: &Context) -> Result<&'static str> {
    cx.setting("sign_in").one_of(&["secret", "certificate"])
}

/// A list of Graph. It may be empty and still go on.
#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'a, T: Deserialize<'de>"))]
struct Page<'a, T> {
    value: Vec<T>,
    #[serde(default, rename = "@odata.nextLink")]
    next: Text<'a>,
    #[serde(default, rename = "@odata.deltaLink")]
    delta: Text<'a>,
}

rollcall_sdk::shapes! {
    /// A reference to an object of the directory.
    struct Object<'a> {
        id: Text<'a>,
        #[serde(rename = "@odata.type")]
        kind: Text<'a>,
        #[serde(rename = "displayName")]
        name: Text<'a>,
        /// In changes: the reference is gone.
        #[serde(rename = "@removed")]
        removed: Option<rollcall_sdk::json::Ignored>,
    }
}

impl Object<'_> {
    /// Users and whatever comes without a type, which lists of users do.
    fn is_user(&self) -> bool {
        self.kind.as_str().is_none_or(|kind| kind == "#microsoft.graph.user")
    }

    fn is_group(&self) -> bool {
        self.kind.as_str() == Some("#microsoft.graph.group")
    }
}
