//! Groups and who is in them, page by page: the people are read once more for
//! each, and then the file of memberships.

use rollcall_sdk::prelude::*;

use crate::choice::{self, Chosen, beside};
use crate::invalid;
use crate::limits::MAX_UNITS;
use crate::overlay::Overlay;
use crate::people::{At, page_of_records};
use crate::record::Record;
use crate::setup::Setup;
use crate::units::{Units, records};

/// People whose units fit on a page.
const PAGE: u32 = 500;

pub fn groups(files: &Files, cursor: &Cursor) -> Result<GroupPage> {
    let setup = Setup::read(files)?;
    let choice = choice::people(files, &setup)?;
    let units = Units::read(files, &setup, &choice)?;
    let overlay = Overlay::read(files, &setup, &choice.changes)?;
    let at = At::read(files, &setup, &choice, cursor)?;
    let (people, next) = page_of_records(files, &setup, &overlay, at, files.page_size(PAGE))?;
    let mut groups: Vec<Group> = people.iter().flat_map(|record| units.of_record(record)).collect();
    groups.sort_by(|one, other| one.id.cmp(&other.id));
    groups.dedup_by(|one, other| one.id == other.id);
    if cursor.is_start() {
        groups.extend(units.groups);
    }
    Ok(GroupPage::of(groups).next(next))
}

pub fn memberships(files: &Files, cursor: &Cursor) -> Result<MembershipPage> {
    let setup = Setup::read(files)?;
    let choice = choice::people(files, &setup)?;
    let units = Units::read(files, &setup, &choice)?;
    let overlay = Overlay::read(files, &setup, &choice.changes)?;
    let at = At::read(files, &setup, &choice, cursor)?;
    let (people, next) = page_of_records(files, &setup, &overlay, at, files.page_size(PAGE))?;
    let of = |record: &Record| {
        let key = record.key.clone();
        units.ids_of_record(record).into_iter().map(move |group| Membership::worker(group, key.clone()))
    };
    let mut memberships: Vec<Membership> = people.iter().flat_map(of).collect();
    if let (true, Some(pattern)) = (cursor.is_start(), setup.memberships) {
        for file in beside(files, &setup, "memberships_pattern", pattern, &choice.days)? {
            memberships.extend(listed(files, &setup, &units, &file)?);
        }
    }
    memberships.retain(|membership| files.wants_group(&membership.group_id));
    Ok(MembershipPage::of(memberships).next(next))
}

/// Those of the file of memberships. A group that no file has is no group.
fn listed(files: &Files, setup: &Setup<'_>, units: &Units, chosen: &Chosen) -> Result<Vec<Membership>> {
    let file = chosen.name.as_str();
    let mut memberships = Vec::new();
    let mut unknown = 0_u64;
    for record in records(files, setup, chosen, "group_id")? {
        let Some(member) = record.get("member_id") else {
            return Err(invalid(file, format!("line {}: has no member", record.line)));
        };
        let within = record.get("member_type").is_some_and(|kind| kind.eq_ignore_ascii_case("group"));
        match (units.id(&record.key), within, units.id(member)) {
            (None, ..) | (_, true, None) => unknown += 1,
            (Some(group), true, Some(inner)) => memberships.push(Membership::group(group, inner)),
            (Some(group), false, _) => memberships.push(Membership::worker(group, member)),
        }
        if memberships.len() > MAX_UNITS {
            return Err(invalid(file, format!("has more than {MAX_UNITS} memberships")));
        }
    }
    if unknown > 0 {
        warn!("`{file}` has {unknown} memberships of groups that no file has");
    }
    Ok(memberships)
}
