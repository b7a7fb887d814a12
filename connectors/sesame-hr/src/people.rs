//! The people: those who are active, then those who are not.

use std::collections::{BTreeMap, BTreeSet};

use rollcall_sdk::json::Ignored;
use rollcall_sdk::prelude::*;

use crate::call;
use crate::lists::{At, Page, Row, every};
use crate::pairs::Pairs;

/// A person may take four requests more, and a call of the host has two hundred.
const MOST_PEOPLE: u32 = 40;

/// What the list is asked for, one after the other.
const STATES: [(&str, WorkerStatus); 2] =
    [("active", WorkerStatus::Active), ("inactive", WorkerStatus::Inactive)];

rollcall_sdk::shapes! {
    #[serde(rename_all = "camelCase")]
    struct Person<'a> {
        id: Text<'a>,
        first_name: Text<'a>,
        last_name: Text<'a>,
        email: Text<'a>,
        code: Text<'a>,
        phone: Text<'a>,
        company: Row<'a>,
        custom_fields: List<Field<'a>>,
        status: Text<'a>,
        personal_mail: Text<'a>,
        professional_category_code: Text<'a>,
        professional_category_description: Text<'a>,
        created_at: Text<'a>,
        updated_at: Text<'a>,
    }
    struct Field<'a> { slug: Text<'a>, value: Scalar<'a> }

    #[serde(rename_all = "camelCase")]
    struct Contract<'a> {
        job_charge: Named<'a>,
        workday_type: Named<'a>,
        contract_type: Named<'a>,
        start_at: Text<'a>,
        end_at: Text<'a>,
    }
    struct Named<'a> { name: Text<'a> }
    struct Current<'a> { data: Contract<'a> }
}

/// The first page of the active people, as a read asks for it.
pub fn check(cx: &Context) -> Result<()> {
    page(cx, "active", 0, "people test")?.json::<Page<Ignored>>().map(|_| ())
}

fn page(cx: &Context, state: &str, page: u64, purpose: &str) -> Result<Answer> {
    let order = cx.setting("order_by");
    let named = order.optional().filter(|order| *order != "none");
    let call = call(cx, "/core/v3/employees", purpose).query("limit", cx.page_size(MOST_PEOPLE));
    let call = call.query("page", page + 1).query("status[in]", state).query_if("orderBy", named);
    call.send().map_err(|failure| match failure {
        Failure::Upstream(400 | 422) if named.is_some() => {
            order.wrong("is refused by Sesame HR, as it seems (400 or 422): enter `none`")
        }
        failure => failure,
    })
}

pub fn workers(cx: &Context, cursor: &Cursor) -> Result<WorkerPage> {
    let lists = cursor.read::<Lists<At>>()?;
    let Some(((state, standing), lists)) = lists.find(&STATES, |_| true) else {
        return Ok(WorkerPage::default());
    };
    let answer = page(cx, state, lists.at.page.page, "people page")?;
    let page: Page<Person> = answer.json()?;
    let ids: Vec<_> = page.data.iter().filter_map(|person| person.id.as_str()).collect();
    if ids.len() < page.data.len() {
        return Err(answer.invalid("somebody has no `id`: nobody can be told by it"));
    }
    if page.data.iter().any(|person| person.status.as_str() != Some(*state)) {
        return Err(answer.invalid("somebody has another `status` than was asked for, or none"));
    }
    let next = page.after(&lists.at, &ids, &answer)?;
    let beside = Beside::read(cx, *standing, &ids)?;
    let workers = page.data.into_iter().map(|person| person.into_worker(cx, *standing, &beside));
    let workers = workers.collect::<Result<_>>()?;
    Ok(WorkerPage::of(workers).next(lists.after(next, STATES.len())))
}

/// What other lists say about these people.
struct Beside {
    pairs: Pairs,
    contracts: BTreeMap<String, Answer>,
    away: BTreeSet<String>,
}

