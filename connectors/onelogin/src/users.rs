//! The list of users, of which workers and memberships are made.

use std::collections::BTreeMap;

use rollcall_sdk::json::Keys;
use rollcall_sdk::prelude::*;

use crate::user::User;
use crate::{USERS, get, groups};

const LARGEST_PAGE: u32 = 100;
/// The clocks of both sides may differ.
const OVERLAP_MINUTES: u32 = 5;

/// What makes a worker. Without being asked the list has only a part of it.
const FIELDS: &str = "id,username,email,firstname,lastname,title,department,company,phone,status,state,\
    manager_user_id,external_id,preferred_locale_code,custom_attributes,created_at,updated_at";
/// Those of it that the list leaves out unless it is asked.
const ASKED: [&str; 5] = ["title", "department", "company", "manager_user_id", "custom_attributes"];

/// Where a read is, and when it began.
#[derive(Serialize, Deserialize)]
struct At {
    paging: Token,
    began: Since,
}

impl Shape for At {
    const SHAPE: &'static str = "onelogin-users/1";
}

/// A page of users with these fields, where it goes on, and how many there are.
struct Read {
    answer: Answer,
    next: Option<At>,
    began: Since,
    total: Option<u64>,
}

fn read(cx: &Context, cursor: &Cursor, fields: &str, purpose: &str) -> Result<Read> {
    let At { paging, began } =
        cursor.get()?.unwrap_or_else(|| At { paging: Token::default(), began: Since::now(cx) });
    let since = cx.changes_since::<Since>()?.map(|since| since.less_minutes(OVERLAP_MINUTES));
    let call = get(cx, USERS, purpose).query("limit", cx.page_size(LARGEST_PAGE)).query("fields", fields);
    let answer = call.query_if("updated_since", since).query_if("cursor", paging.get()).send()?;
    let next = paging.after(answer.header("after-cursor"))?.map(|paging| At { paging, began });
    let total = answer.header("total-count").and_then(|total| total.trim().parse().ok());
    Ok(Read { next, began, total, answer })
}

pub fn workers(cx: &Context, cursor: &Cursor) -> Result<WorkerPage> {
    let inactive = cx.setting("include_inactive").boolean(true)?;
    let Read { answer, next, began, total } = read(cx, cursor, FIELDS, "users page")?;
    let mut page = WorkerPage::default();
    let whole = in_full(cx, &answer, &ASKED)?;
    for (nth, user) in answer.json::<Vec<User>>()?.into_iter().enumerate() {
        let worker = match whole.get(&nth) {
            Some(answer) => answer.json::<User>()?.worker(cx, answer)?,
            None => user.worker(cx, &answer)?,
        };
        if inactive || matches!(worker.status, WorkerStatus::Active) {
            page.workers.push(worker);
        } else if cx.changes_since::<Since>()?.is_some() {
            page.deleted.push(worker.id);
        }
    }
    Ok(page.next(next).checkpoint(&began).total(total.filter(|_| inactive)))
}

/// A user has roles, and one group at most.
pub fn memberships(cx: &Context, cursor: &Cursor) -> Result<MembershipPage> {
    let Read { answer, next, .. } = read(cx, cursor, "id,role_ids,group_id", "memberships of a users page")?;
    let whole = in_full(cx, &answer, &["role_ids", "group_id"])?;
    let mut memberships = Vec::new();
    for (nth, user) in answer.json::<Vec<User>>()?.into_iter().enumerate() {
        let user = match whole.get(&nth) {
            Some(answer) => answer.json()?,
            None => user,
        };
        let id = user.id.as_str().ok_or_else(|| answer.invalid("a user has no `id`"))?;
        let roles = user.role_ids.iter().filter_map(|role| Some(groups::role_id(role.as_str()?)));
        let group = user.group_id.as_str().map(groups::group_id);
        let wanted = roles.chain(group).filter(|group| cx.wants_group(group));
        memberships.extend(wanted.map(|group| Membership::worker(group, id)));
    }
    Ok(MembershipPage::of(memberships).next(next))
}

/// The users of a page that lack one of these keys, by their place in it, each
/// with their own record: a key that is missing is not null. Who was deleted
/// since fails the read; the next one does not list them.
fn in_full(cx: &Context, page: &Answer, keys: &[&str]) -> Result<BTreeMap<usize, Answer>> {
    let has = |found: &Keys, key: &str| found.has(key) || key == "role_ids" && found.has("role_id");
    let lacks = |found: &Keys| !keys.iter().all(|key| has(found, key));
    let found: Vec<Keys> = page.json()?;
    let places: Vec<usize> =
        found.iter().enumerate().filter(|(_, keys)| lacks(keys)).map(|(nth, _)| nth).collect();
    if places.is_empty() {
        return Ok(BTreeMap::new());
    }
    let users: Vec<User> = page.json()?;
    let calls = places.iter().map(|nth| {
        let id = users.get(*nth).and_then(|user| user.id.as_str());
        let id = id.ok_or_else(|| page.invalid("a user has no `id`"))?;
        Ok(get(cx, &format!("{USERS}/{}", segment(id)), "a user in full"))
    });
    let answers = cx.fetch_all(calls.collect::<Result<_>>()?);
    places.into_iter().zip(answers).map(|(nth, answer)| Ok((nth, answer?))).collect()
}
