//! `Get_Workers`: people, and which organizations they are in.

use std::collections::BTreeMap;

use rollcall_sdk::prelude::*;

use crate::fields::{self, Record};
use crate::organizations;
use crate::person::Person;
use crate::soap::{self, At, element, flags};

/// The lists that a read goes through.
#[derive(Clone, Copy)]
enum List {
    /// Everybody who works here, or has.
    All,
    /// Whoever is to come, whom the list of all does not have.
    Hires,
    /// Who was changed since the last read.
    Entered,
    /// For whom something began meanwhile that was entered long ago.
    Effective,
}

/// Where a read is.
#[derive(Serialize, Deserialize)]
struct Read {
    at: Lists<At>,
    began: Began,
}

impl Shape for Read {
    const SHAPE: &'static str = "workday-workers/1";
}

/// When a read began, by the provider's clock, on which everything hangs: what
/// the pages show, who is to come, and where the next read begins.
#[derive(Clone, Serialize, Deserialize)]
struct Began {
    moment: String,
}

impl Shape for Began {
    const SHAPE: &'static str = "workday-began/1";
}

impl Began {
    fn instant(&self) -> Result<Instant> {
        Instant::parse(&self.moment).ok_or(Failure::CheckpointExpired)
    }
}

/// What a transaction is still being written when the clock is read.
const OVERLAP_MILLIS: i64 = 5 * 60 * 1000;
const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;

fn clock(cx: &Context) -> Result<Began> {
    let answer = soap::call(cx, "Server_Timestamp_Get", "", "the provider's time")?.send()?;
    let told = answer.xml()?.root().text("Body/Server_Timestamp/Server_Timestamp_Data").instant();
    told.map(|moment| Began { moment }).ok_or_else(|| answer.invalid("it has no `Server_Timestamp_Data`"))
}

/// How far ahead somebody is read.
fn future_days(cx: &Context) -> Result<i64> {
    Ok(cx.setting("future_hire_days").parse("a number of days")?.unwrap_or(60))
}

fn lists(cx: &Context) -> Result<&'static [List]> {
    Ok(if cx.changes_since::<Began>()?.is_some() {
        &[List::Entered, List::Effective]
    } else if future_days(cx)? > 0 {
        &[List::All, List::Hires]
    } else {
        &[List::All]
    })
}

/// The part of a request that chooses the people of a list.
fn criteria(cx: &Context, list: List, began: Instant) -> Result<String> {
    let range = |what: &str, from: Instant, through: Instant| {
        let bounds = element(&format!("{what}_From"), from) + &element(&format!("{what}_Through"), through);
        element("Transaction_Date_Range_Data", bounds)
    };
    let since = || -> Result<Instant> {
        let since = cx.changes_since::<Began>()?.ok_or(Failure::CheckpointExpired)?;
        Ok(since.instant()?.plus_millis(-OVERLAP_MILLIS))
    };
    let log = match list {
        List::All => return Ok(String::new()),
        List::Entered => range("Updated", since()?, began),
        List::Effective => range("Effective", since()?, began),
        List::Hires => {
            let hires = ["Hire Employee", "Contract Contingent Worker"]
                .map(|kind| element("Transaction_Type_Reference", soap::id("Business_Process_Type", kind)));
            range("Effective", began, began.plus_millis(future_days(cx)? * DAY_MILLIS))
                + &element("Transaction_Type_References", hires.concat())
        }
    };
    Ok(element("Transaction_Log_Criteria_Data", log))
}

/// What is told of each.
struct Told {
    /// Without an integration system, no field that a customer added.
    system: String,
    details: String,
}

