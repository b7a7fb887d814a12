//! The list of users, of which workers and memberships are made.

use std::collections::BTreeMap;

use rollcall_sdk::json::Keys;
use rollcall_sdk::prelude::*;

use crate::user::User;
use crate::{USERS, get, groups};

const LARGEST_PAGE: u32 = 100;
/// The clocks of both sides may differ.
const OVERLAP_MINUTES: u32 = 5;
/// Roles and groups whose members are read at once.
const AT_ONCE: usize = 20;

/// What makes a worker. Without being asked the list has only a part of it.
const FIELDS: &str = "id,username,email,firstname,lastname,title,department,company,phone,status,state,\
    manager_user_id,external_id,preferred_locale_code,custom_attributes,created_at,updated_at";
/// What makes the memberships of a user.
const GROUPS: &str = "id,role_ids,group_id";

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
    let whole = in_full(cx, &answer, FIELDS)?;
    for (nth, user) in answer.json::<Vec<User>>()?.into_iter().enumerate() {
        let (user, answer) = match whole.get(&nth) {
            Some(own) => (own.json()?, own),
            None => (user, &answer),
        };
        let standing = user.standing();
        let worker = user.worker(cx, answer, standing)?;
        // Who is active and begins later is none of those left out.
        if inactive || standing == WorkerStatus::Active {
            page.workers.push(worker);
        } else if cx.changes_since::<Since>()?.is_some() {
            page.deleted.push(worker.id);
        }
    }
    Ok(page.next(next).checkpoint(&began).total(total.filter(|_| inactive)))
}

/// Who is in each of the roles and groups that the host names. Among all users
/// those of a small role would be many pages apart.
pub fn members(cx: &Context, cursor: &Cursor) -> Result<MembershipPage> {
    let mut walk: GroupWalk = cursor.read()?;
    let is_one = |group: &str| groups::filter_of(group).is_some();
    let turn = walk.turn_among(cx, is_one, AT_ONCE, |_| Ok((Vec::new(), None)))?;
    let call = |(group, paging): &(String, Token)| {
        let (filter, number) = groups::filter_of(group)?;
        let call = get(cx, USERS, "members page").query("limit", cx.page_size(LARGEST_PAGE));
        Some(call.query("fields", "id").query(filter, number).query_if("cursor", paging.get()))
    };
    let calls = turn.iter().filter_map(call).collect();
    let mut memberships = Vec::new();
    for ((group, paging), answer) in turn.into_iter().zip(cx.fetch_all(calls)) {
        let answer = answer?;
        for user in answer.json::<Vec<User>>()? {
            let id = user.id.take().ok_or_else(|| answer.invalid("a user has no `id`"))?;
            memberships.push(Membership::worker(&group, id));
        }
        walk.go_on(group, paging.after(answer.header("after-cursor"))?);
    }
    Ok(MembershipPage::of(memberships).next(walk.next()))
}

/// Of all roles and groups: a user has roles, and one group at most.
pub fn memberships(cx: &Context, cursor: &Cursor) -> Result<MembershipPage> {
    let Read { answer, next, .. } = read(cx, cursor, GROUPS, "memberships of a users page")?;
    let whole = in_full(cx, &answer, GROUPS)?;
    let mut memberships = Vec::new();
    for (nth, user) in answer.json::<Vec<User>>()?.into_iter().enumerate() {
        let user = match whole.get(&nth) {
            Some(answer) => answer.json()?,
            None => user,
        };
        let id = user.id.as_str().ok_or_else(|| answer.invalid("a user has no `id`"))?;
        let roles = user.role_ids.iter().filter_map(|role| Some(groups::role_id(role.as_str()?)));
        let group = user.group_id.as_str().map(groups::group_id);
        memberships.extend(roles.chain(group).map(|group| Membership::worker(group, id)));
    }
    Ok(MembershipPage::of(memberships).next(next))
}

/// The users of a page that lack one of the fields it was asked for, by their
/// place in it, each with their own record: a key that is missing is not null.
/// Who was deleted since fails the read; the next one does not list them.
fn in_full(cx: &Context, page: &Answer, fields: &str) -> Result<BTreeMap<usize, Answer>> {
    let has = |found: &Keys, key: &str| found.has(key) || key == "role_ids" && found.has("role_id");
    let fields: Vec<&str> = fields.split(',').collect();
    let lacks = |found: &Keys| !fields.iter().all(|key| has(found, key));
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
