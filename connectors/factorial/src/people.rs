//! The people, all of them or those who changed.

use std::collections::BTreeSet;

use rollcall_sdk::prelude::*;

use crate::beside::Beside;
use crate::rows::{LARGEST_PAGE, Page, Place, Row, page_of};

pub const EMPLOYEES: &str = "/employees/employees";
const CONTRACTS: &str = "/contracts/contract_versions";

/// So many ids, with what else is asked for, fit the hundred parameters that the
/// host sends with a request.
const MOST_IDS: u32 = 90;

/// Lists that tell who changed: a contract or a custom field of somebody is
/// changed without a mark on the person.
const CHANGES: [&str; 3] = [EMPLOYEES, CONTRACTS, "/custom_fields/values"];

rollcall_sdk::shapes! {
    struct Employee<'a> {
        id: Text<'a>,
        first_name: Text<'a>,
        last_name: Text<'a>,
        full_name: Text<'a>,
        preferred_name: Text<'a>,
        email: Text<'a>,
        login_email: Text<'a>,
        personal_email: Text<'a>,
        phone_number: Text<'a>,
        company_identifier: Text<'a>,
        legal_entity_id: Text<'a>,
        location_id: Text<'a>,
        manager_id: Text<'a>,
        active: Flag,
        terminated_on: Text<'a>,
        seniority_calculation_date: Text<'a>,
        created_at: Text<'a>,
        updated_at: Text<'a>,
    }
}

/// Where a read is, and when it began: the next read of changes starts there.
#[derive(Serialize, Deserialize)]
struct At {
    lists: Lists<Place>,
    began: Since,
}

impl Shape for At {
    const SHAPE: &'static str = "factorial-people/1";
}

pub fn workers(cx: &Context, cursor: &Cursor) -> Result<WorkerPage> {
    let start = || At { lists: Lists::default(), began: Since::now(cx) };
    let At { lists, began } = cursor.get()?.unwrap_or_else(start);
    let since = cx.changes_since::<Since>()?;
    let Some(list) = CHANGES.get(lists.list) else { return Err(Failure::CheckpointExpired) };
    let is_people = *list == EMPLOYEES;
    let purpose = if is_people { "people page" } else { "who changed beside the people" };
    let mut call = page_of(cx, list, &lists.at, cx.page_size(MOST_IDS), purpose);
    if let Some(since) = since {
        // Whoever is missed is missed until the next full read. The people reach
        // back a day more, so that none of the other lists has to bring them again.
        let day = since.less_days(if is_people { 2 } else { 1 });
        // Of contracts an instant is wanted, of the others a day.
        let from = if *list == CONTRACTS { format!("{day}T00:00:00Z") } else { day.to_string() };
        call = call.query("updated_at_gteq", from);
    }
    if is_people {
        call = with_terminated(cx, call)?;
    }
    let answer = call.send()?;
    let (workers, next, total) = if is_people {
        let page: Page<Employee> = answer.json()?;
        let (next, total) = (page.next(&answer, &lists.at)?, page.total().filter(|_| since.is_none()));
        (read(cx, &answer, page.data)?, next, total)
    } else {
        let page: Page<Row> = answer.json()?;
        // The number of a thing may be that of somebody else.
        let rows = page.data.iter().filter(|row| !row.is_of_a_thing());
        let whose = rows.filter_map(|row| row.employee_id.as_str().or(row.valuable_id.as_str()));
        (by_id(cx, whose.collect(), since)?, page.next(&answer, &lists.at)?, None)
    };
    let count = match since {
        None => 1,
        Some(_) => CHANGES.len() - usize::from(!cx.wants_any("custom.")),
    };
    let next = lists.after(next, count).map(|lists| At { lists, began });
    Ok(WorkerPage::of(workers).next(next).total(total).checkpoint(&began))
}

fn with_terminated<'a>(cx: &Context, people: Call<'a>) -> Result<Call<'a>> {
    let asked = cx.setting("ask_for_terminated").boolean(false)?;
    Ok(people.query_if("include_active_and_terminated", asked.then_some("true")))
}

