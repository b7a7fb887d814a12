//! The second generation: people and their employments by id, a request for
//! each person; the names of units come from lists, some of them beta.

use std::collections::BTreeMap;

use rollcall_sdk::prelude::*;
use rollcall_sdk::{json, query_parameter};

use crate::fields::{self, Custom, FieldMap};
use crate::{Since, call, full_name, full_time_hours, group_id, status_of};

const PERSONS: &str = "/v2/persons";
/// More is answered with 400.
const LARGEST_PAGE: u32 = 50;
/// What a list answers that this credential, or this account, has not.
const UNAVAILABLE: [u16; 4] = [401, 403, 404, 410];

#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'a, T: Deserialize<'de>"))]
struct Envelope<'a, T> {
    _data: Vec<T>,
    #[serde(default)]
    _meta: Meta<'a>,
}

rollcall_sdk::shapes! {
    struct Meta<'a> { links: Links<'a> }
    struct Links<'a> { next: Link<'a> }
    struct Link<'a> { href: Text<'a> }

    struct Person<'a> {
        id: Text<'a>,
        email: Text<'a>,
        created_at: Text<'a>,
        updated_at: Text<'a>,
        first_name: Text<'a>,
        last_name: Text<'a>,
        preferred_name: Text<'a>,
        status: Text<'a>,
        custom_attributes: List<Attribute<'a>>,
    }
    struct Attribute<'a> { id: Text<'a>, r#type: Text<'a>, global_id: Text<'a>, label: Text<'a>, value: Scalar<'a> }

    /// What an attribute that the credential may not read leaves behind is
    /// nothing: an employment may be no more than its status.
    struct Employment<'a> {
        status: Text<'a>,
        weekly_working_hours: Number,
        full_time_weekly_working_hours: Number,
        employment_start_date: Text<'a>,
        employment_end_date: Text<'a>,
        contract_end_date: Text<'a>,
        r#type: Text<'a>,
        updated_at: Text<'a>,
        position: Position<'a>,
        supervisor: Reference<'a>,
        office: Reference<'a>,
        legal_entity: Reference<'a>,
        sub_company: Reference<'a>,
        org_units: Vec<Reference<'a>>,
        cost_centers: Vec<Reference<'a>>,
        termination: Termination<'a>,
    }
    struct Position<'a> { title: Text<'a> }
    struct Reference<'a> { id: Text<'a>, r#type: Text<'a>, weight: Number }
    struct Termination<'a> {
        termination_date: Text<'a>,
        #[serde(alias = "last_working_date")]
        last_working_day: Text<'a>,
    }

    struct OrgUnit<'a> { id: Text<'a>, name: Text<'a>, parent_id: Text<'a>, description: Text<'a> }
}

impl<T> Envelope<'_, T> {
    /// The link repeats nothing but the cursor, so that alone is taken from it:
    /// a link that leads elsewhere has no say.
    fn after(&self, token: &Token, answer: &Answer) -> Result<Option<Token>> {
        let Some(href) = self._meta.links.next.href.as_str() else { return Ok(None) };
        let cursor =
            query_parameter(href, "cursor").ok_or_else(|| answer.invalid("a next link without a cursor"))?;
        token.after(Some(&cursor))
    }
}

impl<'a> From<Attribute<'a>> for Custom<'a> {
    fn from(one: Attribute<'a>) -> Self {
        Self { key: one.id, stable_name: one.global_id, label: one.label, kind: one.r#type, value: one.value }
    }
}

impl<'a> Employment<'a> {
    /// The one that counts: the first that is under way, else the newest, which
    /// comes first.
    fn current(all: Vec<Self>) -> Self {
        let goes_on = |one: &Self| {
            let word = one.status.as_str().unwrap_or_default();
            ["ACTIVE", "LEAVE", "ONBOARDING"].iter().any(|status| status.eq_ignore_ascii_case(word))
        };
        let at = all.iter().position(goes_on).unwrap_or(0);
        all.into_iter().nth(at).unwrap_or_default()
    }

    /// Its units, each with its kind.
    fn units(&mut self) -> Vec<(GroupKind, Text<'a>)> {
        let company = std::mem::take(&mut self.legal_entity.id).or(std::mem::take(&mut self.sub_company.id));
        let office = std::mem::take(&mut self.office.id);
        let mut units = vec![(GroupKind::LegalEntity, company), (GroupKind::Location, office)];
        units.extend(std::mem::take(&mut self.org_units).into_iter().filter_map(|unit| {
            let kind = match unit.r#type.as_str()?.to_ascii_lowercase().as_str() {
                "department" => GroupKind::Department,
                "team" => GroupKind::Team,
                _ => return None,
            };
            Some((kind, unit.id))
        }));
        let mut centers = std::mem::take(&mut self.cost_centers);
        let share = |center: &Reference| center.weight.get().unwrap_or(0.0);
        centers.sort_by(|a, b| share(b).total_cmp(&share(a)));
        units.extend(centers.into_iter().map(|center| (GroupKind::CostCenter, center.id)));
        units.retain(|(_, id)| !id.is_none());
        units
    }
}

