//! Who belongs to the wanted groups.
//!
//! Groups are asked for with `fetch_all`, not with Graph's own `$batch`. A
//! batch may hold any method on any path, so a right to send one would be a
//! right to change the directory; its parts are throttled one by one and would
//! have to be sent again by a guest that cannot wait; and it costs the same
//! resource units.

use std::collections::VecDeque;

use rollcall_sdk::prelude::*;

use crate::groups::{self, UNIT};
use crate::{Object, Page, follow, get};

/// Members of one group at a time: enough groups at once fit a page.
const MEMBERS_AT_A_TIME: u32 = 500;
/// Fewer would leave more groups half read, whose links fill the cursor.
const FEWEST: u32 = 250;
/// Groups of a list page: they wait for their turn within the cursor.
const GROUPS_AT_A_TIME: u32 = 400;
/// Of the contract.
const RECORDS_OF_A_PAGE: usize = 5_000;
/// A call of a connector may send 200, and has a minute.
const REQUESTS_OF_A_PAGE: usize = 60;

/// Where the read is.
#[derive(Serialize, Deserialize)]
struct Place {
    /// Groups whose turn comes next, each with the link to its next page.
    queue: VecDeque<(String, Token)>,
    /// How many of the wanted groups have been put into the queue.
    begun: usize,
    /// Where the list of all groups goes on, if all are wanted.
    list: Option<groups::Place>,
}

impl Shape for Place {
    const SHAPE: &'static str = "entra-memberships/1";
}

pub fn memberships(cx: &Context, cursor: &Cursor) -> Result<MembershipPage> {
    let all = cx.wanted_groups().is_empty();
    let start = || Place { queue: VecDeque::new(), begun: 0, list: all.then(groups::Place::default) };
    let mut place = cursor.get::<Place>()?.unwrap_or_else(start);
    let limit = cx.page_size(MEMBERS_AT_A_TIME).max(FEWEST);
    let mut found = Vec::new();
    let mut requests = 0;
    loop {
        requests += place.refill(cx)?;
        let room = RECORDS_OF_A_PAGE.saturating_sub(found.len()) / limit as usize;
        let count = room.min(REQUESTS_OF_A_PAGE.saturating_sub(requests)).min(place.queue.len());
        if count == 0 && (place.list.is_none() || room == 0 || requests >= REQUESTS_OF_A_PAGE) {
            break;
        }
        requests += count;
        let turn: Vec<_> = place.queue.drain(..count).collect();
        let calls =
            turn.iter().map(|(group, paging)| members(cx, group, paging, limit)).collect::<Result<_>>()?;
        let mut half_read = VecDeque::new();
        for ((group, paging), answer) in turn.into_iter().zip(cx.fetch_all(calls)) {
            let answer = match answer {
                Err(Failure::Upstream(404)) => {
                    warn!("group {group} is gone, and has no members");
                    continue;
                }
                answer => answer?,
            };
            let page: Page<Object> = answer.json()?;
            found.extend(page.value.iter().filter_map(|member| membership(cx, &group, member)));
            half_read.extend(paging.after(page.next.as_str())?.map(|next| (group, next)));
        }
        half_read.append(&mut place.queue);
        place.queue = half_read;
    }
    let done = place.queue.is_empty() && place.list.is_none() && place.begun >= cx.wanted_groups().len();
    Ok(MembershipPage::of(found).next((!done).then_some(place)))
}

impl Place {
    /// Puts groups into the queue when it runs low, and says how many requests
    /// that took.
    fn refill(&mut self, cx: &Context) -> Result<usize> {
        let room = REQUESTS_OF_A_PAGE.saturating_sub(self.queue.len());
        let wanted = cx.wanted_groups().iter().skip(self.begun).take(room);
        self.begun += wanted.len();
        self.queue.extend(wanted.map(|id| (id.clone(), Token::default())));
        let Some(list) = self.list.take_if(|_| self.queue.is_empty()) else { return Ok(0) };
        let (groups, next) = groups::page(cx, &list, GROUPS_AT_A_TIME)?;
        self.queue.extend(groups.into_iter().map(|group| (group.id, Token::default())));
        self.list = next;
        Ok(1)
    }
}

fn members<'a>(cx: &'a Context, group: &str, paging: &Token, limit: u32) -> Result<Call<'a>> {
    const PURPOSE: &str = "members page";
    if let Some(link) = paging.get() {
        return follow(cx, link, PURPOSE);
    }
    let call = match group.strip_prefix(UNIT) {
        Some(unit) => get(cx, &format!("/directory/administrativeUnits/{}/members", segment(unit)), PURPOSE)?,
        None => {
            let list = if cx.flattened() { "transitiveMembers" } else { "members" };
            get(cx, &format!("/groups/{}/{list}", segment(group)), PURPOSE)?.query("$top", limit)
        }
    };
    Ok(call.query("$select", "id"))
}

/// Devices, contacts and programs are no members that count. Whoever is below a
/// group within a group is among the transitive members already, and a group
/// within a unit does not bring its members into the unit.
fn membership(cx: &Context, group: &str, member: &Object) -> Option<Membership> {
    let id = member.id.get()?;
    if member.is_user() {
        Some(Membership::worker(group, id))
    } else if member.is_group() && !cx.flattened() && !group.starts_with(UNIT) {
        Some(Membership::group(group, id))
    } else {
        None
    }
}
