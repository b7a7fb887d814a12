//! v2: the lists of units, some of them beta.

use rollcall_sdk::prelude::*;

use super::LARGEST_PAGE;
use super::shapes::Envelope;
use crate::{call, permission};

/// A list of units.
pub struct Units {
    pub kind: GroupKind,
    path: &'static str,
    /// Required by the path, where there is one.
    of_type: Option<&'static str>,
    pub purpose: &'static str,
    /// The attribute of a worker that needs the names.
    attribute: &'static str,
}

pub const LISTS: [Units; 5] = [
    list(GroupKind::Department, "/v2/org-units", Some("department"), "departments", "department"),
    list(GroupKind::Team, "/v2/org-units", Some("team"), "teams", "teams"),
    list(GroupKind::Location, "/v2/workplaces", None, "workplaces", "location"),
    list(GroupKind::LegalEntity, "/v2/legal-entities", None, "legal entities", "company"),
    list(GroupKind::CostCenter, "/v2/cost-centers", None, "cost centers", "cost_center"),
];

const fn list(
    kind: GroupKind,
    path: &'static str,
    of_type: Option<&'static str>,
    purpose: &'static str,
    attribute: &'static str,
) -> Units {
    Units { kind, path, of_type, purpose, attribute }
}

/// What a list is read for.
#[derive(Clone, Copy)]
pub enum Use {
    Names,
    Groups,
}

impl Use {
    /// What stands for a list that this account has not. A name may be out of
    /// reach as well; a group that is must not look as if it were gone.
    fn absent(self) -> &'static [u16] {
        match self {
            Self::Names => &[401, 403, 404, 410],
            Self::Groups => &[404, 410],
        }
    }
}

rollcall_sdk::shapes! {
    struct Item<'a> { id: Text<'a>, name: Text<'a>, parent_id: Text<'a>, description: Text<'a> }
}

impl Units {
    fn wanted(&self, cx: &Context, for_what: Use) -> bool {
        match for_what {
            Use::Names => cx.wants(self.attribute),
            Use::Groups => cx.wants_groups_of(self.kind),
        }
    }

    pub fn call<'a>(&self, cx: &'a Context, limit: u32) -> Call<'a> {
        // Without the header a beta list answers 404.
        let call = call(cx, self.path, "v2", self.purpose).header("beta", "true").query("limit", limit);
        call.query_if("type", self.of_type)
    }

    /// One page of the list; `None` where there is none.
    fn page(
        &self,
        cx: &Context,
        token: &Token,
        for_what: Use,
    ) -> Result<Option<(Vec<Group>, Option<Token>)>> {
        let call = self.call(cx, LARGEST_PAGE).query_if("cursor", token.get());
        // Not on a later page: half a list would look like a whole one.
        let absent = if token.get().is_none() { for_what.absent() } else { &[] };
        let Some(answer) = call.send_unless(absent)? else {
            if !cx.wanted_groups().is_empty() && self.wanted(cx, Use::Groups) {
                return Err(Failure::PermissionMissing(permission(self.path, self.purpose)));
            }
            warn!("the {} are not readable: their names are missing", self.purpose);
            return Ok(None);
        };
        let page: Envelope<Item> = answer.json()?;
        let next = page.after(token, &answer)?;
        // The parent of a team may be a department, and all that is told is its id.
        let parent_kind = Some(self.kind).filter(|kind| *kind == GroupKind::Department);
        let group = |unit: Item| {
            let id = unit.id.as_str().ok_or_else(|| answer.invalid("a unit has no `id`"))?;
            Ok(Group {
                parent_id: parent_kind.zip(unit.parent_id.as_str()).map(|(kind, id)| kind.id_of(id)),
                description: unit.description.get(),
                ..Group::new(self.kind, self.kind.id_of(id), unit.name.as_str().unwrap_or(id))
            })
        };
        Ok(Some((page.data.into_iter().map(group).collect::<Result<_>>()?, next)))
    }
}

/// The names of units by their ids as groups.
#[derive(Default, Serialize, Deserialize)]
pub struct Names(Vec<(String, String)>);

impl Names {
    /// Those in the lists that are wanted.
    pub fn read(cx: &Context, for_what: Use) -> Result<Self> {
        let mut names = Vec::new();
        for list in LISTS.iter().filter(|list| list.wanted(cx, for_what)) {
            cx.every_page(|token: Token| {
                let Some((groups, next)) = list.page(cx, &token, for_what)? else { return Ok(None) };
                names.extend(groups.into_iter().map(|group| (group.id, group.name)));
                Ok(next)
            })?;
        }
        Ok(Self(names))
    }

    pub fn get(&self, kind: GroupKind, id: &str) -> Option<&str> {
        let id = kind.id_of(id);
        self.0.iter().find(|(known, _)| *known == id).map(|(_, name)| name.as_str())
    }

    /// These, unless a cursor has no room for them: then each page reads them.
    pub fn if_small(self) -> Option<Self> {
        const ROOM: usize = 32 * 1024;
        let size: usize = self.0.iter().map(|(id, name)| id.len() + 2 * name.len() + 6).sum();
        (size < ROOM).then_some(self)
    }
}

pub fn groups(cx: &Context, cursor: &Cursor) -> Result<GroupPage> {
    let Some((units, lists)) = cursor.read::<Lists<Token>>()?.find(&LISTS, |_| true) else {
        return Ok(GroupPage::default());
    };
    let (groups, next) = units.page(cx, &lists.at, Use::Groups)?.unwrap_or_default();
    Ok(GroupPage::of(groups).next(lists.after(next, LISTS.len())))
}