// ------------------------------------------------------------------ people

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

fn ask(cx: &Context, at: &At, purpose: &str) -> Result<Answer> {
    /// The provider's clock may be behind the host's.
    const OVERLAP_MILLIS: i64 = 5 * 60 * 1000;
    let since = cx.changes_since::<Since>()?.map(|since| Instant::from_millis(since.millis - OVERLAP_MILLIS));
    let call = call(cx, PERSONS, "v2", purpose).query("limit", cx.page_size(LARGEST_PAGE));
    call.query_if("updated_at.gt", since).query_if("cursor", at.paging.get()).send()
}

/// The employments of each person, in their order.
fn employments(cx: &Context, people: &[Person], answer: &Answer) -> Result<Vec<Answer>> {
    let calls = people.iter().enumerate().map(|(nth, person)| {
        let id = person
            .id
            .as_str()
            .ok_or_else(|| answer.invalid(&format!("_data[{nth}].id: nobody can be told by it")))?;
        let path = format!("{PERSONS}/{}/employments", segment(id));
        Ok(call(cx, &path, "v2", "employments of a person").query("limit", LARGEST_PAGE))
    });
    cx.fetch_all(calls.collect::<Result<_>>()?).into_iter().collect()
}

fn current(answer: &Answer) -> Result<Employment<'_>> {
    Ok(Employment::current(answer.json::<Envelope<Employment>>()?._data))
}

pub fn workers(cx: &Context, cursor: &Cursor) -> Result<WorkerPage> {
    let fields = FieldMap::read(cx)?;
    let full_time = full_time_hours(cx)?;
    let mut at = start(cx, cursor)?;
    let names = match at.names.take() {
        Some(names) => names,
        None => Names::read(cx)?,
    };
    let answer = ask(cx, &at, "people page")?;
    let page: Envelope<Person> = answer.json()?;
    let next = page.after(&at.paging, &answer)?;
    let details = employments(cx, &page._data, &answer)?;
    let both = page._data.into_iter().zip(&details);
    let workers =
        both.map(|(person, detail)| Ok(worker(cx, &fields, full_time, &names, person, current(detail)?)));
    let page = WorkerPage::of(workers.collect::<Result<_>>()?);
    let began = at.began;
    let next = next.map(|paging| At { paging, began, names: names.if_small() });
    Ok(page.next(next).checkpoint(&Since { millis: began }))
}

fn worker(
    cx: &Context,
    fields: &FieldMap,
    full_time: Number,
    names: &Names,
    person: Person,
    mut employment: Employment,
) -> Worker {
    let termination = std::mem::take(&mut employment.termination);
    let end = termination.termination_date.or(std::mem::take(&mut employment.employment_end_date));
    let is_told =
        |status: &Text| status.as_str().is_some_and(|word| !word.eq_ignore_ascii_case("UNSPECIFIED"));
    let word = [&employment.status, &person.status].into_iter().find(|status| is_told(status));
    let status = status_of(cx, word.unwrap_or(&Text::default()), &employment.employment_start_date, &end);
    let full_time = Some(employment.full_time_weekly_working_hours)
        .filter(|hours| hours.get().is_some())
        .unwrap_or(full_time);
    let times =
        [&person.updated_at, &employment.updated_at].map(|text| text.as_str().and_then(Instant::parse));
    let updated = times.into_iter().flatten().max_by_key(|instant| instant.millis());
    let mut organization = Organization::default();
    for (kind, id) in employment.units() {
        let unit = id.as_str().and_then(|id| Unit::of(Some(id.to_owned()), names.get(kind, id)));
        match kind {
            GroupKind::Team => organization.teams.extend(unit),
            GroupKind::Department => organization.department = organization.department.or(unit),
            GroupKind::Location => organization.location = unit,
            GroupKind::LegalEntity => organization.company = unit,
            _ => organization.cost_center = organization.cost_center.or(unit),
        }
    }
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
        employment: rollcall_sdk::Employment {
            title: employment.position.title.take(),
            employment_type: employment.r#type.take(),
            fte: employment.weekly_working_hours.part_of(full_time),
            start_date: employment.employment_start_date.date(),
            end_date: [&end, &employment.contract_end_date, &termination.last_working_day]
                .into_iter()
                .find_map(Text::date),
            manager_id: employment.supervisor.id.take(),
            ..rollcall_sdk::Employment::default()
        },
        organization,
        created_at: person.created_at.instant(),
        updated_at: updated.map(|instant| instant.to_string()),
        ..Worker::new(person.id.take().unwrap_or_default(), status)
    };
    if person.custom_attributes.broken > 0 {
        warn!("{} custom attributes of person {} are unreadable", person.custom_attributes.broken, worker.id);
    }
    for attribute in person.custom_attributes {
        fields.put(cx, &mut worker, attribute.into());
    }
    worker
}

