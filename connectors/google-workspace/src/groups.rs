//! Groups, then org units, then buildings.

use rollcall_sdk::prelude::*;

use crate::{Page, customer, directory, of_account};

pub const LARGEST_PAGE: u32 = 200;
const BUILDINGS_PAGE: u32 = 500;

#[derive(Default, Serialize, Deserialize)]
enum List {
    #[default]
    Groups,
    OrgUnits,
    Buildings,
}

#[derive(Default, Serialize, Deserialize)]
struct At {
    list: List,
    paging: Token,
}

impl Shape for At {
    const SHAPE: &'static str = "google-groups/1";
}

pub fn page(cx: &Context, cursor: &Cursor) -> Result<GroupPage> {
    let At { list, paging } = cursor.read()?;
    let (groups, next) = match list {
        List::Groups => {
            let answer = listed(cx, &paging, LARGEST_PAGE)?;
            let page: Page<Listed> = Page::of(&answer)?;
            let next = paging.after(page.next_page_token.as_str())?;
            (page.items.into_iter().map(|group| group.group(&answer)).collect::<Result<_>>()?, next)
        }
        List::OrgUnits => (units(cx)?.into_iter().map(OrgUnit::group).collect(), None),
        List::Buildings => buildings(cx, &paging)?,
    };
    let start = |list| At { list, paging: Token::default() };
    let next = match (next, list) {
        (Some(paging), list) => Some(At { list, paging }),
        (None, List::Groups) if has_units(cx)? => Some(start(List::OrgUnits)),
        (None, List::Groups | List::OrgUnits) if has_buildings(cx)? => Some(start(List::Buildings)),
        (None, _) => None,
    };
    Ok(GroupPage::of(groups).next(next))
}

pub fn has_units(cx: &Context) -> Result<bool> {
    cx.setting("org_units").boolean(true)
}

pub fn has_buildings(cx: &Context) -> Result<bool> {
    cx.setting("buildings").boolean(false)
}

// ------------------------------------------------------------------ groups

#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub struct Listed<'a> {
    pub id: Text<'a>,
    email: Text<'a>,
    name: Text<'a>,
    description: Text<'a>,
}

/// A page of the list of groups.
pub fn listed(cx: &Context, paging: &Token, size: u32) -> Result<Answer> {
    of_account(cx, directory(cx, "/groups", "groups page"))
        .query("maxResults", cx.page_size(size))
        .query_if("pageToken", paging.get())
        .query("fields", "kind,nextPageToken,groups(id,email,name,description)")
        .send()
}

impl Listed<'_> {
    /// Which group it is a part of stands in the members of that one alone, so
    /// there is no parent here.
    fn group(self, answer: &Answer) -> Result<Group> {
        let id = self.id.take().ok_or_else(|| answer.invalid("groups: one has no `id`"))?;
        let name = self.name.or(self.email).take().unwrap_or_else(|| id.clone());
        Ok(Group { description: self.description.take(), ..Group::new(GroupKind::SecurityGroup, id, name) })
    }
}

// --------------------------------------------------------------- org units

/// Its id begins with `id:`, by which it is told from a group.
pub const UNIT: &str = "id:";

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct OrgUnit {
    #[serde(rename = "orgUnitId")]
    pub id: String,
    #[serde(rename = "orgUnitPath")]
    pub path: String,
    name: String,
    description: Option<String>,
    parent_org_unit_id: Option<String>,
    parent_org_unit_path: Option<String>,
}

impl OrgUnit {
    fn group(self) -> Group {
        let name = if self.name.trim().is_empty() { self.path } else { self.name };
        Group {
            parent_id: self.parent_org_unit_id,
            description: self.description.filter(|text| !text.trim().is_empty()),
            ..Group::new(GroupKind::OrgUnit, self.id, name)
        }
    }
}

/// All org units. The root is not in the list and is made from what those of
/// the first level say of it, unless it is there after all.
pub fn units(cx: &Context) -> Result<Vec<OrgUnit>> {
    let path = format!("/customer/{}/orgunits", segment(customer(cx)));
    let answer = directory(cx, &path, "org units").query("type", "all").send()?;
    let mut units = Page::<OrgUnit>::of(&answer)?.items;
    if units.iter().any(|unit| unit.id.is_empty() || unit.path.is_empty()) {
        return Err(answer.invalid("organizationUnits: one has no id or no path"));
    }
    let of_first_level = units.iter().find(|unit| unit.parent_org_unit_path.as_deref() == Some("/"));
    let root = of_first_level.and_then(|unit| unit.parent_org_unit_id.clone());
    if let Some(id) = root.filter(|id| !units.iter().any(|unit| unit.id == *id || unit.path == "/")) {
        units.insert(0, OrgUnit { id, path: "/".into(), name: "/".into(), ..OrgUnit::default() });
    }
    Ok(units)
}

// --------------------------------------------------------------- buildings

/// Building ids are free text, which may look like any other id.
pub const BUILDING: &str = "building:";

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
struct Building<'a> {
    building_id: Text<'a>,
    building_name: Text<'a>,
    description: Text<'a>,
}

fn buildings(cx: &Context, paging: &Token) -> Result<(Vec<Group>, Option<Token>)> {
    let path = format!("/customer/{}/resources/buildings", segment(customer(cx)));
    let call = directory(cx, &path, "buildings").auth("buildings");
    let call = call.query("maxResults", cx.page_size(BUILDINGS_PAGE)).query_if("pageToken", paging.get());
    let answer = match call.send() {
        // Not on a later page: half a list would look like a whole one.
        Err(Failure::PermissionMissing(_)) if paging.get().is_none() => return Ok((Vec::new(), None)),
        answer => answer?,
    };
    let page: Page<Building> = Page::of(&answer)?;
    let groups = page.items.into_iter().filter_map(|building| {
        let id = building.building_id.take()?;
        let name = building.building_name.take().unwrap_or_else(|| id.clone());
        let group = Group::new(GroupKind::Location, format!("{BUILDING}{id}"), name);
        Some(Group { description: building.description.take(), ..group })
    });
    Ok((groups.collect(), paging.after(page.next_page_token.as_str())?))
}
