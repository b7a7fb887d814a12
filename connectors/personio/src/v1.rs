//! The first generation: `/v1/company/employees`, in which each attribute of a
//! person is wrapped into an object of its own.

use std::fmt;

use rollcall_sdk::prelude::*;
use rollcall_sdk::{fault, json};
use serde::de::{Deserializer, MapAccess, Visitor};

use crate::fields::{self, Custom, FieldMap};
use crate::{Since, call, full_name, full_time_hours, group_id, status_of};

const EMPLOYEES: &str = "/v1/company/employees";
const DEFINITIONS: &str = "/v1/company/employees/attributes";
/// Without it an answer has 50 people, whatever is asked for.
const LARGEST_PAGE: u32 = 100;

/// An answer: `data` where all is well, `error` where not, both with status 200.
#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'a, T: Deserialize<'de>"))]
struct Envelope<'a, T> {
    #[serde(default)]
    success: Flag,
    #[serde(default)]
    metadata: Metadata,
    data: Option<Vec<T>>,
    #[serde(default)]
    error: Problem<'a>,
}

rollcall_sdk::shapes! {
    struct Problem<'a> { code: Number, message: Text<'a> }
    struct Dynamic<'a> { label: Text<'a>, value: Scalar<'a>, r#type: Text<'a>, universal_id: Text<'a> }
    struct Person<'a> { id: Wrapped<Text<'a>> }
    struct Place<'a> { id: Text<'a>, name: Text<'a>, percentage: Number }
    struct Definition<'a> {
        key: Text<'a>,
        label: Text<'a>,
        r#type: Text<'a>,
        universal_id: Text<'a>,
        options: List<Text<'a>>,
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Metadata {
    total_elements: Option<u64>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Wrapped<T: Default> {
    value: T,
}

/// `{"type": ..., "attributes": ...}`; old accounts have an empty list for none.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Entity<T: Default> {
    attributes: T,
}

impl<T> Envelope<'_, T> {
    fn data(self, answer: &Answer) -> Result<(Vec<T>, Option<u64>)> {
        match self.data {
            Some(data) if self.success.or(true) => Ok((data, self.metadata.total_elements)),
            _ => Err(self.error.failure(answer)),
        }
    }
}

impl Problem<'_> {
    fn failure(&self, answer: &Answer) -> Failure {
        match self.code.get() {
            Some(code) if (400.0..600.0).contains(&code) => {
                fault::of_code(code as u16, self.message.get(), answer)
            }
            _ => answer.invalid("it says `success: false`, or has no `data`"),
        }
    }
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
struct Employee<'a> {
    attributes: Attributes<'a>,
}

/// Makes a struct of the standard attributes, read from their wrappers, and of
/// the custom ones. Derived code could not do this without `flatten`, which
/// copies everything first.
macro_rules! attributes {
    ($($name:ident: $kind:ty,)*) => {
        #[derive(Default)]
        struct Attributes<'a> {
            $($name: $kind,)*
            custom: Vec<Custom<'a>>,
        }

        impl<'de: 'a, 'a> Deserialize<'de> for Attributes<'a> {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                struct Fields;
                impl<'de> Visitor<'de> for Fields {
                    type Value = Attributes<'de>;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str("attributes")
                    }

                    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                        let mut all = Attributes::default();
                        while let Some(key) = map.next_key::<Text<'de>>()? {
                            match key.as_str().unwrap_or_default() {
                                $(stringify!($name) => all.$name = map.next_value::<Option<Wrapped<_>>>()?.unwrap_or_default().value,)*
                                name if name.starts_with("dynamic_") => {
                                    let Dynamic { label, value, r#type, universal_id } = map.next_value()?;
                                    all.custom.push(Custom { key, stable_name: universal_id, label, kind: r#type, value });
                                }
                                _ => {
                                    map.next_value::<json::Ignored>()?;
                                }
                            }
                        }
                        Ok(all)
                    }
                }
                from.deserialize_map(Fields)
            }
        }
    };
}

