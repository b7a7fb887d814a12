//! Roles, and groups after them: two spaces of numbers.

use rollcall_sdk::prelude::*;

use crate::get;

const LARGEST_PAGE_OF_ROLES: u32 = 650;

/// Which of the lists a read is in, and where.
#[derive(Default, Serialize, Deserialize)]
struct At {
    in_groups: bool,
    paging: Token,
}

impl Shape for At {
    const SHAPE: &'static str = "onelogin-groups/1";
}

rollcall_sdk::shapes! {
    struct Item<'a> { id: Text<'a>, name: Text<'a> }
    struct Pagination<'a> { after_cursor: Text<'a> }
}

/// The envelope of the first version.
#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
struct Envelope<'a> {
    data: Vec<Item<'a>>,
    #[serde(default)]
    pagination: Pagination<'a>,
}

pub fn role_id(number: &str) -> String {
    format!("role:{number}")
}

pub fn group_id(number: &str) -> String {
    format!("group:{number}")
}

/// The filter of the list of users that gives who is in a role or a group, and
/// its value: an id of another form would filter nobody out.
pub fn filter_of(id: &str) -> Option<(&'static str, &str)> {
    let (kind, number) = id.split_once(':')?;
    let filter = match kind {
        "role" => "role_id",
        "group" => "group_id",
        _ => return None,
    };
    number.parse::<u64>().is_ok().then_some((filter, number))
}

pub fn groups(cx: &Context, cursor: &Cursor) -> Result<GroupPage> {
    let At { in_groups, paging } = cursor.read()?;
    let named = |answer: &Answer, item: Item, kind, id: fn(&str) -> String| {
        let number = item.id.as_str().ok_or_else(|| answer.invalid("a role or a group has no `id`"))?;
        Ok(Group::new(kind, id(number), item.name.as_str().unwrap_or(number)))
    };
    let on = |paging| At { in_groups, paging };
    if in_groups {
        let answer = get(cx, "/api/1/groups", "groups page").query_if("after_cursor", paging.get()).send()?;
        let Envelope { data, pagination } = answer.json()?;
        let kinds = [GroupKind::SecurityGroup, GroupKind::Department].map(|kind| (kind.word(), kind));
        let kind = cx.setting("groups_are").choice(&kinds)?;
        let groups = data.into_iter().map(|item| named(&answer, item, kind, group_id));
        let groups = groups.collect::<Result<_>>()?;
        return Ok(GroupPage::of(groups).next(paging.after(pagination.after_cursor.as_str())?.map(on)));
    }
    let call = get(cx, "/api/2/roles", "roles page").query("limit", cx.page_size(LARGEST_PAGE_OF_ROLES));
    let answer = call.query_if("cursor", paging.get()).send()?;
    let roles = answer.json::<Vec<Item>>()?.into_iter();
    let roles = roles.map(|item| named(&answer, item, GroupKind::SecurityGroup, role_id));
    let next = paging.after(answer.header("after-cursor"))?.map(on);
    let groups = At { in_groups: true, paging: Token::default() };
    Ok(GroupPage::of(roles.collect::<Result<_>>()?).next(Some(next.unwrap_or(groups))))
}