/// These people, but for those whom the first list had.
fn by_id(cx: &Context, ids: BTreeSet<&str>, since: Option<Since>) -> Result<Vec<Worker>> {
    // Without ids the list would be that of everybody.
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let call = page_of(cx, EMPLOYEES, &Place::default(), LARGEST_PAGE, "people who changed");
    let call = ids.iter().fold(call, |call, id| call.query("ids[]", id));
    let answer = with_terminated(cx, call)?.send()?;
    let mut people = answer.json::<Page<Employee>>()?.data;
    let had = |person: &Employee| person.updated_at.day() >= since.map(|since| since.less_days(1));
    people.retain(|person| !had(person));
    read(cx, &answer, people)
}

fn read(cx: &Context, answer: &Answer, people: Vec<Employee>) -> Result<Vec<Worker>> {
    if let Some(nth) = people.iter().position(|person| person.id.is_none()) {
        return Err(answer.invalid(&format!("data[{nth}].id: nobody can be told by it")));
    }
    let ids: Vec<_> = people.iter().filter_map(|person| person.id.as_str()).collect();
    if !people.is_empty() && people.iter().all(|person| person.active.get().is_none()) {
        warn!("`active` is hidden: who left is known by `terminated_on` alone");
    }
    let beside = Beside::read(cx, &ids)?;
    Ok(people.into_iter().map(|person| person.into_worker(cx, &beside)).collect())
}

/// A full position, in hundredths of a percent.
const WHOLE: f64 = 10_000.0;

impl Employee<'_> {
    fn into_worker(self, cx: &Context, beside: &Beside) -> Worker {
        let id = self.id.take().unwrap_or_default();
        let contract = beside.contracts.get(&id).cloned().unwrap_or_default();
        let begins = contract.start.clone().or(contract.effective);
        let is_to_come = begins.as_deref().and_then(Date::parse).is_some_and(|day| day > cx.today());
        let start = match is_to_come {
            true => begins,
            false => contract.start.or_else(|| self.seniority_calculation_date.date()).or(begins),
        };
        let day = start.as_deref().and_then(Date::parse);
        // Without a word on it (the credential may not see it) the dates decide.
        let status = match self.active.get() {
            Some(false) => WorkerStatus::Terminated,
            _ => status::of_dates(day, self.terminated_on.day(), cx.today()),
        };
        let is_away = status == WorkerStatus::Active && beside.away.contains(&id);
        let (role, level) = contract.level.and_then(|id| beside.levels.get(&id).cloned()).unwrap_or_default();
        let of_level = || joined([role.as_deref(), level.as_deref()]);
        let unit = |id: Text, name: Option<String>| Unit::of(id.take(), name);
        let location = self.location_id.as_str().and_then(|id| beside.locations.get(id));
        let location_name = location.and_then(|location| location.name.clone());
        let company = self.legal_entity_id.as_str().and_then(|id| beside.companies.get(id).cloned());
        Worker {
            user_name: self.login_email.get().or_else(|| self.email.get()),
            name: Name {
                given: self.first_name.take(),
                family: self.last_name.take(),
                display: self.full_name.take(),
                preferred: self.preferred_name.take(),
                ..Name::default()
            },
            contact: Contact {
                work_email: self.email.take(),
                personal_email: self.personal_email.take(),
                work_phone: self.phone_number.take(),
                timezone: location.and_then(|location| location.timezone.clone()),
                ..Contact::default()
            },
            employment: Employment {
                employee_number: self.company_identifier.take(),
                title: contract.title.or_else(of_level),
                grade: level,
                employment_type: contract.part.get().map(|part| {
                    let word = if part < WHOLE { "part-time" } else { "full-time" };
                    word.to_owned()
                }),
                fte: contract.part.part_of(Number::from(WHOLE)),
                start_date: start,
                end_date: self.terminated_on.date().or(contract.end),
                manager_id: self.manager_id.take(),
                ..Employment::default()
            },
            organization: Organization {
                company: unit(self.legal_entity_id, company),
                department: beside.departments.get(&id).cloned(),
                cost_center: beside.cost_centers.get(&id).cloned(),
                location: unit(self.location_id, location_name),
                teams: beside.teams.get(&id).cloned().unwrap_or_default(),
                ..Organization::default()
            },
            address: location.and_then(|location| location.address.clone()),
            custom: beside.custom.get(&id).cloned().unwrap_or_default(),
            created_at: self.created_at.instant(),
            updated_at: self.updated_at.instant(),
            ..Worker::new(id, if is_away { WorkerStatus::OnLeave } else { status })
        }
    }
}