attributes! {
    id: Text<'a>,
    first_name: Text<'a>,
    last_name: Text<'a>,
    preferred_name: Text<'a>,
    email: Text<'a>,
    status: Text<'a>,
    position: Text<'a>,
    employment_type: Text<'a>,
    weekly_working_hours: Number,
    hire_date: Text<'a>,
    contract_end_date: Text<'a>,
    termination_date: Text<'a>,
    last_working_day: Text<'a>,
    created_at: Text<'a>,
    last_modified_at: Text<'a>,
    supervisor: OneOrMany<Entity<Person<'a>>>,
    department: OneOrMany<Entity<Place<'a>>>,
    team: OneOrMany<Entity<Place<'a>>>,
    office: OneOrMany<Entity<Place<'a>>>,
    subcompany: OneOrMany<Entity<Place<'a>>>,
    cost_centers: OneOrMany<Entity<Place<'a>>>,
}

/// Where a read is, and when it began: a later read of changes starts there.
#[derive(Serialize, Deserialize)]
struct At {
    paging: Offset,
    began: i64,
}

impl Shape for At {
    const SHAPE: &'static str = "personio-v1/1";
}

/// One page of people, as long as its answer lives.
struct Page<'a> {
    people: Vec<Attributes<'a>>,
    total: Option<u64>,
    next: Option<At>,
    began: i64,
}

fn ask(cx: &Context, at: &At, keys: &[&str], purpose: &str) -> Result<Answer> {
    let mut call = call(cx, EMPLOYEES, "v1", purpose)
        .query("limit", cx.page_size(LARGEST_PAGE))
        .query("offset", at.paging.offset);
    if let Some(since) = cx.changes_since::<Since>()? {
        // The provider's clock and zone are its own: a day's overlap costs
        // little, a person who is missed is missed for good.
        let day = Instant::from_millis(since.millis).utc_date();
        call = call.query("updated_since", day.plus_days(-1).unwrap_or(day));
    }
    for key in keys {
        call = call.query("attributes[]", key);
    }
    call.send()
}

fn read<'a>(cx: &Context, at: &At, answer: &'a Answer) -> Result<Page<'a>> {
    /// A read of changes may come as one answer; the host takes this many.
    const MOST_PEOPLE: usize = 5000;
    let (employees, total) = answer.json::<Envelope<Employee>>()?.data(answer)?;
    let people: Vec<Attributes> = employees.into_iter().map(|employee| employee.attributes).collect();
    if let Some(nth) = people.iter().position(|person| person.id.is_none()) {
        return Err(answer.invalid(&format!("data[{nth}].attributes.id: nobody can be told by it")));
    }
    let ids = people.iter().filter_map(|person| person.id.as_str());
    let next = at.paging.after(ids, total, cx.page_size(LARGEST_PAGE));
    let changes = cx.changes_since::<Since>()?.is_some();
    let next = match next {
        // Documented as taking no paging with `updated_since`: the answer that
        // comes again had everything.
        Err(_) if changes => None,
        next => next?.map(|paging| At { paging, began: at.began }),
    };
    if people.len() > MOST_PEOPLE {
        return Err(if changes {
            Failure::CheckpointExpired
        } else {
            answer.invalid("the page size is ignored")
        });
    }
    Ok(Page { people, total: total.filter(|_| !changes), next, began: at.began })
}

fn start(cx: &Context, cursor: &Cursor) -> Result<At> {
    Ok(cursor.get()?.unwrap_or_else(|| At { paging: Offset::default(), began: cx.now().millis() }))
}

pub fn workers(cx: &Context, cursor: &Cursor) -> Result<WorkerPage> {
    let fields = FieldMap::read(cx)?;
    let full_time = full_time_hours(cx)?;
    let at = start(cx, cursor)?;
    let answer = ask(cx, &at, &asked_keys(cx, &fields), "people page")?;
    let page = read(cx, &at, &answer)?;
    let workers = page.people.into_iter().map(|person| worker(cx, &fields, full_time, person)).collect();
    Ok(WorkerPage::of(workers).next(page.next).total(page.total).checkpoint(&Since { millis: page.began }))
}

