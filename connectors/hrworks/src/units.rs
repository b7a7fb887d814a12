//! Organization units, sites and cost centers as groups, and who is in them.

use std::collections::BTreeMap;

use rollcall_sdk::prelude::*;

use crate::call;
use crate::people::{Known, after, by_number, page, read};
use crate::person::{Person, Unity};

#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
struct List<'a> {
    #[serde(alias = "organizationUnits", alias = "permanentEstablishments", alias = "costCenters")]
    units: Vec<Unity<'a>>,
}

const SITES: &str = "/v2/permanent-establishments";

/// Lists of units that are in use; of the others the people tell.
const LISTS: [(GroupKind, &str, &str); 3] = [
    (GroupKind::OrgUnit, "/v2/organization-units", "organization units"),
    (GroupKind::Location, SITES, "sites"),
    (GroupKind::CostCenter, "/v2/cost-objects/cost-centers", "cost centers"),
];

pub fn groups(cx: &Context, cursor: &Cursor) -> Result<GroupPage> {
    let all = LISTS.len() + 1;
    let lists: Lists<PageNumber> = cursor.read()?;
    let Some((kind, path, purpose)) = LISTS.get(lists.list) else {
        let answer = page(cx, &lists.at, "units of a people page")?;
        let (people, next) = read(cx, &lists.at, &answer)?;
        let groups: BTreeMap<_, _> = people.iter().flat_map(|(_, person)| groups_of(person)).collect();
        return Ok(GroupPage::of(groups.into_values().collect()).next(lists.after(next, all)));
    };
    let answer = list(cx, *kind, path, &lists.at, purpose)?;
    let mut units = answer.json::<List>()?.units;
    let uuids = uuids_of(&units);
    units.iter_mut().for_each(|unit| unit.look_up(&uuids));
    let ids: Vec<_> = units.iter().filter_map(|unit| unit.key(*kind)).collect();
    let next = after(&lists.at, ids.into_iter(), &answer)?;
    let group = |unit: &Unity| unit.key(*kind).map(|key| group(*kind, key, unit));
    Ok(GroupPage::of(units.iter().filter_map(group).collect()).next(lists.after(next, all)))
}

/// A list of units. But for cost centers they come whole, and know of no pages.
fn list(cx: &Context, kind: GroupKind, path: &str, at: &PageNumber, purpose: &str) -> Result<Answer> {
    let number = (kind == GroupKind::CostCenter).then_some(at.page + 1);
    call(cx, path, purpose).query_if("page", number).send()
}

/// Which lists the pair of keys has no right to.
pub fn refused(cx: &Context) -> Result<Vec<String>> {
    let mut refused = Vec::new();
    for (kind, path, purpose) in LISTS {
        match list(cx, kind, path, &PageNumber::default(), purpose) {
            Err(Failure::PermissionMissing(_)) => {
                refused
                    .push(format!("The pair of keys has no right to read {purpose}: groups cannot be read."));
            }
            answer => drop(answer?.json::<List>()?),
        }
    }
    Ok(refused)
}

/// The uuids of organization units by their numbers: some places of old accounts
/// have the number alone.
pub fn uuids(cx: &Context) -> Result<BTreeMap<String, String>> {
    let [(kind, path, _), ..] = LISTS;
    let answer = list(cx, kind, path, &PageNumber::default(), "uuids of organization units")?;
    Ok(uuids_of(&answer.json::<List>()?.units))
}

fn uuids_of(units: &[Unity]) -> BTreeMap<String, String> {
    by_number(units.iter().filter_map(|unit| unit.number.get().zip(unit.uuid.get())))
}

fn group(kind: GroupKind, key: &str, unit: &Unity) -> Group {
    let parent = &unit.parent_organization_unit;
    let parent = parent.uuid.as_str().or(parent.number.as_str());
    Group {
        parent_id: parent.map(|parent| kind.id_of(parent)),
        ..Group::new(kind, kind.id_of(key), unit.name.as_str().unwrap_or(key))
    }
}

/// The units that a person is in, by id: one that is in use no more is in no
/// list.
fn groups_of(person: &Person) -> Vec<(String, Group)> {
    let units = person.units().into_iter();
    let groups = units.filter_map(|(kind, unit)| Some(group(kind, unit.key(kind)?, unit)));
    groups.map(|group| (group.id.clone(), group)).collect()
}

pub fn memberships(cx: &Context, cursor: &Cursor) -> Result<MembershipPage> {
    let at: PageNumber = cursor.read()?;
    let answer = page(cx, &at, "memberships of a people page")?;
    let (people, next) = read(cx, &at, &answer)?;
    let of = |(id, person): &Known| {
        let keys = person.units().map(|(kind, unit)| Some(kind.id_of(unit.key(kind)?)));
        let wanted = keys.into_iter().flatten().filter(|group| cx.wants_group(group));
        wanted.map(|group| Membership::worker(group, id)).collect::<Vec<_>>()
    };
    Ok(MembershipPage::of(people.iter().flat_map(of).collect()).next(next))
}

/// Addresses by the ids of sites: on a person a site may have no more than its
/// name.
pub fn sites(cx: &Context) -> Result<BTreeMap<String, Address>> {
    if !cx.wants_any("work_address.") {
        return Ok(BTreeMap::new());
    }
    let answer = call(cx, SITES, "addresses of sites").send()?;
    let sites = answer.json::<List>()?.units.into_iter();
    Ok(sites.filter_map(|site| Some((site.id.get()?, site.address.address().if_any()?))).collect())
}
