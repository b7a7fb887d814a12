//! Who belongs to the wanted groups.
//!
//! Groups are asked for with `fetch_all`, not with Graph's own `$batch`. A
//! batch may hold any method on any path, so a right to send one would be a
//! right to change the directory; its parts are throttled one by one and would
//! have to be sent again by a guest that cannot wait; and it costs the same
//! resource units.

use rollcall_sdk::prelude::*;

use crate::groups::{self, UNIT};
use crate::{Object, Page, follow, get};

/// Members of one group at a time: enough groups at once fit a page.
const MEMBERS_AT_A_TIME: u32 = 500;
/// Fewer would leave more groups half read, whose links fill the cursor.
const FEWEST: u32 = 250;
/// Groups of a list page; they wait for their turn within the cursor.
const GROUPS_AT_A_TIME: u32 = 400;
/// Of the contract.
const RECORDS_OF_A_PAGE: usize = 5_000;
/// A call of a connector may send 200, and has a minute.
const REQUESTS_OF_A_PAGE: usize = 60;

pub fn memberships(cx: &Context, cursor: &Cursor) -> Result<MembershipPage> {
    let mut walk: GroupWalk<Lists<Token>> = cursor.read()?;
    let limit = cx.page_size(MEMBERS_AT_A_TIME).max(FEWEST);
    let mut found = Vec::new();
    let mut requests = 0;
    while !walk.is_done() {
        let room = RECORDS_OF_A_PAGE.saturating_sub(found.len()) / limit as usize;
        let at_once = room.min(REQUESTS_OF_A_PAGE.saturating_sub(requests));
        if at_once == 0 {
            break;
        }
        let turn = walk.turn(cx, at_once, |at| {
            requests += 1;
            let (groups, next) = groups::page(cx, at, GROUPS_AT_A_TIME)?;
            Ok((groups.into_iter().map(|group| group.id).collect(), next))
        })?;
        requests += turn.len();
        let call = |(group, paging): &(String, Token)| members(cx, group, paging, limit);
        let calls = turn.iter().map(call).collect::<Result<_>>()?;
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
            walk.go_on(group, paging.after(page.next.as_str())?);
        }
    }
    Ok(MembershipPage::of(found).next(walk.next()))
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
