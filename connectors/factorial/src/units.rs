//! Teams, locations, legal entities and cost centers as groups, and who is in
//! them.

use rollcall_sdk::prelude::*;

use crate::people::EMPLOYEES;
use crate::rows::{LARGEST_PAGE, Page, Place, Row, page_of};

/// A list of units.
struct Units {
    kind: GroupKind,
    path: &'static str,
    purpose: &'static str,
}

const LISTS: [Units; 4] = [
    Units { kind: GroupKind::Team, path: "/teams/teams", purpose: "teams" },
    Units { kind: GroupKind::Location, path: "/locations/locations", purpose: "locations" },
    Units { kind: GroupKind::LegalEntity, path: "/companies/legal_entities", purpose: "legal entities" },
    Units { kind: GroupKind::CostCenter, path: "/finance/cost_centers", purpose: "cost centers" },
];

/// A list that says who is in units of these kinds.
struct Members {
    kinds: &'static [GroupKind],
    path: &'static str,
    purpose: &'static str,
}

const MEMBERS: [Members; 3] = [
    Members { kinds: &[GroupKind::Team], path: "/teams/memberships", purpose: "memberships of teams" },
    Members {
        kinds: &[GroupKind::Location, GroupKind::LegalEntity],
        path: EMPLOYEES,
        purpose: "locations and legal entities of a people page",
    },
    Members {
        kinds: &[GroupKind::CostCenter],
        path: "/finance/cost_center_memberships",
        purpose: "memberships of cost centers",
    },
];

/// Which list a read is at, and where in it.
type At = Lists<Place>;

/// Cost centers belong to a module that not every account has.
pub fn has_cost_centers(cx: &Context) -> Result<bool> {
    cx.setting("cost_centers").boolean(true)
}

pub fn groups(cx: &Context, cursor: &Cursor) -> Result<GroupPage> {
    let centers = has_cost_centers(cx)?;
    let wanted = |units: &Units| units.kind != GroupKind::CostCenter || centers;
    let Some((units, at)) = cursor.read::<At>()?.find(&LISTS, wanted) else {
        return Ok(GroupPage::default());
    };
    let answer = page_of(cx, units.path, &at.at, cx.page_size(LARGEST_PAGE), units.purpose).send()?;
    let page: Page<Row> = answer.json()?;
    let next = at.after(page.next(&answer, &at.at)?, LISTS.len());
    let group = |row: Row| {
        let id = row.id.as_str()?;
        let name = [&row.name, &row.legal_name, &row.code].into_iter().find_map(|name| name.as_str());
        Some(Group {
            parent_id: row.parent_team_id.as_str().map(|parent| units.kind.id_of(parent)),
            description: row.description.get(),
            ..Group::new(units.kind, units.kind.id_of(id), name.unwrap_or(id))
        })
    };
    Ok(GroupPage::of(page.data.into_iter().filter_map(group).collect()).next(next))
}

pub fn memberships(cx: &Context, cursor: &Cursor) -> Result<MembershipPage> {
    let centers = has_cost_centers(cx)?;
    let wanted_kind =
        |kind: GroupKind| cx.wants_groups_of(kind) && (kind != GroupKind::CostCenter || centers);
    let wanted = |members: &Members| members.kinds.iter().any(|kind| wanted_kind(*kind));
    let Some((members, at)) = cursor.read::<At>()?.find(&MEMBERS, wanted) else {
        return Ok(MembershipPage::default());
    };
    let call = page_of(cx, members.path, &at.at, cx.page_size(LARGEST_PAGE), members.purpose);
    let of_centers = members.kinds == [GroupKind::CostCenter];
    let answer = call.query_if("active_on", of_centers.then(|| cx.today())).send()?;
    let page: Page<Row> = answer.json()?;
    let next = at.after(page.next(&answer, &at.at)?, MEMBERS.len());
    let mut all = Vec::new();
    for (nth, row) in page.data.into_iter().enumerate() {
        // In the list of people the row is the person.
        let person = if members.path == EMPLOYEES { &row.id } else { &row.employee_id };
        let id = person.as_str().ok_or_else(|| answer.invalid(&format!("data[{nth}] is nobody's")))?;
        for kind in members.kinds {
            let unit = match kind {
                GroupKind::Team => &row.team_id,
                GroupKind::Location => &row.location_id,
                GroupKind::LegalEntity => &row.legal_entity_id,
                _ => &row.cost_center_id,
            };
            let group = unit.as_str().map(|unit| kind.id_of(unit)).filter(|group| cx.wants_group(group));
            all.extend(group.map(|group| Membership::worker(group, id)));
        }
    }
    Ok(MembershipPage::of(all).next(next))
}
