//! A record as a worker.

use rollcall_sdk::prelude::*;
use rollcall_sdk::status::lookup;

use crate::header::normalized;
use crate::record::Record;
use crate::setup::Setup;
use crate::values;

/// Words that are common, in four languages. An admin adds others.
const WORDS: status::StatusTable = &[
    ("active", WorkerStatus::Active),
    ("actief", WorkerStatus::Active),
    ("aktiv", WorkerStatus::Active),
    ("actif", WorkerStatus::Active),
    ("a", WorkerStatus::Active),
    ("in service", WorkerStatus::Active),
    ("in dienst", WorkerStatus::Active),
    ("employed", WorkerStatus::Active),
    ("leave", WorkerStatus::OnLeave),
    ("on leave", WorkerStatus::OnLeave),
    ("loa", WorkerStatus::OnLeave),
    ("verlof", WorkerStatus::OnLeave),
    ("parental leave", WorkerStatus::OnLeave),
    ("elternzeit", WorkerStatus::OnLeave),
    ("conge", WorkerStatus::OnLeave),
    ("sick", WorkerStatus::OnLeave),
    ("inactive", WorkerStatus::Inactive),
    ("inactief", WorkerStatus::Inactive),
    ("inaktiv", WorkerStatus::Inactive),
    ("inactif", WorkerStatus::Inactive),
    ("disabled", WorkerStatus::Inactive),
    ("blocked", WorkerStatus::Inactive),
    ("terminated", WorkerStatus::Terminated),
    ("left", WorkerStatus::Terminated),
    ("leaver", WorkerStatus::Terminated),
    ("uit dienst", WorkerStatus::Terminated),
    ("ausgetreten", WorkerStatus::Terminated),
    ("sorti", WorkerStatus::Terminated),
    ("t", WorkerStatus::Terminated),
    ("d", WorkerStatus::Terminated),
    ("pending", WorkerStatus::Pending),
    ("pre hire", WorkerStatus::Pending),
    ("new starter", WorkerStatus::Pending),
    ("future", WorkerStatus::Pending),
];

/// The word in the file. `None`: there is none, or nobody knows it.
fn word(record: &Record, setup: &Setup<'_>) -> Option<WorkerStatus> {
    let word = normalized(record.get("status")?);
    let by_boolean = |active| if active { WorkerStatus::Active } else { WorkerStatus::Inactive };
    let known = || lookup(WORDS, &word).or_else(|| values::boolean(&word).map(by_boolean));
    setup.statuses.get(&word).copied().or_else(known)
}

pub fn has_unknown_status(record: &Record, setup: &Setup<'_>) -> bool {
    record.get("status").is_some() && word(record, setup).is_none()
}

/// Days decide over words; a word that nobody knows removes nobody.
fn status(record: &Record, setup: &Setup<'_>) -> WorkerStatus {
    let word = word(record, setup).unwrap_or(WorkerStatus::Active);
    let is_to_come = |field: &str| record.day(field).is_some_and(|day| day > setup.today);
    if record.day("end_date").is_some_and(|end| setup.is_over(end)) {
        WorkerStatus::Terminated
    } else if word != WorkerStatus::Terminated && (is_to_come("start_date") || is_to_come("effective_from")) {
        WorkerStatus::Pending
    } else {
        word
    }
}

/// `manager_id`: of whom the record names, by whatever it names them.
pub fn worker(files: &Files, record: &Record, manager_id: Option<String>, setup: &Setup<'_>) -> Worker {
    let text = |field: &str| record.get(field).map(str::to_owned);
    let unit = |id: &str, name: &str| Unit::of(text(id), text(name));
    let named = |name: &str| Unit::of(None, text(name));
    let family = match (text("family_prefix"), text("family_name")) {
        (Some(prefix), Some(family)) => Some(format!("{prefix} {family}")),
        (_, family) => family,
    };
    let end = record.day("end_date");
    let last_day = if setup.ends_before { end.and_then(|end| end.plus_days(-1)) } else { end };
    let email = |field: &str| record.get(field).and_then(values::email).map(str::to_owned);
    let custom = record.custom.iter().filter(|(name, _)| files.wants_custom(name));
    let address = Address {
        street: text("street"),
        locality: text("city"),
        region: text("state"),
        postal_code: text("postal_code"),
        country: text("country"),
    };
    Worker {
        user_name: text("user_name"),
        name: Name {
            given: text("given_name"),
            middle: text("middle_name"),
            family,
            display: text("display_name"),
            preferred: text("preferred_name"),
            honorific_prefix: text("honorific_prefix"),
            honorific_suffix: text("honorific_suffix"),
        },
        contact: Contact {
            work_email: email("work_email"),
            personal_email: email("personal_email"),
            work_phone: text("work_phone"),
            mobile_phone: text("mobile_phone"),
            preferred_language: record.get("preferred_language").map(values::language),
            locale: text("locale"),
            timezone: text("timezone"),
        },
        employment: Employment {
            employee_number: text("employee_number"),
            title: text("title"),
            employment_type: text("employment_type"),
            worker_type: text("worker_type"),
            grade: text("grade"),
            fte: record.get("fte").and_then(values::part),
            start_date: text("start_date"),
            end_date: last_day.map(|day| day.to_string()),
            manager_id: manager_id.filter(|manager| *manager != record.key),
            is_manager: record.get("is_manager").and_then(values::boolean),
        },
        organization: Organization {
            company: unit("company_id", "company"),
            business_unit: named("business_unit"),
            division: unit("division_id", "division"),
            department: unit("department_id", "department"),
            cost_center: Unit::of(text("cost_center"), None),
            location: unit("location_id", "location"),
            org_unit: None,
            teams: record
                .get("teams")
                .into_iter()
                .flat_map(values::list)
                .map(|team| Unit { id: None, name: Some(team.to_owned()) })
                .collect(),
        },
        address: address.if_any(),
        custom: custom.map(|(name, value)| CustomAttribute::new(name, Value::Text(value.clone()))).collect(),
        updated_at: record.get("updated_at").and_then(instant),
        ..Worker::new(record.key.clone(), status(record, setup))
    }
}
