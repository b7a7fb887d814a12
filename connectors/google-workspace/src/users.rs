//! Pages of users: first those there are, then those that were deleted lately.

use std::collections::BTreeMap;

use rollcall_sdk::prelude::*;

use crate::fields::{self, Rules};
use crate::user::User;
use crate::{Page, directory, of_account};

pub const LARGEST_PAGE: u32 = 500;
/// Each may have a manager of their own, who takes a request, and a call may
/// send 200.
const PAGE_WITH_MANAGERS: u32 = 190;

pub fn page(cx: &Context, cursor: &Cursor) -> Result<WorkerPage> {
    let at: Lists<Token> = cursor.read()?;
    let rules = Rules::read(cx)?;
    let include_guests = cx.setting("include_guests").boolean(false)?;
    let lists = if cx.setting("include_deleted").boolean(true)? { 2 } else { 1 };
    let deleted = at.list > 0;
    let managers_wanted =
        !deleted && cx.wants("manager_id") && cx.setting("resolve_managers").boolean(true)?;
    let largest = if managers_wanted { PAGE_WITH_MANAGERS } else { LARGEST_PAGE };
    let call = of_account(cx, directory(cx, "/users", if deleted { "deleted users" } else { "users page" }))
        .query("maxResults", cx.page_size(largest))
        .query_if("pageToken", at.at.get())
        .query("fields", fields::of(cx, &rules, deleted));
    let call = if deleted {
        // Replaces the normal list, so it takes a pass of its own.
        call.query("showDeleted", true)
    } else {
        // The basic profile is all but the custom schemas.
        call.query("projection", if rules.needs_custom(cx) { "full" } else { "basic" })
    };
    let answer = call.send()?;
    let page: Page<User> = Page::of(&answer)?;
    let managers = if managers_wanted { managers(cx, &page.items)? } else { BTreeMap::new() };
    let people = page.items.into_iter().filter(|user| include_guests || !user.is_guest_user.or(false));
    let worker = |user: User| {
        if deleted {
            return user.named(&answer, WorkerStatus::Terminated);
        }
        let manager = user.manager_mailbox().and_then(|address| managers.get(&address)?.clone());
        user.worker(cx, &answer, &rules, manager)
    };
    let workers = people.map(worker).collect::<Result<_>>()?;
    let next = at.at.after(page.next_page_token.as_str())?;
    Ok(WorkerPage::of(workers).next(at.after(next, lists)))
}

/// The ids of the managers of a page by the addresses that stand for them;
/// `None`: not a user that can be read. A relation holds an address, perhaps from
/// before a rename: it is looked for on the page itself, aliases included, and
/// what is not there is asked for one by one.
fn managers(cx: &Context, users: &[User]) -> Result<BTreeMap<String, Option<String>>> {
    let mut managers: BTreeMap<String, Option<String>> =
        users.iter().filter_map(User::manager_mailbox).map(|address| (address, None)).collect();
    if managers.is_empty() {
        return Ok(managers);
    }
    for user in users {
        for address in user.mailboxes() {
            if let Some(id) = managers.get_mut(&address) {
                *id = user.id.get();
            }
        }
    }
    let absent: Vec<_> = managers.iter_mut().filter(|(_, id)| id.is_none()).collect();
    let look_up = |address: &str| {
        directory(cx, &format!("/users/{}", segment(address)), "manager by address").query("fields", "id")
    };
    let answers = cx.fetch_all(absent.iter().map(|(address, _)| look_up(address)).collect());
    let mut unknown = 0;
    for ((_, id), answer) in absent.into_iter().zip(answers) {
        match answer {
            Ok(answer) => {
                let found = answer.json::<User>()?.id.get();
                *id = Some(found.ok_or_else(|| answer.invalid("id: missing"))?);
            }
            // No such user, one out of reach, or a text that is no address.
            Err(Failure::Upstream(400 | 404) | Failure::PermissionMissing(_)) => unknown += 1,
            Err(failure) => return Err(failure),
        }
    }
    if unknown > 0 {
        warn!("{unknown} managers of a page are no users that can be read");
    }
    Ok(managers)
}
