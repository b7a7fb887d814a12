//! Groups, which are never within one another, and their members.

use rollcall_sdk::prelude::*;

use crate::{GROUPS, LARGEST_PAGE, page};

/// Groups read at once. Members come as whole users: ten full pages of them fit
/// what the host takes at once, with long profiles too.
const AT_ONCE: u32 = 10;

rollcall_sdk::shapes! {
    struct OktaGroup<'a> { id: Text<'a>, r#type: Text<'a>, profile: Profile<'a> }
    struct Profile<'a> { name: Text<'a>, description: Text<'a> }
    struct Member<'a> { id: Text<'a> }
}

pub fn groups(cx: &Context, cursor: &Cursor) -> Result<GroupPage> {
    let paging: Token = cursor.read()?;
    let answer = page(cx, &paging, GROUPS, cx.page_size(LARGEST_PAGE), "groups page")?.send()?;
    let groups = answer.json::<Vec<OktaGroup>>()?.into_iter().map(|group| {
        let id = group.id.take().ok_or_else(|| answer.invalid("a group has no `id`"))?;
        let name = group.profile.name.take().unwrap_or_else(|| id.clone());
        let description = group.profile.description.take();
        Ok(Group { description, ..Group::new(GroupKind::SecurityGroup, id, name) })
    });
    Ok(GroupPage::of(groups.collect::<Result<_>>()?).next(paging.after(answer.next_link())?))
}

pub fn memberships(cx: &Context, cursor: &Cursor) -> Result<MembershipPage> {
    let mut walk: GroupWalk = cursor.read()?;
    let turn = walk.turn(cx, AT_ONCE as usize, |paging| {
        let answer = page(cx, paging, GROUPS, AT_ONCE, "groups page")?.send()?;
        // Everyone is in `Everyone`: who wants to know has to name it.
        let groups = answer.json::<Vec<OktaGroup>>()?.into_iter();
        let groups = groups.filter(|group| group.r#type.as_str() != Some("BUILT_IN"));
        Ok((groups.filter_map(|group| group.id.take()).collect(), paging.after(answer.next_link())?))
    })?;
    let call = |(group, paging): &(String, Token)| {
        let path = format!("{GROUPS}/{}/users", segment(group));
        page(cx, paging, &path, cx.page_size(LARGEST_PAGE), "members page")
    };
    let calls = turn.iter().map(call).collect::<Result<_>>()?;
    let mut memberships = Vec::new();
    for ((group, paging), answer) in turn.into_iter().zip(cx.fetch_all(calls)) {
        let answer = match answer {
            Err(Failure::Upstream(404)) => {
                warn!("group {group} is gone, and has no members");
                continue;
            }
            answer => answer?,
        };
        for member in answer.json::<Vec<Member>>()? {
            let id = member.id.take().ok_or_else(|| answer.invalid("a member has no `id`"))?;
            memberships.push(Membership::worker(&group, id));
        }
        walk.go_on(group, paging.after(answer.next_link())?);
    }
    Ok(MembershipPage::of(memberships).next(walk.next()))
}
