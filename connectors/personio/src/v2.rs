//! The second generation: people and their employments by id, a request for
//! each person.

pub mod setup;
mod shapes;
pub mod units;

use rollcall_sdk::prelude::*;

use crate::fields::{FieldMap, full_time_hours};
use crate::profile::Profile;
use crate::{Since, call};
use shapes::{Employment, Envelope, Person};
use units::Names;

const PERSONS: &str = "/v2/persons";
/// More is answered with 400.
const LARGEST_PAGE: u32 = 50;

/// Where a read is, when it began, and the names of units, read on its first
/// page: they come along as long as they fit.
#[derive(Serialize, Deserialize)]
struct At {
    paging: Token,
    began: i64,
    names: Option<Names>,
}

impl Shape for At {
    const SHAPE: &'static str = "personio-v2/1";
}

fn start(cx: &Context, cursor: &Cursor) -> Result<At> {
    let first = || At { paging: Token::default(), began: cx.now().millis(), names: None };
    Ok(cursor.get()?.unwrap_or_else(first))
}

/// A page of people and what belongs to them, as long as its answers live.
struct Page {
    people: Answer,
    employments: Vec<Option<Answer>>,
}

impl Page {
    fn ask(cx: &Context, at: &At, purpose: &str) -> Result<Self> {
        /// The provider's clock may be behind the host's.
        const OVERLAP_MILLIS: i64 = 5 * 60 * 1000;
        let since =
            cx.changes_since::<Since>()?.map(|since| Instant::from_millis(since.millis - OVERLAP_MILLIS));
        let call = call(cx, PERSONS, "v2", purpose).query("limit", cx.page_size(LARGEST_PAGE));
        let people = call.query_if("updated_at.gt", since).query_if("cursor", at.paging.get()).send()?;
        let employments = employments(cx, &people.json::<Envelope<Person>>()?.data, &people)?;
        Ok(Self { people, employments })
    }

    fn read<'a>(
        &'a self,
        cx: &Context,
        at: &At,
        names: &'a Names,
    ) -> Result<(Vec<Profile<'a>>, Option<Token>)> {
        let full_time = full_time_hours(cx)?;
        let page: Envelope<Person> = self.people.json()?;
        let next = page.after(&at.paging, &self.people)?;
        let both = page.data.into_iter().zip(&self.employments);
        let people = both.map(|(person, detail)| {
            let all = detail.as_ref().map(|answer| answer.json::<Envelope<Employment>>()).transpose()?;
            let current = shapes::current(all.map(|page| page.data).unwrap_or_default());
            Ok(shapes::profile(person, current, names, full_time))
        });
        Ok((people.collect::<Result<_>>()?, next))
    }
}

/// The employments of each person, in their order; `None` for somebody who was
/// deleted since the page was made.
fn employments(cx: &Context, people: &[Person], answer: &Answer) -> Result<Vec<Option<Answer>>> {
    let calls = people.iter().enumerate().map(|(nth, person)| {
        let nobody = || answer.invalid(&format!("_data[{nth}].id: nobody can be told by it"));
        let path = format!("{PERSONS}/{}/employments", segment(person.id.as_str().ok_or_else(nobody)?));
        Ok(call(cx, &path, "v2", "employments of a person").query("limit", LARGEST_PAGE))
    });
    let answers = cx.fetch_all(calls.collect::<Result<_>>()?).into_iter();
    answers
        .map(|answer| if answer == Err(Failure::Upstream(404)) { Ok(None) } else { answer.map(Some) })
        .collect()
}

pub fn workers(cx: &Context, cursor: &Cursor) -> Result<WorkerPage> {
    let fields = FieldMap::read(cx)?;
    let mut at = start(cx, cursor)?;
    let names = match at.names.take() {
        Some(names) => names,
        None => Names::read(cx)?,
    };
    let page = Page::ask(cx, &at, "people page")?;
    let (people, next) = page.read(cx, &at, &names)?;
    let page = WorkerPage::of(people.into_iter().map(|person| person.into_worker(cx, &fields)).collect());
    let next = next.map(|paging| At { paging, began: at.began, names: names.if_small() });
    Ok(page.next(next).checkpoint(&Since { millis: at.began }))
}

pub fn memberships(cx: &Context, cursor: &Cursor) -> Result<MembershipPage> {
    let at = start(cx, cursor)?;
    let page = Page::ask(cx, &at, "memberships of a people page")?;
    let names = Names::default();
    let (people, next) = page.read(cx, &at, &names)?;
    let memberships = people.iter().flat_map(|person| person.memberships(cx)).collect();
    Ok(MembershipPage::of(memberships).next(next.map(|paging| At { paging, ..at })))
}