fn worker(cx: &Context, fields: &FieldMap, full_time: Number, person: Attributes) -> Worker {
    let status = status_of(cx, &person.status, &person.hire_date, &person.termination_date);
    let ends = [&person.termination_date, &person.contract_end_date, &person.last_working_day];
    let end_date = ends.into_iter().find_map(Text::date);
    let mut worker = Worker {
        user_name: person.email.get(),
        name: Name {
            display: person.preferred_name.get().or_else(|| full_name(&person.first_name, &person.last_name)),
            preferred: person.preferred_name.take(),
            given: person.first_name.take(),
            family: person.last_name.take(),
            ..Name::default()
        },
        contact: Contact { work_email: person.email.take(), ..Contact::default() },
        employment: Employment {
            title: person.position.take(),
            employment_type: person.employment_type.take(),
            fte: person.weekly_working_hours.part_of(full_time),
            start_date: person.hire_date.date(),
            end_date,
            manager_id: person
                .supervisor
                .0
                .into_iter()
                .next()
                .and_then(|boss| boss.attributes.id.value.take()),
            ..Employment::default()
        },
        organization: Organization {
            company: unit(person.subcompany),
            department: unit(person.department),
            cost_center: unit(OneOrMany(largest(person.cost_centers).into_iter().collect())),
            location: unit(person.office),
            teams: unit(person.team).into_iter().collect(),
            ..Organization::default()
        },
        created_at: person.created_at.instant(),
        updated_at: person.last_modified_at.instant(),
        ..Worker::new(person.id.take().unwrap_or_default(), status)
    };
    for custom in person.custom {
        fields.put(cx, &mut worker, custom);
    }
    worker
}

type Places<'a> = OneOrMany<Entity<Place<'a>>>;

fn unit(places: Places) -> Option<Unit> {
    let place = places.0.into_iter().next()?.attributes;
    Unit::of(place.id.take(), place.name.take())
}

fn largest<'a>(places: Places<'a>) -> Option<Entity<Place<'a>>> {
    let share = |place: &Entity<Place>| place.attributes.percentage.get().unwrap_or(0.0);
    // The first of several equal ones.
    places.0.into_iter().rev().max_by(|a, b| share(a).total_cmp(&share(b)))
}

// ------------------------------------------------- groups, collected from people

const UNIT_KEYS: [&str; 6] = ["id", "department", "team", "office", "subcompany", "cost_centers"];

/// Every unit of a person: its kind, its id as a group, its name.
fn units(person: Attributes) -> impl Iterator<Item = (GroupKind, String, String)> {
    let kinds = [
        (GroupKind::Department, person.department),
        (GroupKind::Team, person.team),
        (GroupKind::Location, person.office),
        (GroupKind::LegalEntity, person.subcompany),
        (GroupKind::CostCenter, person.cost_centers),
    ];
    kinds.into_iter().flat_map(|(kind, places)| {
        places.0.into_iter().filter_map(move |place| {
            let Place { id, name, .. } = place.attributes;
            let name = name.get().or_else(|| id.get())?;
            Some((kind, group_id(kind, id.as_str().unwrap_or(&name)), name))
        })
    })
}

/// There is no list of units: each page has those of its people, and the host
/// keeps one of each.
pub fn groups(cx: &Context, cursor: &Cursor) -> Result<GroupPage> {
    let at = start(cx, cursor)?;
    let answer = ask(cx, &at, &restricted(cx, &UNIT_KEYS), "groups of a people page")?;
    let page = read(cx, &at, &answer)?;
    let mut groups: Vec<Group> = Vec::new();
    for (kind, id, name) in page.people.into_iter().flat_map(units) {
        if !groups.iter().any(|group| group.id == id) {
            groups.push(Group::new(kind, id, name));
        }
    }
    Ok(GroupPage::of(groups).next(page.next))
}

pub fn memberships(cx: &Context, cursor: &Cursor) -> Result<MembershipPage> {
    let at = start(cx, cursor)?;
    let answer = ask(cx, &at, &restricted(cx, &UNIT_KEYS), "memberships of a people page")?;
    let page = read(cx, &at, &answer)?;
    let mut memberships = Vec::new();
    for person in page.people {
        let id = person.id.get().unwrap_or_default();
        let wanted = units(person).filter(|(_, group, _)| cx.wants_group(group));
        memberships.extend(wanted.map(|(_, group, _)| Membership::worker(group, &*id)));
    }
    Ok(MembershipPage::of(memberships).next(page.next))
}

// --------------------------------------------------------- what is asked for

/// Attributes and what of a worker is made of them.
const KEYS: [(&str, &[&str]); 18] = [
    ("first_name", &["given_name", "display_name"]),
    ("last_name", &["family_name", "display_name"]),
    ("preferred_name", &["preferred_name", "display_name"]),
    ("email", &["user_name", "work_email"]),
    ("position", &["title"]),
    ("employment_type", &["employment_type"]),
    ("weekly_working_hours", &["fte"]),
    ("contract_end_date", &["end_date"]),
    ("last_working_day", &["end_date"]),
    ("created_at", &["created_at"]),
    ("last_modified_at", &["updated_at"]),
    ("supervisor", &["manager_id"]),
    ("department", &["department", "department_id"]),
    ("team", &["teams", "team_ids"]),
    ("office", &["location", "location_id"]),
    ("subcompany", &["company", "company_id"]),
    ("cost_centers", &["cost_center", "cost_center_id"]),
    ("hire_date", &["start_date"]),
];

