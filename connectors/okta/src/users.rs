//! Users, all of them or those that changed.

use rollcall_sdk::prelude::*;

use crate::managers::Managers;
use crate::schema::UserType;
use crate::user::User;
use crate::{LARGEST_PAGE, USERS, get, page};

const PAGE: &str = "users page";
/// The clocks of both sides may differ.
const OVERLAP_MINUTES: u32 = 5;
/// With a request more for each user: a call may send 200.
const PAGE_WITH_LINKS: u32 = 100;

/// Where a read is, when it began, and the names of the user types.
#[derive(Serialize, Deserialize)]
struct At {
    paging: Token,
    began: Since,
    types: Vec<(String, String)>,
}

impl Shape for At {
    const SHAPE: &'static str = "okta-users/1";
}

pub fn workers(cx: &Context, cursor: &Cursor) -> Result<WorkerPage> {
    let At { paging, began, types } = match cursor.get()? {
        Some(at) => at,
        None => At { paging: Token::default(), began: Since::now(cx), types: type_names(cx)? },
    };
    let linked = cx.setting("manager_relation").optional();
    let limit = cx.page_size(if linked.is_some() { PAGE_WITH_LINKS } else { LARGEST_PAGE });
    let answer = match paging.get() {
        Some(_) => page(cx, &paging, USERS, limit, PAGE)?,
        None => everybody(cx, PAGE)?.query("limit", limit),
    }
    .send()?;
    let users: Vec<User> = answer.json()?;
    let next = paging.after(answer.next_link())?;
    let managers = Managers::of(cx, &users, linked)?;
    let workers = users.into_iter().map(|user| user.worker(cx, &answer, &managers, &types));
    let read = WorkerPage::of(workers.collect::<Result<_>>()?);
    let read = read.next(next.map(|paging| At { paging, began, types }));
    // Who no longer matches a search is in no list of changes.
    Ok(if cx.setting("user_search").optional().is_none() { read.checkpoint(&began) } else { read })
}

/// The first page of all users, or of those that changed. The plain list leaves
/// out the deactivated ones; a filter does not, and unlike a search it sees what
/// was written a moment ago.
pub fn everybody<'a>(cx: &'a Context, purpose: &str) -> Result<Call<'a>> {
    let call = get(cx, USERS, purpose)?;
    let since = cx.changes_since::<Since>()?;
    if let Some(search) = cx.setting("user_search").optional() {
        return if since.is_none() {
            Ok(call.query("search", search))
        } else {
            Err(Failure::CheckpointExpired)
        };
    }
    let since = since.map_or(Instant::from_seconds(0), |since| since.less_minutes(OVERLAP_MINUTES));
    // With milliseconds, which Okta wants.
    let since = since.to_string().replace('Z', ".000Z");
    Ok(call.query("filter", format_args!("lastUpdated gt \"{since}\"")))
}

/// The names of the user types by their ids, where the kind of worker is wanted.
fn type_names(cx: &Context) -> Result<Vec<(String, String)>> {
    if !cx.wants("worker_type") {
        return Ok(Vec::new());
    }
    let named = UserType::all(cx)?.map(|answer| {
        let types: Vec<UserType> = answer.json()?;
        Ok(types
            .into_iter()
            .filter_map(|one| Some((one.id.take()?, one.display_name.or(one.name).take()?)))
            .collect())
    });
    named.unwrap_or_else(|| Ok(Vec::new()))
}