pub fn memberships(cx: &Context, cursor: &Cursor) -> Result<MembershipPage> {
    let at = start(cx, cursor)?;
    let answer = ask(cx, &at, "memberships of a people page")?;
    let page: Envelope<Person> = answer.json()?;
    let next = page.after(&at.paging, &answer)?.map(|paging| At { paging, ..at });
    let details = employments(cx, &page._data, &answer)?;
    let mut memberships = Vec::new();
    for (person, detail) in page._data.iter().zip(&details) {
        let units = current(detail)?.units();
        let groups = units.into_iter().filter_map(|(kind, id)| Some(group_id(kind, id.as_str()?)));
        let wanted = groups.filter(|group| cx.wants_group(group));
        memberships
            .extend(wanted.map(|group| Membership::worker(group, person.id.as_str().unwrap_or_default())));
    }
    Ok(MembershipPage::of(memberships).next(next))
}

// ------------------------------------------------------- the lists of units

struct Units {
    kind: GroupKind,
    path: &'static str,
    /// Required by the path, where there is one.
    of_type: Option<&'static str>,
    purpose: &'static str,
    /// The attribute of a worker that needs the names.
    attribute: &'static str,
}

const fn units(
    kind: GroupKind,
    path: &'static str,
    of_type: Option<&'static str>,
    purpose: &'static str,
    attribute: &'static str,
) -> Units {
    Units { kind, path, of_type, purpose, attribute }
}

const LISTS: [Units; 5] = [
    units(GroupKind::Department, "/v2/org-units", Some("department"), "departments", "department"),
    units(GroupKind::Team, "/v2/org-units", Some("team"), "teams", "teams"),
    units(GroupKind::Location, "/v2/workplaces", None, "workplaces", "location"),
    units(GroupKind::LegalEntity, "/v2/legal-entities", None, "legal entities", "company"),
    units(GroupKind::CostCenter, "/v2/cost-centers", None, "cost centers", "cost_center"),
];

impl Units {
    fn call<'a>(&self, cx: &'a Context, limit: u32) -> Call<'a> {
        // Without the header a beta list answers 404.
        let call = call(cx, self.path, "v2", self.purpose).header("beta", "true").query("limit", limit);
        call.query_if("type", self.of_type)
    }

    /// One page of the list; `None` where this credential has no such list.
    fn page(&self, cx: &Context, token: &Token) -> Result<Option<(Vec<Group>, Option<Token>)>> {
        let call = self.call(cx, LARGEST_PAGE).query_if("cursor", token.get());
        let Some(answer) = call.send_unless(&UNAVAILABLE)? else {
            warn!("the {} are not readable: their names are missing", self.purpose);
            return Ok(None);
        };
        let page: Envelope<OrgUnit> = answer.json()?;
        let next = page.after(token, &answer)?;
        let group = |unit: OrgUnit| {
            let id = unit.id.as_str()?;
            Some(Group {
                parent_id: unit.parent_id.as_str().map(|parent| group_id(self.kind, parent)),
                description: unit.description.get(),
                ..Group::new(self.kind, group_id(self.kind, id), unit.name.as_str().unwrap_or(id))
            })
        };
        Ok(Some((page._data.into_iter().filter_map(group).collect(), next)))
    }
}

/// The names of units by their ids as groups.
#[derive(Default, Serialize, Deserialize)]
struct Names(BTreeMap<String, String>);

impl Names {
    /// Those that the host will use.
    fn read(cx: &Context) -> Result<Self> {
        let mut names = BTreeMap::new();
        for list in LISTS.iter().filter(|list| cx.wants(list.attribute)) {
            cx.every_page(|token: Token| {
                let Some((groups, next)) = list.page(cx, &token)? else { return Ok(None) };
                names.extend(groups.into_iter().map(|group| (group.id, group.name)));
                Ok(next)
            })?;
        }
        Ok(Self(names))
    }

