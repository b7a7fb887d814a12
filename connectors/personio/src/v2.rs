//! The second generation: people and their employments by id, a request for
//! each person.

pub mod setup;
mod shapes;
pub mod units;

use rollcall_sdk::prelude::*;

use crate::call;
use crate::fields::{FieldMap, full_time_hours};
use crate::profile::Profile;
use shapes::{Employment, Envelope, Person};
use units::{Names, Use};

const PERSONS: &str = "/v2/persons";
/// More is answered with 400.
const LARGEST_PAGE: u32 = 50;
/// The provider's clock may be behind the host's.
const OVERLAP_MINUTES: u32 = 5;

/// Where a read is, when it began, and the names of units, read on its first
/// page: they come along as long as they fit.
#[derive(Serialize, Deserialize)]
struct At {
    paging: Token,
    began: Since,
    names: Option<Names>,
}

impl Shape for At {
    const SHAPE: &'static str = "personio-v2/1";
}

/// Hands each person of a page to `take`, with the names of the units. Where the
/// read goes on, and when it began.
fn people(
    cx: &Context,
    cursor: &Cursor,
    purpose: &str,
    units: Use,
    take: &mut dyn FnMut(Profile),
) -> Result<(Option<At>, Since)> {
    let first = || At { paging: Token::default(), began: Since::now(cx), names: None };
    let At { paging, began, names } = cursor.get()?.unwrap_or_else(first);
    let names = match names {
        Some(names) => names,
        None => Names::read(cx, units)?,
    };
    let full_time = full_time_hours(cx)?;
    let since = cx.changes_since::<Since>()?.map(|since| since.less_minutes(OVERLAP_MINUTES));
    let call = call(cx, PERSONS, "v2", purpose).query("limit", cx.page_size(LARGEST_PAGE));
    let answer = call.query_if("updated_at.gt", since).query_if("cursor", paging.get()).send()?;
    let page: Envelope<Person> = answer.json()?;
    let next = page.after(&paging, &answer)?;
    let details = employments(cx, &page.data, &answer)?;
    for (person, detail) in page.data.into_iter().zip(&details) {
        let employments = detail.json::<Envelope<Employment>>()?.data;
        take(shapes::profile(person, shapes::current(employments), &names, full_time));
    }
    let next = next.map(|paging| At { paging, began, names: names.if_small() });
    Ok((next, began))
}

/// The employments of each person, in their order. Somebody who was deleted since
/// the page was made fails it: the next read has a list without them.
fn employments(cx: &Context, people: &[Person], answer: &Answer) -> Result<Vec<Answer>> {
    let calls = people.iter().enumerate().map(|(nth, person)| {
        let nobody = || answer.invalid(&format!("_data[{nth}].id: nobody can be told by it"));
        let path = format!("{PERSONS}/{}/employments", segment(person.id.as_str().ok_or_else(nobody)?));
        Ok(call(cx, &path, "v2", "employments of a person").query("limit", LARGEST_PAGE))
    });
    cx.fetch_all(calls.collect::<Result<_>>()?).into_iter().collect()
}

pub fn workers(cx: &Context, cursor: &Cursor) -> Result<WorkerPage> {
    let fields = FieldMap::read(cx)?;
    let mut workers = Vec::new();
    let (next, began) = people(cx, cursor, "people page", Use::Names, &mut |person| {
        workers.push(person.into_worker(cx, &fields));
    })?;
    Ok(WorkerPage::of(workers).next(next).checkpoint(&began))
}

/// Only of units that are in their list: `groups` knows no others.
pub fn memberships(cx: &Context, cursor: &Cursor) -> Result<MembershipPage> {
    let mut memberships = Vec::new();
    let (next, _) = people(cx, cursor, "memberships of a people page", Use::Groups, &mut |mut person| {
        person.units.retain(|unit| !unit.name.is_none());
        memberships.extend(person.memberships(cx));
    })?;
    Ok(MembershipPage::of(memberships).next(next))
}