impl Beside {
    fn read(cx: &Context, standing: WorkerStatus, ids: &[&str]) -> Result<Self> {
        let mut contracts = BTreeMap::new();
        let mut away = BTreeSet::new();
        if ids.is_empty() {
            return Ok(Self { pairs: Pairs::default(), contracts, away });
        }
        if cx.setting("contracts").boolean(false)? {
            let path = |id: &&str| format!("/contract/v1/contracts/{}/current-contract", segment(id));
            let calls = ids.iter().map(|id| call(cx, path(id), "current contract"));
            // Whoever has none.
            let answers = cx.fetch_all_unless(calls.collect(), &[404]);
            for (id, answer) in ids.iter().zip(answers) {
                contracts.extend(answer?.map(|answer| ((*id).to_owned(), answer)));
            }
            if contracts.len() < ids.len() {
                warn!("{} of {} people have no contract", ids.len() - contracts.len(), ids.len());
            }
        }
        if standing == WorkerStatus::Active && cx.setting("absences").boolean(false)? {
            let today = cx.today().to_string();
            // Of everybody, the list of a day in August has more pages than a call
            // may ask for.
            let these = ids.iter().map(|id| ("employeeIds[]", *id));
            let filter: Vec<_> = [("from", &*today), ("to", &*today)].into_iter().chain(these).collect();
            for path in ["/schedule/v1/absence-day-off", "/schedule/v1/vacation-day-off"] {
                every(cx, path, &filter, "who is away today", |row| {
                    let is_today = row.date.day() == Some(cx.today());
                    away.extend(row.employee.id.take().filter(|_| is_today));
                })?;
            }
        }
        Ok(Self { pairs: Pairs::read(cx, ids)?, contracts, away })
    }
}

impl Person<'_> {
    fn into_worker(self, cx: &Context, standing: WorkerStatus, beside: &Beside) -> Result<Worker> {
        let id = self.id.take().unwrap_or_default();
        let contract =
            beside.contracts.get(&id).map(Answer::json::<Current>).transpose()?.unwrap_or_default().data;
        let status = match standing {
            // Before the first day somebody may be inactive too, and has not left.
            _ if contract.start_at.day().is_some_and(|start| start > cx.today()) => WorkerStatus::Pending,
            WorkerStatus::Inactive if cx.setting("inactive").or("terminated") == "terminated" => {
                WorkerStatus::Terminated
            }
            standing => status::settle(standing, None, contract.end_at.day(), cx.today()),
        };
        let is_away = status == WorkerStatus::Active && beside.away.contains(&id);
        let office = beside.pairs.offices.get(&id).map(|office| office.value.clone());
        let (location, street) = office.map_or((None, None), |(unit, street)| (Some(unit), street));
        let custom = self.custom_fields.into_iter().filter_map(|field| {
            let name = field.slug.take().filter(|name| cx.wants_custom(name))?;
            Some(CustomAttribute::new(name, field.value.into_value()?))
        });
        Ok(Worker {
            user_name: self.email.get(),
            name: Name { given: self.first_name.take(), family: self.last_name.take(), ..Name::default() }
                .or_both(),
            contact: Contact {
                work_email: self.email.take(),
                personal_email: self.personal_mail.take(),
                work_phone: self.phone.take(),
                preferred_language: self.company.language.take(),
                ..Contact::default()
            },
            employment: Employment {
                employee_number: self.code.take(),
                title: contract.job_charge.name.or(self.professional_category_description).take(),
                grade: self.professional_category_code.take(),
                employment_type: contract.workday_type.name.take(),
                worker_type: contract.contract_type.name.take(),
                start_date: contract.start_at.date(),
                end_date: contract.end_at.date(),
                manager_id: beside.pairs.managers.get(&id).map(|manager| manager.value.clone()),
                ..Employment::default()
            },
            organization: Organization {
                company: Unit::of(self.company.id.take(), self.company.name.take()),
                department: beside.pairs.departments.get(&id).map(|department| department.value.clone()),
                location,
                ..Organization::default()
            },
            address: Address { street, ..Address::default() }.if_any(),
            custom: custom.collect(),
            created_at: self.created_at.instant(),
            updated_at: self.updated_at.instant(),
            ..Worker::new(id, if is_away { WorkerStatus::OnLeave } else { status })
        })
    }
}
