//! The first generation: `/v1/company/employees`. Units are on the people.

pub mod setup;
mod shapes;

use rollcall_sdk::prelude::*;

use crate::call;
use crate::fields::{FieldMap, full_time_hours};
use crate::profile::{Place, Profile};
use shapes::{Employee, Envelope};

const EMPLOYEES: &str = "/v1/company/employees";
/// Without it an answer has 50 people, whatever is asked for.
const LARGEST_PAGE: u32 = 100;
/// A read of changes may come as one answer; the host takes this many.
const MOST_PEOPLE: usize = 5000;
/// What groups and memberships are made of.
const UNIT_KEYS: [&str; 6] = ["id", "department", "team", "office", "subcompany", "cost_centers"];

/// Where a read is, and when it began: a later read of changes starts there.
#[derive(Serialize, Deserialize)]
struct At {
    paging: Offset,
    began: Since,
}

impl Shape for At {
    const SHAPE: &'static str = "personio-v1/1";
}

fn start(cx: &Context, cursor: &Cursor) -> Result<At> {
    Ok(cursor.get()?.unwrap_or_else(|| At { paging: Offset::default(), began: Since::now(cx) }))
}

fn ask(cx: &Context, at: &At, keys: &[&str], purpose: &str) -> Result<Answer> {
    let limit = cx.page_size(LARGEST_PAGE);
    let mut call = call(cx, EMPLOYEES, "v1", purpose).query("limit", limit).query("offset", at.paging.offset);
    if let Some(since) = cx.changes_since::<Since>()? {
        // The provider's clock and zone are its own: a day's overlap costs
        // little, a person who is missed is missed for good.
        call = call.query("updated_since", since.less_days(1));
    }
    for key in keys {
        call = call.query("attributes[]", key);
    }
    call.send()
}

/// The people of an answer, how many there are in all, and what follows.
fn read<'a>(
    cx: &Context,
    at: &At,
    answer: &'a Answer,
) -> Result<(Vec<Profile<'a>>, Option<u64>, Option<At>)> {
    let full_time = full_time_hours(cx)?;
    let (employees, total) = answer.json::<Envelope<Employee>>()?.data(answer)?;
    let people: Vec<_> = employees.into_iter().map(|one| one.attributes.into_profile(full_time)).collect();
    if let Some(nth) = people.iter().position(|person| person.id.is_none()) {
        return Err(answer.invalid(&format!("data[{nth}].attributes.id: nobody can be told by it")));
    }
    let changes = cx.changes_since::<Since>()?.is_some();
    if people.len() > MOST_PEOPLE {
        return Err(if changes {
            Failure::CheckpointExpired
        } else {
            answer.invalid("the page size is ignored")
        });
    }
    let ids = people.iter().filter_map(|person| person.id.as_str());
    let next = match at.paging.after(ids, total, cx.page_size(LARGEST_PAGE)) {
        // Documented as taking no paging with `updated_since`: the answer that
        // comes again had everything.
        Err(_) if changes => None,
        next => next?.map(|paging| At { paging, began: at.began }),
    };
    Ok((people, total.filter(|_| !changes), next))
}

pub fn workers(cx: &Context, cursor: &Cursor) -> Result<WorkerPage> {
    let fields = FieldMap::read(cx)?;
    let at = start(cx, cursor)?;
    let answer = ask(cx, &at, &setup::keys_to_ask(cx, &fields), "people page")?;
    let (people, total, next) = read(cx, &at, &answer)?;
    let workers = people.into_iter().map(|person| person.into_worker(cx, &fields)).collect();
    Ok(WorkerPage::of(workers).next(next).total(total).checkpoint(&at.began))
}

fn unit_keys(cx: &Context) -> &'static [&'static str] {
    if cx.setting("attributes").optional() == Some("*") { &[] } else { &UNIT_KEYS }
}

/// There is no list of units: each page has those of its people, and the host
/// keeps one of each.
pub fn groups(cx: &Context, cursor: &Cursor) -> Result<GroupPage> {
    let at = start(cx, cursor)?;
    let answer = ask(cx, &at, unit_keys(cx), "groups of a people page")?;
    let (people, _, next) = read(cx, &at, &answer)?;
    let mut groups: Vec<Group> = Vec::new();
    for group in people.iter().flat_map(|person| &person.units).filter_map(Place::group) {
        if !groups.iter().any(|known| known.id == group.id) {
            groups.push(group);
        }
    }
    Ok(GroupPage::of(groups).next(next))
}

pub fn memberships(cx: &Context, cursor: &Cursor) -> Result<MembershipPage> {
    let at = start(cx, cursor)?;
    let answer = ask(cx, &at, unit_keys(cx), "memberships of a people page")?;
    let (people, _, next) = read(cx, &at, &answer)?;
    Ok(MembershipPage::of(people.iter().flat_map(|person| person.memberships(cx)).collect()).next(next))
}
