//! Pages of users: first those there are, then those that were deleted lately.

use rollcall_sdk::prelude::*;

use crate::user::{ALWAYS, FIELDS, Rules, STATUS, User};
use crate::{At, Page, Part, directory, of_account};

pub const LARGEST_PAGE: u32 = 500;

pub fn page(cx: &Context, cursor: &Cursor) -> Result<WorkerPage> {
    let at: At = cursor.get()?.unwrap_or(At::start(Part::Users));
    let deleted = at.part == Part::Deleted;
    let rules = Rules::read(cx)?;
    let include_guests = cx.setting("include_guests").boolean(false)?;
    let include_deleted = cx.setting("include_deleted").boolean(true)?;
    let managers_wanted = cx.wants("manager_id") && cx.setting("resolve_managers").boolean(true)?;
    let call = of_account(cx, directory(cx, "/users", if deleted { "deleted users" } else { "users page" }))
        .query("maxResults", cx.page_size(LARGEST_PAGE))
        .query_if("pageToken", at.paging.get())
        .query("fields", fields(cx, &rules, deleted));
    let call = if deleted {
        // Replaces the normal list, so it takes a pass of its own.
        call.query("showDeleted", true)
    } else {
        // The basic profile is all but the custom schemas.
        call.query("projection", if rules.needs_custom(cx) { "full" } else { "basic" })
    };
    let answer = call.send()?;
    let page: Page<User> = Page::of(&answer)?;
    let mut managers = if managers_wanted && !deleted { managers(cx, &page.items)? } else { Vec::new() };
    let people = page.items.into_iter().filter(|user| include_guests || !user.is_guest_user.or(false));
    let worker = |user: User| {
        if deleted {
            return user.named(&answer, WorkerStatus::Terminated);
        }
        let manager = user.manager_mailbox().and_then(|address| by_address(&mut managers, &address)?.clone());
        user.worker(cx, &answer, &rules, manager)
    };
    let workers = people.map(worker).collect::<Result<_>>()?;
    let deleted_next = (include_deleted && !deleted).then(|| At::start(Part::Deleted));
    let next = at.after(&page.next_page_token)?.or(deleted_next);
    Ok(WorkerPage::of(workers).next(next))
}

/// A partial response: what the host would drop does not even leave Google.
fn fields(cx: &Context, rules: &Rules, deleted: bool) -> String {
    let mut names = ALWAYS.to_vec();
    if !deleted {
        names.extend(STATUS);
        let wanted = |name: &str| if name.ends_with('.') { cx.wants_any(name) } else { cx.wants(name) };
        names.extend(
            FIELDS.iter().filter(|(_, made)| made.iter().any(|name| wanted(name))).map(|(name, _)| *name),
        );
        names.extend(rules.needs_custom(cx).then_some("customSchemas"));
    }
    format!("kind,nextPageToken,users({})", names.join(","))
}

/// Ids by address. There are few managers on a page: a search takes less than a
/// map would.
type Managers = Vec<(String, Option<String>)>;

fn by_address<'m>(managers: &'m mut Managers, address: &str) -> Option<&'m mut Option<String>> {
    managers.iter_mut().find(|(known, _)| known == address).map(|(_, id)| id)
}

/// Users by the addresses that stand for the managers of a page. A relation
/// holds an address, perhaps from before a rename: it is looked for on the page
/// itself, aliases included, and what is not there is asked for one by one.
fn managers(cx: &Context, users: &[User]) -> Result<Managers> {
    let mut managers = Managers::new();
    for address in users.iter().filter_map(User::manager_mailbox) {
        if by_address(&mut managers, &address).is_none() {
            managers.push((address, None));
        }
    }
    if managers.is_empty() {
        return Ok(managers);
    }
    for user in users {
        for address in user.mailboxes() {
            if let Some(id) = by_address(&mut managers, &address) {
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
