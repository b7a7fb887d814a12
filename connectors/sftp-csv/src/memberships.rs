//! Groups and who is in them, page by page: the people are read once more for
//! each, and then the file of memberships.

use rollcall_sdk::prelude::*;

use crate::choice::{self, Choice, Chosen, beside};
use crate::columns::Subject;
use crate::invalid;
use crate::overlay::Overlay;
use crate::people::{At, page_of};
use crate::record::Record;
use crate::setup::Setup;
use crate::survey::{Flaws, Records};
use crate::units::{Units, surveyed};

/// Groups or memberships that fit on a page.
const PAGE: u32 = 3_000;

/// Where a read of memberships is: among those of the columns of people, and then
/// of the file of memberships.
#[derive(Serialize, Deserialize)]
struct Turn {
    listed: bool,
    at: At,
}

impl Shape for Turn {
    const SHAPE: &'static str = "sftp-csv-memberships/1";
}

pub fn groups(files: &Files, cursor: &Cursor) -> Result<GroupPage> {
    let setup = Setup::read(files)?;
    let choice = choice::people(files, &setup)?;
    let units = Units::read(files, &setup, &choice)?;
    let at = At::read(files, &setup, &choice, cursor.get()?)?;
    if cursor.is_start() && !units.groups.is_empty() {
        return Ok(GroupPage::of(units.groups).next(Some(at)));
    }
    let overlay = Overlay::read(files, &setup, &choice.changes)?;
    let of = |record: Record| units.of_record(&record);
    let (mut groups, next) = page_of(files, &setup, &overlay, at, files.page_size(PAGE), &of)?;
    groups.sort_by(|one, other| one.id.cmp(&other.id));
    groups.dedup_by(|one, other| one.id == other.id);
    Ok(GroupPage::of(groups).next(next))
}

pub fn memberships(files: &Files, cursor: &Cursor) -> Result<MembershipPage> {
    let setup = Setup::read(files)?;
    let choice = choice::people(files, &setup)?;
    let units = Units::read(files, &setup, &choice)?;
    let chosen = chosen(files, &setup, &choice)?;
    let room = files.page_size(PAGE);
    let at = match cursor.get::<Turn>()? {
        Some(Turn { listed: true, at }) if at.is_of(&chosen) => {
            let nothing = Overlay::default();
            let of = |record: Record| {
                let told = membership(&record, &units, &setup);
                told.filter(|one| files.wants_group(&one.group_id)).into_iter().collect()
            };
            let (memberships, next) = page_of(files, &setup, &nothing, at, room, &of)?;
            let next = next.map(|at| Turn { listed: true, at });
            return Ok(MembershipPage::of(memberships).next(next));
        }
        Some(Turn { listed: true, .. }) => {
            let name = chosen.first().map_or("", |file| file.name.as_str());
            return Err(invalid(name, "is another file than when this read began"));
        }
        turn => At::read(files, &setup, &choice, turn.map(|turn| turn.at))?,
    };
    let overlay = Overlay::read(files, &setup, &choice.changes)?;
    let of = |record: Record| {
        let wanted = units.ids_of_record(&record).into_iter().filter(|group| files.wants_group(group));
        wanted.map(|group| Membership::worker(group, record.key.clone())).collect()
    };
    let (memberships, next) = page_of(files, &setup, &overlay, at, room, &of)?;
    let next = match next {
        Some(at) => Some(Turn { listed: false, at }),
        None if chosen.is_empty() => None,
        None => Some(Turn { listed: true, at: listed(files, &setup, &units, chosen)? }),
    };
    Ok(MembershipPage::of(memberships).next(next))
}

/// Whether the files of units, groups and memberships can be read.
pub fn check(files: &Files, setup: &Setup<'_>, choice: &Choice) -> Result<()> {
    let units = Units::read(files, setup, choice)?;
    listed(files, setup, &units, chosen(files, setup, choice)?).map(drop)
}

/// The file of memberships, or its parts.
fn chosen(files: &Files, setup: &Setup<'_>, choice: &Choice) -> Result<Vec<Chosen>> {
    match setup.memberships {
        Some(pattern) => beside(files, setup, "memberships_pattern", pattern, &choice.days),
        None => Ok(Vec::new()),
    }
}

/// The beginning of the file of memberships, which is looked through.
fn listed(files: &Files, setup: &Setup<'_>, units: &Units, chosen: Vec<Chosen>) -> Result<At> {
    let mut all = Vec::new();
    for chosen in &chosen {
        let file = chosen.name.as_str();
        let facts = surveyed(files, setup, chosen, Subject::Memberships)?;
        let mut records = Records::open(files, setup, &facts, None)?;
        let (mut unknown, mut flaws) = (0_u64, Flaws::default());
        while let Some(record) = records.next(setup)? {
            let days = Subject::Memberships.days();
            flaws.note(file, record.line, record.flaws.iter().filter(|field| days.contains(field)));
            let Some(member) = record.get("member_id") else {
                return Err(invalid(file, format!("line {}: has no member", record.line)));
            };
            let is_known =
                units.id(&record.key).is_some() && (!is_nested(&record) || units.id(member).is_some());
            unknown += u64::from(!is_known);
        }
        flaws.judge(file, facts.records)?;
        if unknown > 0 {
            warn!("`{file}` has {unknown} memberships of groups that no file has");
        }
        drop(records);
        all.push(facts);
    }
    Ok(At::beginning(Choice { base: chosen, ..Choice::default() }, all))
}

fn is_nested(record: &Record) -> bool {
    record.get("member_type").is_some_and(|kind| kind.eq_ignore_ascii_case("group"))
}

/// One that is in force. A group that no file has is no group.
fn membership(record: &Record, units: &Units, setup: &Setup<'_>) -> Option<Membership> {
    let is_over = record.day("end_date").is_some_and(|end| setup.is_over(end));
    if is_over || record.day("start_date").is_some_and(|start| start > setup.today) {
        return None;
    }
    let (group, member) = (units.id(&record.key)?, record.get("member_id")?);
    Some(match is_nested(record) {
        true => Membership::group(group, units.id(member)?),
        false => Membership::worker(group, member),
    })
}
