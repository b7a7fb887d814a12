//! People of Employee Central: everybody of today, and then whoever starts
//! within some days.

use rollcall_sdk::prelude::*;

use crate::lookup::Lookup;
use crate::odata::{literal, page};
use crate::person::{Chosen, Person};
use crate::query::{At, Query};
use crate::units;

/// Paths, and the attributes that need them; none: the status or the name does.
const EXPAND: [(&str, &[&str]); 11] = [
    ("employmentNav/userNav", &[]),
    ("personEmpTerminationInfoNav", &[]),
    ("personalInfoNav", &[]),
    // Apart from the types of addresses, which a company may not have.
    ("emailNav", &[]),
    ("emailNav/emailTypeNav", &[]),
    ("phoneNav/phoneTypeNav", &["work_phone", "mobile_phone"]),
    ("employmentNav/jobInfoNav/employmentTypeNav", &["employment_type"]),
    ("employmentNav/jobInfoNav/employeeClassNav", &["worker_type"]),
    ("personalInfoNav/salutationNav", &["honorific_prefix"]),
    ("personalInfoNav/suffixNav", &["honorific_suffix"]),
    ("personalInfoNav/nativePreferredLangNav", &["preferred_language"]),
];

/// All that memberships need; no status is right without.
const JOBS: &str = "employmentNav/jobInfoNav/emplStatusNav";

pub fn workers(cx: &Context, cursor: &Cursor) -> Result<WorkerPage> {
    let at = At::of(cx, cursor)?;
    let answer = at.send(cx, query(cx, at.ahead, expand(cx))?, "people page")?;
    let (people, next) = chosen(cx, &at, &answer)?;
    let lookup = Lookup::for_workers(cx, &people)?;
    let workers = people.into_iter().map(|person| person.into_worker(cx, &lookup)).collect();
    Ok(WorkerPage::of(workers).next(next).checkpoint(&at.since))
}

/// In the unit of each code of the job, if there is such a group.
pub fn memberships(cx: &Context, cursor: &Cursor) -> Result<MembershipPage> {
    let mut kinds = units::grouped(cx)?;
    kinds.retain(|kind| cx.wants_groups_of(kind.kind));
    if kinds.is_empty() {
        return Ok(MembershipPage::default());
    }
    let at = At::of(cx, cursor)?;
    let answer = at.send(cx, query(cx, at.ahead, Vec::new())?, "memberships of a people page")?;
    let (people, next) = chosen(cx, &at, &answer)?;
    let lookup = Lookup::for_groups(cx, &people, &kinds)?;
    let mut found = Vec::new();
    for person in &people {
        let groups = kinds.iter().filter_map(|kind| lookup.group_id(kind, person.code(kind)?));
        let wanted = groups.filter(|group| cx.wants_group(group));
        found.extend(wanted.map(|group| Membership::worker(group, &person.id)));
    }
    Ok(MembershipPage::of(found).next(next))
}

pub fn expand(cx: &Context) -> Vec<&'static str> {
    let wanted = |attributes: &[&str]| attributes.is_empty() || attributes.iter().any(|one| cx.wants(one));
    EXPAND.iter().filter(|(_, used)| wanted(used)).map(|(path, _)| *path).collect()
}

/// The people of a page as they are on its day, and where the read goes on.
fn chosen<'a>(cx: &Context, at: &At, answer: &'a Answer) -> Result<(Vec<Chosen<'a>>, Option<At>)> {
    let (mut people, next) = page::<Person>(answer)?;
    let day = if at.ahead { day_ahead(cx)? } else { cx.today() };
    // Whoever works here today came among those of today; a second employment
    // that is to come does not make them somebody to come.
    people.retain(|person| !(at.ahead && person.works_on(cx.today())));
    let people = people
        .into_iter()
        .map(|person| person.on(day).ok_or_else(|| answer.invalid("a person has no `personIdExternal`")));
    Ok((people.collect::<Result<_>>()?, at.after(next.as_deref(), days_ahead(cx)? > 0)?))
}

/// Everybody, or those who changed; or those to come.
pub fn query(cx: &Context, ahead: bool, expand: Vec<&'static str>) -> Result<Query> {
    let query = Query { entity: "PerPerson", needed: &[JOBS], expand, ..Query::default() };
    if !ahead {
        let filter = cx.changes_since::<Since>()?.map(|since| changed(cx, since));
        return Ok(Query { filter, ..query });
    }
    let filter = format!(
        "employmentNav/startDate gt datetime'{}T00:00:00' and employmentNav/userNav/status in 't','f','e'",
        cx.today()
    );
    Ok(Query { as_of: Some(day_ahead(cx)?), filter: Some(filter), ..query })
}

/// Who changed since: the record of a person itself rarely does. What was
/// entered earlier and holds from some day on is no change of that day; and
/// where the company's day begins is not known, so a day more is read.
fn changed(cx: &Context, since: Since) -> String {
    const DAY_MINUTES: u32 = 24 * 60;
    const PARTS: [&str; 7] = [
        "",
        "personalInfoNav/",
        "emailNav/",
        "phoneNav/",
        "employmentNav/",
        "employmentNav/userNav/",
        "employmentNav/jobInfoNav/",
    ];
    const DATES: [&str; 3] = [
        "employmentNav/jobInfoNav/startDate",
        "personalInfoNav/startDate",
        "personEmpTerminationInfoNav/latestTerminationDate",
    ];
    let (from, to) = (literal(since.less_minutes(OVERLAP_MINUTES)), literal(Since::now(cx).less_minutes(0)));
    let day_before = literal(since.less_minutes(DAY_MINUTES));
    let parts = PARTS.iter().map(|part| format!("({part}lastModifiedDateTime ge {from})"));
    let dates = DATES.iter().map(|date| format!("({date} ge {day_before} and {date} le {to})"));
    parts.chain(dates).collect::<Vec<_>>().join(" or ")
}

/// The provider's clock may be behind the host's.
pub const OVERLAP_MINUTES: u32 = 5;

fn days_ahead(cx: &Context) -> Result<i64> {
    Ok(cx.setting("future_days").parse("a number of days")?.unwrap_or(0))
}

fn day_ahead(cx: &Context) -> Result<Date> {
    let day = cx.today().plus_days(days_ahead(cx)?);
    day.ok_or_else(|| cx.setting("future_days").wrong("leads beyond the last day of all"))
}
