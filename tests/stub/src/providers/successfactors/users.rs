//! Accounts, of a company without Employee Central.

use axum::response::Response;
use serde_json::Value;

use super::filter::{Filter, Found};
use super::{SHAPE, country, day, filter, instant, no_property, page, start, user_id};
use crate::faults::Shape;
use crate::interface::Truth;
use crate::json::Json;
use crate::people::{Company, Person, Standing};
use crate::server::Stub;
use crate::truth::{self, directory_standing};
use crate::web::Ask;

pub const TRUTH: Truth = Truth { people, groups: |_| Vec::new(), memberships: |_| Vec::new() };

const ACCOUNT: Shape = Shape { id: "/userId", title: "/title", ..SHAPE };

const FIELDS: [&str; 25] = [
    "userId",
    "username",
    "status",
    "firstName",
    "lastName",
    "mi",
    "nickname",
    "defaultFullName",
    "email",
    "title",
    "department",
    "division",
    "location",
    "country",
    "businessPhone",
    "cellPhone",
    "hireDate",
    "defaultLocale",
    "timeZone",
    "empId",
    "lastModifiedDateTime",
    "manager/userId",
    "custom01",
    "custom02",
    "custom03",
];

pub fn list(stub: &Stub, ask: &Ask) -> Response {
    let selected: Vec<&str> = ask.query.get("$select").unwrap_or_default().split(',').collect();
    if let Some(field) = selected.iter().find(|field| !field.is_empty() && !FIELDS.contains(field)) {
        return no_property(&format!("User/{field}"));
    }
    let condition = match filter(ask) {
        Ok(condition) => condition,
        Err(response) => return *response,
    };
    // Without a condition on it, only active accounts are listed.
    let all = condition.as_ref().is_some_and(|filter| filter.paths().any(|path| path == "status"));
    let managers = ask.query.get("$expand") == Some("manager");
    let keep = |_: &Company, person: &Person| {
        let at = |path: &str| match path {
            "status" => Found::Text(status(person).to_ascii_lowercase()),
            "lastModifiedDateTime" => Found::Moment(person.changed),
            _ => Found::Nothing,
        };
        (all || status(person) != "f") && condition.as_ref().is_none_or(|filter: &Filter| filter.holds(at))
    };
    page(stub, ask, &ACCOUNT, keep, |json, company, person| {
        let wants = |field: &str| selected.contains(&field) || selected == [""];
        account(json, company, person, &wants, managers);
    })
}

fn status(person: &Person) -> &'static str {
    match person.standing {
        Standing::Terminated | Standing::Inactive => "f",
        _ if person.quirk.is_multiple_of(6) => "T",
        _ => "t",
    }
}

/// A label, of most units with the code behind it.
fn label(name: &str, code: u64, person: &Person) -> String {
    if person.quirk.is_multiple_of(3) { name.to_owned() } else { format!("{name} ({code})") }
}

fn account(
    json: &mut Json,
    company: &Company,
    person: &Person,
    wants: &dyn Fn(&str) -> bool,
    managers: bool,
) {
    let mut text = |name: &str, value: Option<String>| {
        if wants(name) {
            json.field(name, &value);
        }
    };
    let given = person.given().map(str::to_owned);
    let place = person.place();
    text("userId", Some(user_id(person)));
    text("username", Some(person.user_name.clone()));
    text("status", Some(status(person).to_owned()));
    text("nickname", given.clone().filter(|_| person.quirk.is_multiple_of(4)));
    text("firstName", given);
    text("lastName", Some(person.family().to_owned()));
    text("mi", (person.quirk % 4 == 1).then(|| "M.".to_owned()));
    text("defaultFullName", Some(person.display()));
    text("email", person.email().map(str::to_owned));
    text("title", person.title.clone());
    let department =
        person.department.map(|at| label(crate::people::DEPARTMENTS[at].0, 50_130_010 + at as u64, person));
    text("department", department);
    text("division", None);
    text("location", Some(label(place.name, 2200 + person.location as u64, person)));
    text("country", Some(country(person).to_owned()));
    text("businessPhone", Some(person.work_phone()));
    text("cellPhone", person.mobile_phone());
    text("hireDate", Some(day(&start(person))));
    text("defaultLocale", Some(place.language.replace('-', "_")));
    text("timeZone", Some(place.timezone.to_owned()));
    text("empId", Some(person.number.clone()));
    text("custom01", person.badge.clone());
    text("custom02", Some(format!("Floor {}", person.quirk % 5)));
    text("lastModifiedDateTime", Some(instant(person.changed)));
    match company.manager(person) {
        None => json.field("manager", &None::<&str>),
        Some(manager) if managers => json.nested("manager", |json| json.field("userId", &user_id(manager))),
        Some(_) => json.nested("manager", |json| {
            json.nested("__deferred", |json| json.field("uri", &format!("{}/manager", super::HOST)));
        }),
    }
}

/// An account knows of no leave, no end and no units but by their labels.
fn people(company: &Company) -> Vec<Value> {
    let one = |row: &u32| {
        let person = company.person(*row);
        let mut told = truth::person(company, person, user_id);
        told["user_name"] = person.user_name.as_str().into();
        told["status"] = directory_standing(person.standing).word().into();
        told["start_date"] = start(person).into();
        for field in ["team", "company", "cost_center", "end_date"] {
            told[field] = Value::Null;
        }
        told
    };
    company.employed.iter().map(one).collect()
}