/// Organizations of some types are left out unless they are groups.
fn details(cx: &Context, personal: bool, organizations: bool, chain: bool, account: bool) -> String {
    let types = organizations::types(cx);
    let is_no_group = |kind| !types.contains(&kind);
    flags(&[
        ("Include_Reference", true),
        ("Include_Personal_Information", personal),
        ("Include_Additional_Jobs", personal),
        ("Include_Employment_Information", true),
        ("Include_Organizations", organizations),
        ("Exclude_Organization_Support_Role_Data", true),
        ("Exclude_Pay_Groups", is_no_group("PAY_GROUP")),
        ("Include_Management_Chain_Data", chain),
        ("Include_User_Account", account),
        ("Exclude_Funds", is_no_group("FUND")),
        ("Exclude_Grants", is_no_group("GRANT")),
        ("Exclude_Programs", is_no_group("PROGRAMS")),
        ("Exclude_Gifts", is_no_group("GIFT")),
    ])
}

/// For workers, no more than is used.
fn wanted(cx: &Context) -> Told {
    const UNITS: [&str; 6] = ["company", "business_unit", "division", "department", "cost_center", "teams"];
    const ACCOUNT: [&str; 4] = ["user_name", "preferred_language", "locale", "timezone"];
    let organizations = UNITS.iter().any(|unit| cx.wants_unit(unit));
    let account = ACCOUNT.iter().any(|name| cx.wants(name));
    let system = cx.setting("integration_system_id").optional().filter(|_| cx.wants_any("custom."));
    let system = system.map(|system| {
        let provider = element("Provider_Reference", soap::id("Integration_System_ID", system));
        element("Field_And_Parameter_Criteria_Data", provider)
    });
    Told {
        system: system.unwrap_or_default(),
        details: details(cx, true, organizations, cx.wants("manager_id"), account),
    }
}

/// A request for people: by a list's criteria, or by their ids.
fn ask<'a>(
    cx: &'a Context,
    references: &str,
    criteria: &str,
    filter: &str,
    Told { system, details }: &Told,
    purpose: &str,
) -> Result<Call<'a>> {
    let everybody = flags(&[("Exclude_Inactive_Workers", false), ("Exclude_Contingent_Workers", false)]);
    let criteria = element("Request_Criteria", format!("{criteria}{system}{everybody}"));
    let parts = format!("{references}{criteria}{filter}{}", element("Response_Group", details));
    soap::call(cx, "Get_Workers_Request", &parts, purpose)
}

fn as_of(day: Date, moment: &str) -> String {
    element("As_Of_Effective_Date", day) + &element("As_Of_Entry_DateTime", moment)
}

/// Hands each person of a page to `take`, with the day it is for the tenant.
/// Where the read goes on, and when it began.
fn page(
    cx: &Context,
    cursor: &Cursor,
    told: &Told,
    purpose: &str,
    take: &mut dyn FnMut(&Person, Date),
) -> Result<(Option<Read>, Began)> {
    let Read { at, began } = match cursor.get()? {
        Some(read) => read,
        None => Read { at: Lists::default(), began: clock(cx)? },
    };
    let lists = lists(cx)?;
    let (list, at) = at.find(lists, |_| true).ok_or(Failure::CheckpointExpired)?;
    let today = Date::parse(&began.moment).ok_or(Failure::CheckpointExpired)?;
    let filter = at.at.filter(cx, &as_of(today, &began.moment))?;
    let criteria = criteria(cx, *list, began.instant()?)?;
    let answer = ask(cx, "", &criteria, &filter, told, purpose)?.send()?;
    let document = answer.xml()?;
    let (people, next) = at.at.take(&answer, &document, "Worker")?;
    let mut awaited: BTreeMap<Date, Vec<String>> = BTreeMap::new();
    let last_day = today.plus_days(future_days(cx)?);
    for person in people.into_iter().map(|one| Person::new(cx, one)) {
        match fields::awaited(&person, today) {
            // Among the changes too: the next full read would not have them.
            Some(day) if last_day.is_some_and(|last| day > last) => {}
            Some(day) => awaited.entry(day).or_default().extend(person.text("id").take()),
            None => take(&person, today),
        }
    }
    as_hired(cx, &awaited, told, &mut |person| take(person, today))?;
    let next = at.after(next, lists.len()).map(|at| Read { at, began: began.clone() });
    Ok((next, began))
}