/// What no worker can do without: the status hangs on the dates too.
const ALWAYS: [&str; 4] = ["id", "status", "hire_date", "termination_date"];

/// The setting `attributes`: empty asks for what the host will use, `*` for
/// everything, a list for its own.
fn restricted<'a>(cx: &'a Context, keys: &[&'a str]) -> Vec<&'a str> {
    if cx.setting("attributes").optional() == Some("*") { Vec::new() } else { keys.to_vec() }
}

/// Empty: everything. So it is when a custom attribute is wanted, as the host
/// knows its label and the provider wants its key.
fn asked_keys<'a>(cx: &'a Context, fields: &FieldMap) -> Vec<&'a str> {
    let chosen: Vec<&str> = cx.setting("attributes").list().collect();
    let all = chosen.is_empty() && (cx.wants_any("custom.") || !fields.is_empty());
    if all || chosen == ["*"] {
        return Vec::new();
    }
    let used = KEYS.iter().filter(|(_, made)| made.iter().any(|attribute| cx.wants(attribute)));
    let others = if chosen.is_empty() { used.map(|(key, _)| *key).collect() } else { chosen };
    let mut keys = ALWAYS.to_vec();
    keys.extend(others.into_iter().filter(|key| !ALWAYS.contains(key)));
    keys
}

// ------------------------------------------------------- check and discover

/// What an account needs to be of use; each missing one is a warning.
const EXPECTED: [&str; 12] = [
    "first_name",
    "last_name",
    "email",
    "status",
    "hire_date",
    "termination_date",
    "position",
    "department",
    "team",
    "office",
    "supervisor",
    "last_modified_at",
];

pub fn check(cx: &Context) -> Result<AccountInfo> {
    FieldMap::read(cx)?;
    let one = call(cx, EMPLOYEES, "v1", "connection test").query("limit", 1).query("offset", 0);
    let Some(answer) = one.send_if_found()? else {
        return Err(cx
            .setting("api_version")
            .wrong("v1 of the interface is gone for this account; choose v2"));
    };
    answer.json::<Envelope<json::Ignored>>()?.data(&answer)?;
    Ok(AccountInfo { warnings: missing_attributes(cx)?, ..AccountInfo::default() })
}

/// The definitions are exactly the attributes that the credential may read.
fn missing_attributes(cx: &Context) -> Result<Vec<String>> {
    let Some(answer) = definitions(cx)? else {
        return Ok(vec![
            "The list of attributes is not readable: which ones are missing cannot be told.".into(),
        ]);
    };
    let (definitions, _) = answer.json::<Envelope<Definition>>()?.data(&answer)?;
    let is_there = |key: &&str| definitions.iter().any(|definition| definition.key.as_str() == Some(key));
    let missing = EXPECTED.iter().filter(|key| !is_there(key));
    Ok(missing
        .map(|key| format!("The attribute `{key}` is not marked readable for this API credential."))
        .collect())
}

pub fn discover(cx: &Context) -> Result<Vec<AttributeDefinition>> {
    let Some(answer) = definitions(cx)? else { return Ok(Vec::new()) };
    let (definitions, _) = answer.json::<Envelope<Definition>>()?.data(&answer)?;
    let custom =
        definitions.into_iter().filter(|one| one.key.as_str().is_some_and(|key| key.starts_with("dynamic_")));
    Ok(custom.filter_map(attribute).collect())
}

fn definitions(cx: &Context) -> Result<Option<Answer>> {
    call(cx, DEFINITIONS, "v1", "attribute definitions").send_unless(&[403, 404, 410])
}

fn attribute(one: Definition) -> Option<AttributeDefinition> {
    let kind = fields::kind_of(one.r#type.as_str());
    let options = one.options.into_iter().filter_map(Text::take).collect();
    let label = one.label.get().or_else(|| one.key.get())?;
    let name = one.universal_id.take().or_else(|| one.label.take()).or_else(|| one.key.take())?;
    Some(AttributeDefinition { name, label, kind, options })
}
