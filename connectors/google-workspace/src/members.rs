//! Who belongs to what: the members of groups, and then the people of org units
//! and buildings.

use rollcall_sdk::prelude::*;

use crate::groups::{BUILDING, Item, UNIT, listed};
use crate::{Page, directory, places};

/// Groups read at once: as many full pages of members as one page may hold.
const AT_ONCE: u32 = 20;
const LARGEST_PAGE: u32 = 200;

/// Groups first, and then a walk over users.
#[derive(Serialize, Deserialize)]
enum At {
    Groups(GroupWalk),
    Users(Token),
}

impl Shape for At {
    const SHAPE: &'static str = "google-members/3";
}

pub fn page(cx: &Context, cursor: &Cursor) -> Result<MembershipPage> {
    match cursor.get()?.unwrap_or_else(|| At::Groups(GroupWalk::default())) {
        At::Groups(walk) => of_groups(cx, walk),
        At::Users(at) => {
            let (memberships, next) = places::page(cx, at)?;
            Ok(MembershipPage::of(memberships).next(next.map(At::Users)))
        }
    }
}

fn of_groups(cx: &Context, mut walk: GroupWalk) -> Result<MembershipPage> {
    let is_group = |id: &str| !id.starts_with(UNIT) && !id.starts_with(BUILDING);
    let turn = walk.turn_among(cx, is_group, AT_ONCE as usize, |paging| {
        let answer = listed(cx, paging, AT_ONCE)?;
        let page: Page<Item> = Page::of(&answer)?;
        let next = paging.after(page.next_page_token.as_str())?;
        Ok((page.items.into_iter().filter_map(|group| group.id.take()).collect(), next))
    })?;
    let answers = members(cx, &turn);
    let mut memberships = Vec::new();
    let mut everyone = 0;
    for ((group, paging), answer) in turn.into_iter().zip(answers) {
        let answer = match answer {
            Err(Failure::Upstream(404)) => {
                warn!("group {group} is gone, and has no members");
                continue;
            }
            answer => answer?,
        };
        let page: Page<Item> = Page::of(&answer)?;
        for member in page.items {
            match (member.r#type.as_str(), member.id.as_str()) {
                (Some("USER"), Some(id)) => memberships.push(Membership::worker(&group, id)),
                // Asked to flatten, Google lists those within as well.
                (Some("GROUP"), Some(id)) if !cx.flattened() => {
                    memberships.push(Membership::group(&group, id));
                }
                (Some("CUSTOMER"), _) => everyone += 1,
                _ => {}
            }
        }
        walk.go_on(group, paging.after(page.next_page_token.as_str())?);
    }
    if everyone > 0 {
        warn!("{everyone} groups have everyone in the account as a member, who are not listed one by one");
    }
    let next = match walk.next() {
        Some(walk) => Some(At::Groups(walk)),
        None => places::start(cx)?.map(At::Users),
    };
    Ok(MembershipPage::of(memberships).next(next))
}

/// A page of members of each. While a group changes its pages answer 412 for a
/// moment.
fn members(cx: &Context, groups: &[(String, Token)]) -> Vec<Result<Answer>> {
    const ATTEMPTS: usize = 3;
    let call = |(group, paging): &(String, Token)| {
        directory(cx, &format!("/groups/{}/members", segment(group)), "members page")
            .query("maxResults", cx.page_size(LARGEST_PAGE))
            .query_if("pageToken", paging.get())
            .query_if("includeDerivedMembership", cx.flattened().then_some(true))
            .query("fields", "kind,nextPageToken,members(id,type)")
    };
    let mut answers = cx.fetch_all(groups.iter().map(call).collect());
    for _ in 1..ATTEMPTS {
        let changing = |answer: &Result<Answer>| matches!(answer, Err(Failure::Upstream(412)));
        let again = groups.iter().zip(&answers).filter(|(_, answer)| changing(answer));
        let calls: Vec<_> = again.map(|(group, _)| call(group)).collect();
        if calls.is_empty() {
            break;
        }
        let stale = answers.iter_mut().filter(|answer| changing(answer));
        stale.zip(cx.fetch_all(calls)).for_each(|(stale, answer)| *stale = answer);
    }
    answers
}
