//! The worker that somebody's values make.

use std::collections::BTreeMap;

use rollcall_sdk::prelude::*;

use crate::employee::Employee;
use crate::fields::{self, Definition};
use crate::{search, units};

/// The people with these ids.
pub fn workers(cx: &Context, ids: &[String]) -> Result<Vec<Worker>> {
    // A search for nobody might be one for all.
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let custom = fields::custom(cx);
    let answer = if custom.is_empty() { None } else { Some(fields::definitions(cx)?) };
    let definitions = answer.as_ref().map(fields::by_id).transpose()?.unwrap_or_default();
    let answer = search::about(cx, &fields::wanted(cx)?, ids, "people page")?;
    let people = search::people(&answer, ids)?.into_iter();
    people.map(|(id, person)| worker(cx, id, person, &custom, &definitions)).collect()
}

const STATUS: StatusTable = &[
    ("hired", WorkerStatus::Pending),
    ("employed", WorkerStatus::Active),
    ("active", WorkerStatus::Active),
    ("inactive", WorkerStatus::Inactive),
    ("terminated", WorkerStatus::Terminated),
];

/// Companies have words of their own for where somebody is in their time there.
fn status(cx: &Context, person: &Employee, start: Option<Date>, end: Option<Date>) -> Result<WorkerStatus> {
    let lifecycle = person.text("internal.lifecycleStatus").map(|word| word.to_lowercase().replace('_', " "));
    let status = person.text("internal.status");
    let known = match lifecycle.as_deref() {
        Some("garden leave") => {
            let choices = [WorkerStatus::Inactive, WorkerStatus::OnLeave].map(|one| (status::name(one), one));
            cx.setting("garden_leave").choice(&choices)?
        }
        Some(word) if word.contains("leave") => WorkerStatus::OnLeave,
        word => match word.and_then(|word| status::lookup(STATUS, word)) {
            Some(known) => known,
            None => {
                let word = status.as_deref().ok_or_else(search::hidden_state)?;
                status::lookup_or(STATUS, Some(word), WorkerStatus::Active)
            }
        },
    };
    // Whoever is hired again has a last day of the time before.
    let is_inactive = status.is_some_and(|status| status.eq_ignore_ascii_case("inactive"));
    let has_left = is_inactive && end.is_some_and(|end| end < cx.today());
    if has_left && known != WorkerStatus::Pending {
        return Ok(WorkerStatus::Terminated);
    }
    Ok(status::settle(known, start, end, cx.today()))
}

fn worker(
    cx: &Context,
    id: String,
    person: Employee,
    custom: &[&str],
    definitions: &BTreeMap<String, Definition>,
) -> Result<Worker> {
    let of = &person;
    let days = ["work.startDate", "internal.terminationDate"];
    let [start, end] = days.map(|field| of.text(field).as_deref().and_then(Date::parse));
    let status = status(cx, of, start, end)?;
    let email = of.text("root.email");
    let unit = |kind: GroupKind| of.unit(units::field(cx, kind)?);
    let (site, site_id) = (of.name("work.site"), of.text("work.siteId"));
    Ok(Worker {
        user_name: email.clone(),
        name: Name {
            given: of.text("root.firstName"),
            middle: of.first(&["root.middleName", "root.secondName"]),
            family: of.text("root.surname"),
            display: of.first(&["root.displayName", "root.fullName"]),
            honorific_prefix: of.name("personal.honorific"),
            ..Name::default()
        }
        .or_both(),
        contact: Contact {
            work_email: email,
            personal_email: of.text("home.privateEmail"),
            work_phone: of.text("work.workPhone"),
            mobile_phone: of.first(&["work.workMobile", "home.mobilePhone"]),
            ..Contact::default()
        },
        organization: Organization {
            department: of.unit("work.department"),
            location: Unit::of(site_id, site),
            company: unit(GroupKind::LegalEntity),
            business_unit: unit(GroupKind::BusinessUnit),
            division: unit(GroupKind::Division),
            cost_center: unit(GroupKind::CostCenter),
            teams: units::field(cx, GroupKind::Team).map(|field| of.units(field)).unwrap_or_default(),
            ..Organization::default()
        },
        employment: Employment {
            employee_number: of.text("work.employeeIdInCompany"),
            title: of.name("work.title"),
            employment_type: of.first_name(&["employment.type", "payroll.employment.type"]),
            worker_type: of.first_name(&["employment.contract", "payroll.employment.contract"]),
            start_date: start.map(|day| day.to_string()),
            end_date: end.map(|day| day.to_string()),
            manager_id: of.manager(),
            is_manager: of.flag("work.isManager"),
            ..Employment::default()
        },
        address: Address { country: of.name("address.country"), ..Address::default() }.if_any(),
        created_at: of.first(&["root.creationDateTime", "root.creationDate"]).as_deref().and_then(instant),
        custom: custom
            .iter()
            .filter_map(|field| {
                let definition = definitions.get(*field);
                let value = if definition.is_some_and(Definition::is_listed) {
                    of.label(field)
                } else {
                    of.value(field)
                };
                let kind = definition.map_or(AttributeKind::Text, Definition::kind);
                Some(CustomAttribute::new(*field, value.into_value_of(kind)?))
            })
            .collect(),
        ..Worker::new(id, status)
    })
}
