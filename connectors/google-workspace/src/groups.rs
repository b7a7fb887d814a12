//! Groups, then org units, then buildings.

use rollcall_sdk::prelude::*;

use crate::{Page, directory, of_account, of_customer, scope};

/// The id of an org unit begins so, by which it is told from a group.
pub const UNIT: &str = "id:";
/// Building ids are free text, which may look like any other id.
pub const BUILDING: &str = "building:";

const LARGEST_PAGE: u32 = 200;
const BUILDINGS_PAGE: u32 = 500;

/// The lists that are read.
fn lists(cx: &Context) -> Result<Vec<GroupKind>> {
    let mut lists = vec![GroupKind::SecurityGroup];
    lists.extend(has_units(cx)?.then_some(GroupKind::OrgUnit));
    lists.extend(has_buildings(cx)?.then_some(GroupKind::Location));
    Ok(lists)
}

pub fn page(cx: &Context, cursor: &Cursor) -> Result<GroupPage> {
    let lists = lists(cx)?;
    let Some((kind, at)) = cursor.read::<Lists<Token>>()?.find(&lists, |_| true) else {
        return Ok(GroupPage::default());
    };
    let answer = match kind {
        GroupKind::OrgUnit => listed_units(cx)?,
        GroupKind::Location => buildings(cx, "buildings", cx.page_size(BUILDINGS_PAGE), &at.at)?,
        _ => listed(cx, &at.at, LARGEST_PAGE)?,
    };
    let page: Page<Item> = Page::of(&answer)?;
    let next = at.at.after(page.next_page_token.as_str())?;
    let items = if *kind == GroupKind::OrgUnit { with_root(page.items) } else { page.items };
    let groups = items.into_iter().map(|item| item.group(&answer, *kind)).collect::<Result<_>>()?;
    Ok(GroupPage::of(groups).next(at.after(next, lists.len())))
}

pub fn has_units(cx: &Context) -> Result<bool> {
    cx.setting("org_units").boolean(true)
}

pub fn has_buildings(cx: &Context) -> Result<bool> {
    cx.setting("buildings").boolean(false)
}

rollcall_sdk::shapes! {
    /// A group, a member of one, an org unit or a building.
    #[serde(rename_all = "camelCase")]
    pub struct Item<'a> {
        #[serde(alias = "orgUnitId")]
        #[serde(alias = "buildingId")]
        pub id: Text<'a>,
        pub r#type: Text<'a>,
        pub org_unit_path: Text<'a>,
        email: Text<'a>,
        #[serde(alias = "buildingName")]
        name: Text<'a>,
        description: Text<'a>,
        parent_org_unit_id: Text<'a>,
        parent_org_unit_path: Text<'a>,
    }
}

impl Item<'_> {
    /// Which group another one is a part of stands in the members of that one
    /// alone: only org units have a parent here.
    fn group(self, answer: &Answer, kind: GroupKind) -> Result<Group> {
        let id = self.id.take().ok_or_else(|| answer.invalid("an item has no id"))?;
        let name = self.name.or(self.email).take().unwrap_or_else(|| id.clone());
        let id = if kind == GroupKind::Location { format!("{BUILDING}{id}") } else { id };
        let (parent_id, description) = (self.parent_org_unit_id.take(), self.description.take());
        Ok(Group { parent_id, description, ..Group::new(kind, id, name) })
    }
}

/// A page of the list of groups.
pub fn listed(cx: &Context, paging: &Token, size: u32) -> Result<Answer> {
    of_account(cx, directory(cx, "/groups", "groups page"))
        .query("maxResults", cx.page_size(size))
        .query_if("pageToken", paging.get())
        .query("fields", "kind,nextPageToken,groups(id,email,name,description)")
        .send()
}

pub fn listed_units(cx: &Context) -> Result<Answer> {
    of_customer(cx, "orgunits", "org units").query("type", "all").send()
}

/// The root is not in the list of org units and is made from what those of the
/// first level say of it, unless it is there after all.
pub fn with_root(mut units: Vec<Item>) -> Vec<Item> {
    let of_first_level = units.iter().find(|unit| unit.parent_org_unit_path.as_str() == Some("/"));
    let root = of_first_level.map(|unit| unit.parent_org_unit_id.clone()).unwrap_or_default();
    if !root.is_none()
        && !units.iter().any(|unit| unit.id == root || unit.org_unit_path.as_str() == Some("/"))
    {
        units.insert(0, Item { id: root, org_unit_path: "/".into(), name: "/".into(), ..Item::default() });
    }
    units
}

/// A page of buildings. Their sign-in is for one scope: where that is not
/// authorised, there is not even a token.
pub fn buildings(cx: &Context, purpose: &str, size: u32, paging: &Token) -> Result<Answer> {
    let call = of_customer(cx, "resources/buildings", purpose).auth("buildings").query("maxResults", size);
    call.query_if("pageToken", paging.get()).send().map_err(|failure| match failure {
        Failure::AuthFailed(why) => {
            Failure::PermissionMissing(format!("{} is not authorised: {why}", scope("resource.calendar")))
        }
        other => other,
    })
}
