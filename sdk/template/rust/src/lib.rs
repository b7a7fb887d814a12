//! Example HR, a provider that does not exist: what a connector has to do, once
//! each. Replace it piece by piece with yours.

use rollcall_sdk::json::Ignored;
use rollcall_sdk::prelude::*;

pub struct ExampleHr;

rollcall_sdk::export!(ExampleHr);

/// What the provider calls the states of a person. A word that is not here is
/// logged and taken for the fallback.
const STATES: StatusTable = &[
    ("employed", WorkerStatus::Active),
    ("parental_leave", WorkerStatus::OnLeave),
    ("left", WorkerStatus::Inactive),
];

/// Records that the provider gives at most on a page.
const PAGE: u32 = 200;

/// Hours of a full position.
const FULL_TIME: f64 = 40.0;

// The list of a page has to be there: an answer without it is not a company of
// nobody, so this is serde as usual, and an error when it is missing.
#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
struct People<'a> {
    people: Vec<Person<'a>>,
    total: Option<u64>,
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
struct Departments<'a> {
    departments: Vec<Department<'a>>,
    next_cursor: Option<Text<'a>>,
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
struct Company<'a> {
    name: Option<Text<'a>>,
    id: Option<Text<'a>>,
}

// Objects whose fields may be missing, null or blank, which all means the same.
rollcall_sdk::shapes! {
    struct Person<'a> {
        id: Text<'a>,
        state: Text<'a>,
        email: Text<'a>,
        first_name: Text<'a>,
        last_name: Text<'a>,
        job_title: Text<'a>,
        hired_on: Text<'a>,
        left_on: Text<'a>,
        weekly_hours: Number,
        manager_id: Text<'a>,
        department: Department<'a>,
        extra_fields: List<Extra<'a>>,
        changed_at: Text<'a>,
        deleted: Flag,
    }
    struct Department<'a> { id: Text<'a>, name: Text<'a> }
    struct Extra<'a> { name: Text<'a>, value: Scalar<'a> }
}

/// How far a read of people has got: all that the next call knows of this one.
#[derive(Default, Serialize, Deserialize)]
struct Reading {
    at: Offset,
    begun: Option<String>,
}

impl Shape for Reading {
    const SHAPE: &'static str = "example-hr-reading/1";
}

/// Where the next read of changes begins.
#[derive(Serialize, Deserialize)]
struct Mark {
    since: String,
}

impl Shape for Mark {
    // Raise the number when the form changes: older ones are then expired.
    const SHAPE: &'static str = "example-hr-people/1";
}

impl Connector for ExampleHr {
    /// The least that shows that the connection works, and whose it is.
    fn check(cx: &Context) -> Result<AccountInfo> {
        let answer = cx.get("api", "/company").auth("key").purpose("company").send()?;
        let company: Company = answer.json()?;
        // That people may be read is another right than to read the company.
        cx.get("api", "/people")
            .query("limit", 1)
            .query("offset", 0)
            .auth("key")
            .purpose("connection test")
            .send()?
            .json::<Ignored>()?;
        Ok(AccountInfo {
            name: company.name.and_then(Text::take),
            id: company.id.and_then(Text::take),
            ..AccountInfo::default()
        })
    }

    fn workers(cx: &Context, cursor: Cursor) -> Result<WorkerPage> {
        let since = cx.changes_since::<Mark>()?;
        let Reading { at, begun } = cursor.read()?;
        // What changes while this read is under way is for the next one.
        let begun = begun.unwrap_or_else(|| cx.now().to_string());
        let answer = people(cx, &at, since.as_ref())?;
        let page: People = answer.json()?;
        // Fails where the provider repeats a page instead of going on.
        let ids = page.people.iter().filter_map(|person| person.id.as_str());
        let next = at.after(ids, page.total, cx.page_size(PAGE))?;
        let next = next.map(|at| Reading { at, begun: Some(begun.clone()) });
        let mut workers = Vec::new();
        let mut deleted = Vec::new();
        for person in page.people {
            match since.is_some() && person.deleted.or(false) {
                true => deleted.push(id(&answer, person.id)?),
                false => workers.push(worker(cx, &answer, person)?),
            }
        }
        let total = page.total.filter(|_| since.is_none());
        let mut page = WorkerPage::of(workers).next(next).total(total);
        page.deleted = deleted;
        Ok(page.checkpoint(&Mark { since: begun }))
    }