    fn get(&self, kind: GroupKind, id: &str) -> Option<String> {
        self.0.get(&group_id(kind, id)).cloned()
    }

    /// These, unless a cursor has no room for them: then each page reads them.
    fn if_small(self) -> Option<Self> {
        const ROOM: usize = 32 * 1024;
        let size: usize = self.0.iter().map(|(id, name)| id.len() + 2 * name.len() + 6).sum();
        (size < ROOM).then_some(self)
    }
}

/// Which list a read of groups is at, and where in it.
#[derive(Default, Serialize, Deserialize)]
struct Listing {
    list: usize,
    paging: Token,
}

impl Shape for Listing {
    const SHAPE: &'static str = "personio-v2-units/1";
}

pub fn groups(cx: &Context, cursor: &Cursor) -> Result<GroupPage> {
    let Listing { list, paging } = cursor.read()?;
    let Some(units) = LISTS.get(list) else { return Ok(GroupPage::default()) };
    let (groups, next) = match units.page(cx, &paging)? {
        Some(page) => page,
        // Groups that are in use must not look as if they were gone.
        None if cx.wanted_groups().iter().any(|id| id.starts_with(&group_id(units.kind, ""))) => {
            return Err(Failure::PermissionMissing(units.purpose.to_owned()));
        }
        None => (Vec::new(), None),
    };
    let following = || (list + 1 < LISTS.len()).then(|| Listing { list: list + 1, paging: Token::default() });
    let next = next.map(|paging| Listing { list, paging }).or_else(following);
    Ok(GroupPage::of(groups).next(next))
}

// ------------------------------------------------------- check and discover

/// What a person and an employment need to be of use.
const EXPECTED: [&str; 4] = ["email", "first_name", "last_name", "status"];
const EXPECTED_OF_EMPLOYMENT: [&str; 6] =
    ["employment_start_date", "position", "supervisor", "office", "org_units", "legal_entity"];

pub fn check(cx: &Context) -> Result<AccountInfo> {
    type Keys<'a> = BTreeMap<&'a str, json::Ignored>;
    FieldMap::read(cx)?;
    let answer = call(cx, PERSONS, "v2", "connection test").query("limit", 1).send()?;
    let persons: Envelope<Person> = answer.json()?;
    let keys: Envelope<Keys> = answer.json()?;
    let missing = |expected: &[&str], one: &Keys| -> Vec<String> {
        expected.iter().filter(|key| !one.contains_key(**key)).map(ToString::to_string).collect()
    };
    let mut missing_keys: Vec<_> = keys._data.first().map(|one| missing(&EXPECTED, one)).unwrap_or_default();
    if let Some(detail) = employments(cx, &persons._data, &answer)?.first() {
        let newest: Envelope<Keys> = detail.json()?;
        missing_keys.extend(
            newest._data.first().map(|one| missing(&EXPECTED_OF_EMPLOYMENT, one)).unwrap_or_default(),
        );
    }
    let unreadable =
        |key: String| format!("The attribute `{key}` is not marked readable for this API credential.");
    let mut warnings: Vec<_> = missing_keys.into_iter().map(unreadable).collect();
    for (list, answer) in LISTS.iter().zip(cx.fetch_all(LISTS.iter().map(|list| list.call(cx, 1)).collect()))
    {
        match answer {
            Ok(_) => {}
            Err(Failure::PermissionMissing(_) | Failure::Upstream(404 | 410)) => {
                warnings.push(format!(
                    "The {} are not readable: people have their ids, not their names.",
                    list.purpose
                ));
            }
            Err(failure) => return Err(failure),
        }
    }
    Ok(AccountInfo { warnings, ..AccountInfo::default() })
}

/// There are no definitions: the first page of people shows the attributes.
pub fn discover(cx: &Context) -> Result<Vec<AttributeDefinition>> {
    let answer =
        call(cx, PERSONS, "v2", "attributes of a people page").query("limit", LARGEST_PAGE).send()?;
    let page: Envelope<Person> = answer.json()?;
    let mut found: BTreeMap<String, AttributeDefinition> = BTreeMap::new();
    for custom in page._data.into_iter().flat_map(|person| person.custom_attributes).map(Custom::from) {
        let Some(name) = custom.name().map(str::to_owned) else { continue };
        let label = custom.label.get().unwrap_or_else(|| name.clone());
        let kind = fields::kind_of(custom.kind.as_str());
        found.entry(name.clone()).or_insert(AttributeDefinition { name, label, kind, options: Vec::new() });
    }
    Ok(found.into_values().collect())
}
