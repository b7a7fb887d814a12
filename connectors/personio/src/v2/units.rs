//! v2: the lists of units, some of them beta.

use rollcall_sdk::prelude::*;

use super::LARGEST_PAGE;
use super::shapes::Envelope;
use crate::call;

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

macro_rules! lists {
    ($($kind:ident $path:literal $of_type:expr, $purpose:literal $attribute:literal;)*) => {
        pub const LISTS: &[Units] = &[$(Units {
            kind: GroupKind::$kind,
            path: $path,
            of_type: $of_type,
            purpose: $purpose,
            attribute: $attribute,
        }),*];
    };
}

lists! {
    Department "/v2/org-units" Some("department"), "departments" "department";
    Team "/v2/org-units" Some("team"), "teams" "teams";
    Location "/v2/workplaces" None, "workplaces" "location";
    LegalEntity "/v2/legal-entities" None, "legal entities" "company";
    CostCenter "/v2/cost-centers" None, "cost centers" "cost_center";
}

/// What a list answers that this credential, or this account, has not.
const UNAVAILABLE: [u16; 4] = [401, 403, 404, 410];

rollcall_sdk::shapes! {
    struct Item<'a> { id: Text<'a>, name: Text<'a>, parent_id: Text<'a>, description: Text<'a> }
}

impl Units {
    /// Whether a worker needs the names.
    pub fn names_wanted(&self, cx: &Context) -> bool {
        cx.wants(self.attribute)
    }

    /// Whether the host uses groups of this kind.
    pub fn wanted(&self, cx: &Context) -> bool {
        cx.wants_groups_of(self.kind)
    }

    /// Whether the host names groups of this kind among those that it uses.
    fn named(&self, cx: &Context) -> bool {
        !cx.wanted_groups().is_empty() && self.wanted(cx)
    }

    pub fn call<'a>(&self, cx: &'a Context, limit: u32) -> Call<'a> {
        // Without the header a beta list answers 404.
        let call = call(cx, self.path, "v2", self.purpose).header("beta", "true").query("limit", limit);
        call.query_if("type", self.of_type)
    }

    /// One page of the list; `None` where this credential has no such list.
    fn page(&self, cx: &Context, token: &Token) -> Result<Option<(Vec<Group>, Option<Token>)>> {
        let call = self.call(cx, LARGEST_PAGE).query_if("cursor", token.get());
        let Some(answer) = call.send_unless(&UNAVAILABLE)? else {
            // Groups that are in use must not look as if they were gone.
            if self.named(cx) {
                return Err(Failure::PermissionMissing(self.purpose.to_owned()));
            }
            warn!("the {} are not readable: their names are missing", self.purpose);
            return Ok(None);
        };
        let page: Envelope<Item> = answer.json()?;
        let next = page.after(token, &answer)?;
        // The parent of a team may be a department, and all that is told is its id.
        let parent_kind = Some(self.kind).filter(|kind| *kind == GroupKind::Department);
        let group = |unit: Item| {
            let id = unit.id.as_str()?;
            Some(Group {
                parent_id: parent_kind.zip(unit.parent_id.as_str()).map(|(kind, id)| kind.id_of(id)),
                description: unit.description.get(),
                ..Group::new(self.kind, self.kind.id_of(id), unit.name.as_str().unwrap_or(id))
            })
        };
        Ok(Some((page.data.into_iter().filter_map(group).collect(), next)))
    }
}

/// The names of units by their ids as groups.
#[derive(Default, Serialize, Deserialize)]
pub struct Names(Vec<(String, String)>);

impl Names {
    /// Those in these lists.
    pub fn read(cx: &Context, lists: fn(&Units, &Context) -> bool) -> Result<Self> {
        let mut names = Vec::new();
        for list in LISTS.iter().filter(|list| lists(list, cx)) {
            cx.every_page(|token: Token| {
                let Some((groups, next)) = list.page(cx, &token)? else { return Ok(None) };
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
    let Some((units, lists)) = cursor.read::<Lists<Token>>()?.find(LISTS, |_| true) else {
        return Ok(GroupPage::default());
    };
    let (groups, next) = units.page(cx, &lists.at)?.unwrap_or_default();
    Ok(GroupPage::of(groups).next(lists.after(next, LISTS.len())))
}