/// Those who are to come, as they will be on their first day: until then little
/// more is told than their names.
fn as_hired(
    cx: &Context,
    awaited: &BTreeMap<Date, Vec<String>>,
    told: &Told,
    take: &mut dyn FnMut(&Person),
) -> Result<()> {
    let call = |(day, ids): (&Date, &Vec<String>)| {
        let references = ids.iter().map(|id| element("Worker_Reference", soap::id("WID", id)));
        let references = element("Request_References", references.collect::<String>());
        let filter = At::default().filter(cx, &as_of(*day, &format!("{day}T00:00:00Z")))?;
        ask(cx, &references, "", &filter, told, "people to come")
    };
    let calls = awaited.iter().map(call).collect::<Result<_>>()?;
    for (answer, ids) in cx.fetch_all(calls).into_iter().zip(awaited.values()) {
        let answer = answer?;
        let document = answer.xml()?;
        let (people, _) = At::default().take(&answer, &document, "Worker")?;
        if people.len() != ids.len() {
            let (told, asked) = (people.len(), ids.len());
            return Err(answer.invalid(&format!("{asked} people were asked for, and {told} came")));
        }
        people.into_iter().for_each(|one| take(&Person::new(cx, one)));
    }
    Ok(())
}

/// Hands a few people to `take`, whoever they are.
pub fn some(cx: &Context, count: u32, purpose: &str, take: &mut dyn FnMut(&[Person])) -> Result<()> {
    future_days(cx)?;
    At::default().filter(cx, "")?;
    let filter = element("Response_Filter", element("Page", 1) + &element("Count", count));
    let answer = ask(cx, "", "", &filter, &wanted(cx), purpose)?.send()?;
    let document = answer.xml()?;
    let people = document.root().all("Body/Get_Workers_Response/Response_Data/Worker");
    take(&people.into_iter().map(|one| Person::new(cx, one)).collect::<Vec<_>>());
    Ok(())
}

pub fn workers(cx: &Context, cursor: &Cursor) -> Result<WorkerPage> {
    let mut workers = Vec::new();
    let take = &mut |person: &Person, today| workers.push(fields::worker(cx, person, today));
    let (next, began) = page(cx, cursor, &wanted(cx), "people page", take)?;
    Ok(WorkerPage::of(workers).next(next).checkpoint(&began))
}

/// Of the organizations that are groups.
pub fn memberships(cx: &Context, cursor: &Cursor) -> Result<MembershipPage> {
    let types = organizations::types(cx);
    let mut memberships = Vec::new();
    let take = &mut |person: &Person, _| {
        let id = person.text("id").take().unwrap_or_default();
        let is_group = |kind: &Text| kind.as_str().is_some_and(|kind| types.contains(&kind));
        let groups = person.organizations.iter().filter(|(kind, _)| is_group(kind));
        let groups = groups.filter_map(|(_, one)| one.text("Organization_Reference/ID[@type='WID']").take());
        let groups = groups.filter(|group| cx.wants_group(group));
        memberships.extend(groups.map(|group| Membership::worker(group, id.as_str())));
    };
    let told = Told { system: String::new(), details: details(cx, false, true, false, false) };
    let (next, _) = page(cx, cursor, &told, "memberships of a people page", take)?;
    Ok(MembershipPage::of(memberships).next(next))
}

#[cfg(test)]
mod tests {
    use rollcall_sdk::testing::Provider;

    use super::*;
    use crate::Workday;

    #[test]
    fn organizations_that_are_groups_are_not_left_out() {
        let provider = Provider::new().setting("organization_types", "PAY_GROUP, PROGRAMS");
        let details = details(&provider.context::<Workday>(), false, true, false, false);
        for (what, is_left_out) in
            [("Pay_Groups", false), ("Programs", false), ("Funds", true), ("Grants", true), ("Gifts", true)]
        {
            assert!(details.contains(&element(&format!("Exclude_{what}"), is_left_out)), "{what}");
        }
    }
}
