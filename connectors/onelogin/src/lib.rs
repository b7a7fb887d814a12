//! OneLogin: users and roles through the second version of its API, groups
//! through the first. A little longer than most: the list of users leaves out
//! what it pleases, and whoever comes with gaps is read alone.

#![warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod groups;
mod user;
mod users;

use rollcall_sdk::prelude::*;
use rollcall_sdk::{SettingError, fault, json};

pub struct OneLogin;

rollcall_sdk::export!(OneLogin);

const USERS: &str = "/api/2/users";

impl Connector for OneLogin {
    fn check(cx: &Context) -> Result<AccountInfo> {
        let one = get(cx, USERS, "connection test").query("limit", 1).query("fields", "id");
        one.send()?.json::<Vec<json::Ignored>>()?;
        let keys = ["employee_number_attribute", "start_date_attribute", "end_date_attribute"];
        let named: Vec<&str> = keys.into_iter().filter_map(|key| cx.setting(key).optional()).collect();
        let known = if named.is_empty() { Vec::new() } else { Self::discover(cx)? };
        let unknown = named.into_iter().filter(|name| known.iter().all(|one| one.name != *name));
        let warnings = unknown.map(|name| format!("No custom user field has the short name `{name}`."));
        let name = cx.setting("subdomain").optional().map(str::to_owned);
        Ok(AccountInfo { name, warnings: warnings.collect(), ..AccountInfo::default() })
    }

    fn discover(cx: &Context) -> Result<Vec<AttributeDefinition>> {
        rollcall_sdk::shapes! { struct Definition<'a> { name: Text<'a>, shortname: Text<'a> } }
        let path = format!("{USERS}/custom_attributes");
        let answer = get(cx, &path, "custom attributes").send()?;
        let definitions = answer.json::<Vec<Definition>>()?.into_iter().filter_map(|one| {
            let name = one.shortname.take()?;
            let label = one.name.take().unwrap_or_else(|| name.clone());
            // Dates and numbers are texts as well.
            Some(AttributeDefinition::new(name, label, AttributeKind::Text))
        });
        Ok(definitions.collect())
    }

    fn groups(cx: &Context, cursor: Cursor) -> Result<GroupPage> {
        groups::groups(cx, &cursor)
    }

    fn memberships(cx: &Context, cursor: Cursor) -> Result<MembershipPage> {
        if cx.wanted_groups().is_empty() {
            users::memberships(cx, &cursor)
        } else {
            users::members(cx, &cursor)
        }
    }

    fn workers(cx: &Context, cursor: Cursor) -> Result<WorkerPage> {
        users::workers(cx, &cursor)
    }

    fn failure(answer: &Answer) -> Option<Failure> {
        match answer.status() {
            404 if answer.path() == USERS => {
                let why = "leads to no account of OneLogin".to_owned();
                Some(Failure::BadSetting(SettingError { key: "subdomain".to_owned(), why }))
            }
            403 => Some(Failure::PermissionMissing("Read Users".to_owned())),
            _ => None,
        }
    }

    /// The two versions have envelopes of their own.
    fn reason(answer: &Answer) -> Option<String> {
        fault::reason_at(answer, &["/message", "/status/message"])
    }
}

fn get<'a>(cx: &'a Context, path: &str, purpose: &str) -> Call<'a> {
    cx.get("onelogin", path).auth("onelogin").purpose(purpose)
}