    fn groups(cx: &Context, cursor: Cursor) -> Result<GroupPage> {
        let at: Token = cursor.read()?;
        let call = cx
            .get("api", "/departments")
            .query_if("cursor", at.get())
            .auth("key")
            .purpose("departments page");
        let answer = call.send()?;
        let page: Departments = answer.json()?;
        let next = at.after(page.next_cursor.as_ref().and_then(Text::as_str))?;
        let mut groups = Vec::new();
        for department in page.departments {
            let id = id(&answer, department.id)?;
            let name = department.name.take().unwrap_or_else(|| id.clone());
            groups.push(Group::new(GroupKind::Department, id, name));
        }
        Ok(GroupPage::of(groups).next(next))
    }

    /// Example HR has no list of members: each person names their department.
    fn memberships(cx: &Context, cursor: Cursor) -> Result<MembershipPage> {
        let at: Offset = cursor.read()?;
        let answer = people(cx, &at, None)?;
        let page: People = answer.json()?;
        let ids = page.people.iter().filter_map(|person| person.id.as_str());
        let next = at.after(ids, page.total, cx.page_size(PAGE))?;
        let mut memberships = Vec::new();
        for person in page.people {
            let worker = id(&answer, person.id)?;
            if let Some(group) = person.department.id.take().filter(|group| cx.wants_group(group)) {
                memberships.push(Membership::worker(group, worker));
            }
        }
        Ok(MembershipPage::of(memberships).next(next))
    }
}

fn people(cx: &Context, at: &Offset, since: Option<&Mark>) -> Result<Answer> {
    let call = cx.get("api", "/people").query("limit", cx.page_size(PAGE)).query("offset", at.offset);
    let changed = since.map(|mark| mark.since.as_str());
    // The purpose is what a reviewer reads in the audit.
    let purpose = if changed.is_some() { "changes page" } else { "people page" };
    call.query_if("changed_since", changed).auth("key").purpose(purpose).send()
}

/// Dropping a record without an id would look as if somebody had left.
fn id(answer: &Answer, id: Text<'_>) -> Result<String> {
    id.take().ok_or_else(|| answer.invalid("a record has no `id`"))
}

fn worker(cx: &Context, answer: &Answer, person: Person<'_>) -> Result<Worker> {
    let status = status::lookup_or(STATES, person.state.as_str(), WorkerStatus::Active);
    let status = status::settle(status, person.hired_on.day(), person.left_on.day(), cx.today());
    let custom = person.extra_fields.into_iter().filter_map(|extra| {
        let name = extra.name.take().filter(|name| cx.wants_custom(name))?;
        Some(CustomAttribute::new(name, extra.value.into_value()?))
    });
    Ok(Worker {
        user_name: person.email.get(),
        name: Name { given: person.first_name.take(), family: person.last_name.take(), ..Name::default() },
        contact: Contact { work_email: person.email.take(), ..Contact::default() },
        employment: Employment {
            title: person.job_title.take(),
            fte: person.weekly_hours.part_of(Number::from(FULL_TIME)),
            start_date: person.hired_on.date(),
            end_date: person.left_on.date(),
            manager_id: person.manager_id.take(),
            ..Employment::default()
        },
        organization: Organization {
            department: Unit::of(person.department.id.take(), person.department.name.take()),
            ..Organization::default()
        },
        custom: custom.collect(),
        updated_at: person.changed_at.instant(),
        ..Worker::new(id(answer, person.id)?, status)
    })
}
