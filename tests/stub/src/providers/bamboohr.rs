//! BambooHR: reports of chosen fields, without pages, and a list of who changed.

use axum::http::Method;
use axum::response::Response;
use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::clock;
use crate::faults::{Next, Page, Shape};
use crate::interface::{Interface, Truth};
use crate::people::{COMPANIES, Company, DEPARTMENTS, Kind, LOCATIONS, Person, Standing};
use crate::server::Stub;
use crate::tokens::Grant;
use crate::truth::{self, Units};
use crate::web::{self, Ask};

const SHAPE: Shape = Shape {
    list: "/employees",
    absent: false,
    next: Next::Position,
    totals: &[],
    id: "/id",
    title: "/jobTitle",
};

pub const INTERFACE: Interface = Interface {
    name: "bamboohr",
    data: "/bamboohr",
    // A key is all there is.
    tokens: "",
    token: |_, _| failure(404),
    admit: |_, stub, ask| {
        ask.basic().filter(|(key, _)| *key == stub.options.client_secret).map(|_| Grant::Full)
    },
    answer,
    failure,
    quota: None,
    truth: Truth { people, groups, memberships },
};

/// The reason is in a header, and the body is empty. Too many requests are 503.
fn failure(status: u16) -> Response {
    let (status, reason) = match status {
        400 => (400, "Invalid request"),
        401 => (401, "Invalid API key"),
        403 => (403, "Insufficient permissions"),
        404 => (404, "Not found"),
        429 => (503, "Limit exceeded"),
        status => (status, "Something went wrong"),
    };
    web::with_header(web::answer(status, "text/html", ""), "x-bamboohr-error-message", reason)
}

fn answer(stub: &Stub, ask: &Ask) -> Response {
    // Whoever does not ask for JSON gets XML.
    if !ask.header("accept").is_some_and(|accept| accept.contains("application/json")) {
        return web::answer(200, "text/xml", "<?xml version=\"1.0\"?>\n<directory/>\n");
    }
    let path = ask.path.strip_prefix("/bamboohr/api/v1").unwrap_or_default();
    match (&ask.method, path) {
        (&Method::POST, "/reports/custom") => report(stub, ask),
        (&Method::GET, "/employees/changed") => changed(stub, ask),
        (&Method::GET, "/meta/fields") => definitions(),
        (&Method::GET, "/meta/lists") => lists(),
        _ => failure(404),
    }
}

// ---------------------------------------------------------------- reports ----

/// Which people a report is about.
enum About {
    All,
    Ids(Vec<u64>),
    ChangedSince(i64),
}

fn about(order: &Value) -> Option<About> {
    let filters = &order["filters"];
    if let Some(ids) = filters["employeeIds"].as_array() {
        return ids.iter().map(Value::as_u64).collect::<Option<_>>().map(About::Ids);
    }
    match filters["lastChanged"]["value"].as_str() {
        Some(text) => clock::parse(text).map(About::ChangedSince),
        None => Some(About::All),
    }
}

fn report(stub: &Stub, ask: &Ask) -> Response {
    // A character set in the header makes the body XML, which it is not.
    if ask.header("content-type") != Some("application/json") || ask.query.get("format") != Some("json") {
        return failure(400);
    }
    let Ok(order) = serde_json::from_slice::<Value>(&ask.body) else { return failure(400) };
    let Some(fields) = order["fields"].as_array().filter(|fields| fields.len() <= 400) else {
        return failure(400);
    };
    let Some(about) = about(&order) else { return failure(400) };
    let current = ask.query.get("onlyCurrent") != Some("false");
    // What is unknown is left out without a word.
    let fields: Vec<&Field> =
        fields.iter().filter_map(|name| FIELDS.iter().find(|field| *name == field.name)).collect();
    // There are no pages: whoever reads all first asks who there is.
    let number = if matches!(about, About::All) { 1 } else { 2 };
    let key = format!("{} {}", ask.key(), String::from_utf8_lossy(&ask.body));
    stub.people(ask, &SHAPE, web::JSON, key, failure, |company, faults| {
        let asked = |person: &Person| match &about {
            About::All => true,
            About::Ids(ids) => ids.contains(&number_of(person)),
            About::ChangedSince(instant) => person.changed >= *instant,
        };
        // Of those who begin later some are not in a report of today.
        let keep = |person: &Person| {
            asked(person) && !(current && begins_later(person) && person.quirk.is_multiple_of(2))
        };
        let rows: Vec<u32> =
            company.employed.iter().copied().filter(|row| keep(company.person(*row))).collect();
        let rows = match number {
            // Somebody may be in a report twice.
            2 => faults.again(&rows).into_iter().chain(rows).collect(),
            _ => rows,
        };
        let employee = |row: &u32| -> Value {
            let person = company.person(*row);
            let mut values = Map::from_iter([("id".to_owned(), json!(id(person)))]);
            let value = |field: &Field| at(field.name, person, current, (field.value)(company, person));
            values.extend(fields.iter().map(|field| (field.name.to_owned(), value(field))));
            values.into()
        };
        let described =
            fields.iter().map(|field| json!({"id": field.name, "type": field.kind, "name": field.label}));
        let body = json!({
            "title": order["title"],
            "fields": described.collect::<Vec<_>>(),
            "employees": rows.iter().map(employee).collect::<Vec<_>>(),
        });
        Page { body: Bytes::from(body.to_string()), number, beginning: number == 1, own: String::new() }
    })
}

fn begins_later(person: &Person) -> bool {
    person.standing == Standing::Pending
}

/// The value of a field that has a history, today or after all that is entered
/// for the future: whoever begins later has none today, and somebody who is here
/// will have another.
fn at(field: &str, person: &Person, current: bool, value: Value) -> Value {
    const HISTORIC: [&str; 8] = [
        "jobTitle",
        "department",
        "division",
        "location",
        "supervisor",
        "supervisorEId",
        "supervisorId",
        "employmentHistoryStatus",
    ];
    match (current, begins_later(person)) {
        (true, true) if HISTORIC.contains(&field) => Value::Null,
        (false, false) if field == "department" && person.quirk % 3 == 1 => json!("Somewhere else"),
        _ => value,
    }
}

fn number_of(person: &Person) -> u64 {
    // Long enough that no other number has it within.
    4_000_100 + 13 * u64::from(person.index)
}

fn id(person: &Person) -> String {
    number_of(person).to_string()
}

struct Field {
    name: &'static str,
    kind: &'static str,
    label: &'static str,
    value: fn(&Company, &Person) -> Value,
}

macro_rules! fields {
    ($($name:literal $kind:literal $label:literal $value:expr;)*) => {
        &[$(Field { name: $name, kind: $kind, label: $label, value: $value }),*]
    };
}

const FIELDS: &[Field] = fields! {
    "id" "int" "ID" |_, one| json!(id(one));
    "employeeNumber" "employee_number" "Employee #" |_, one| json!(one.number);
    "firstName" "text" "First Name" |_, one| json!(one.given());
    "middleName" "text" "Middle Name" |_, one| json!(middle(one));
    "lastName" "text" "Last Name" |_, one| json!(one.family());
    "preferredName" "text" "Preferred Name" |_, one| json!((one.quirk % 6 == 1).then(|| one.given()).flatten());
    "displayName" "text" "Display name" |_, one| json!((one.quirk % 7 != 2).then(|| one.display()));
    "fullName1" "text" "First Name Last Name" |_, one| json!(one.display());
    "status" "status" "Status" |_, one| json!(status(one));
    "employmentHistoryStatus" "list" "Employment Status" |_, one| json!(employment(one));
    "jobTitle" "list" "Job Title" |_, one| json!(one.title);
    "department" "list" "Department" |_, one| json!(one.department_name());
    "division" "list" "Division" |_, one| json!(one.company_name());
    "location" "list" "Location" |_, one| json!(one.place().name);
    "supervisor" "employee" "Reporting to" |company, one| json!(company.manager(one).map(Person::display));
    "supervisorEId" "int" "Supervisor EID" |company, one| json!(company.manager(one).map(id));
    "supervisorId" "text" "Supervisor ID" |company, one| json!(company.manager(one).map(|boss| &boss.number));
    "workEmail" "email" "Work Email" |_, one| json!(one.email());
    "homeEmail" "email" "Home Email" |_, one| json!((one.quirk % 5 == 3).then(|| format!("p{}@home.example.org", one.index)));
    "workPhone" "phone" "Work Phone" |_, one| json!(one.work_phone());
    "mobilePhone" "phone" "Mobile Phone" |_, one| json!(one.mobile_phone());
    "hireDate" "date" "Hire Date" |_, one| json!(one.start);
    "originalHireDate" "date" "Original Hire Date" |_, one| json!(unset(one));
    "terminationDate" "date" "Termination Date" |_, one| one.end.as_ref().map_or_else(|| json!(unset(one)), |end| json!(end));
    "lastChanged" "timestamp" "Last changed" |_, one| json!(offset(one.changed));
    "country" "country" "Country" |_, one| json!(one.place().country);
    "4340" "text" "Badge" |_, one| json!(one.badge);
    "customDeskSince" "date" "Desk since" |_, one| if one.quirk % 4 == 1 { json!(one.start) } else { json!(unset(one)) };
    "customLanguages" "multilist" "Languages" |_, one| json!(if one.quirk.is_multiple_of(3) { "German,English" } else { "English" });
    "customDesks" "int" "Desks" |_, one| json!((one.quirk % 3).to_string());
};

/// One in four has one; without, it is empty or null.
fn middle(person: &Person) -> Option<&'static str> {
    ["Lee", "", ""].get((person.quirk % 4) as usize).copied()
}

/// A date that is not set, in one of the forms that occur.
fn unset(person: &Person) -> Option<&'static str> {
    ["0000-00-00", ""].get((person.quirk % 3) as usize).copied()
}

fn offset(seconds: i64) -> String {
    clock::utc(seconds).replace('Z', "+00:00")
}

fn status(person: &Person) -> &'static str {
    match person.standing {
        Standing::Active | Standing::Pending | Standing::OnLeave => "Active",
        Standing::Inactive | Standing::Terminated => "Inactive",
    }
}

fn employment(person: &Person) -> &'static str {
    match (person.standing, person.kind) {
        (Standing::OnLeave, _) => "Leave of Absence",
        (Standing::Terminated, _) => "Terminated",
        (_, Kind::Employee) => "Full-Time",
        (_, Kind::Contractor | Kind::Guest) => "Contractor",
    }
}

// ----------------------------------------------------------- who changed ----

fn changed(stub: &Stub, ask: &Ask) -> Response {
    let Some(since) = ask.query.get("since").and_then(clock::parse) else { return failure(400) };
    stub.list(web::JSON, ask.key(), |company| {
        let mut all = Map::new();
        let mut latest = None;
        for person in company.people.iter().filter(|person| person.changed >= since) {
            let action = match person {
                person if person.deleted => "Deleted",
                person if person.created >= since => "Inserted",
                _ => "Updated",
            };
            latest = latest.max(Some(person.changed));
            let entry = json!({"id": id(person), "action": action, "lastChanged": offset(person.changed)});
            all.insert(id(person), entry);
        }
        // Nobody is a list, and not an object without members.
        let employees = if all.is_empty() { json!([]) } else { all.into() };
        json!({"latest": latest.map(offset), "employees": employees}).to_string().into_bytes()
    })
}

// ----------------------------------------------------------- definitions ----

fn definitions() -> Response {
    let one = |(at, field): (usize, &Field)| match field.name.parse::<u32>() {
        // A field of the customer's may have no alias.
        Ok(_) => json!({"id": field.name, "name": field.label, "type": field.kind}),
        Err(_) => json!({"id": at + 1, "name": field.label, "type": field.kind, "alias": field.name}),
    };
    let private = json!({"id": 900, "name": "SSN", "type": "ssn", "alias": "ssn"});
    let old = json!({"id": 901, "name": "Pager", "type": "text", "alias": "pager", "deprecated": true});
    let all: Vec<Value> = FIELDS.iter().enumerate().map(one).chain([private, old]).collect();
    web::value(200, web::JSON, &all.into())
}

fn department_id(at: usize) -> String {
    (18_264 + 3 * at).to_string()
}

fn location_id(at: usize) -> String {
    (18_301 + 3 * at).to_string()
}

fn division_id(at: usize) -> String {
    (18_332 + 3 * at).to_string()
}

fn lists() -> Response {
    let option = |id: &str, name: &str, archived: &str| json!({"id": id.parse::<u64>().ok(), "archived": archived, "createdDate": null, "archivedDate": null, "name": name});
    let list = |field: &str, alias: &str, options: Vec<Value>| json!({"fieldId": field, "alias": alias, "manageable": "yes", "multiple": "no", "name": alias, "options": options});
    // A name that was used before under another id.
    let mut departments = vec![option("18001", DEPARTMENTS[0].0, "yes")];
    let used = DEPARTMENTS.iter().enumerate().map(|(at, (name, _))| option(&department_id(at), name, "no"));
    departments.extend(used);
    let locations =
        LOCATIONS.iter().enumerate().map(|(at, place)| option(&location_id(at), place.name, "no"));
    let divisions = COMPANIES.iter().enumerate().map(|(at, name)| option(&division_id(at), name, "no"));
    let all = json!([
        list("4", "department", departments),
        list("17", "jobTitle", vec![option("18400", "Analyst", "no")]),
        list("18", "location", locations.collect()),
        list("1355", "division", divisions.collect()),
    ]);
    web::value(200, web::JSON, &all)
}

// ------------------------------------------------------------------ truth ----

const UNITS: Units = Units {
    person_id: id,
    department: Some(department_id),
    cost_center: None,
    team: None,
    nested: false,
    location: Some(location_id),
    company: None,
};

fn people(company: &Company) -> Vec<Value> {
    let one = |person| {
        let mut told = truth::person(company, person, id);
        told["custom"] = json!({"4340": person.badge});
        told
    };
    company.staff().map(one).collect()
}

fn groups(_: &Company) -> Vec<Value> {
    let divisions = COMPANIES.iter().enumerate();
    let divisions = divisions.map(|(at, name)| truth::group(division_id(at), name, "division", Vec::new()));
    UNITS.groups().into_iter().chain(divisions).collect()
}

fn memberships(company: &Company) -> Vec<Value> {
    let in_division =
        |person: &Person| truth::membership("division", division_id(person.company()), "worker", id(person));
    UNITS.memberships(company.staff()).into_iter().chain(company.staff().map(in_division)).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use axum::body::to_bytes;
    use axum::http::HeaderMap;
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    use super::*;
    use crate::tests;
    use crate::web::Query;

    /// Orders a report, with a key.
    async fn order(stub: &Stub, key: &str, kind: &'static str, current: bool, body: &Value) -> (u16, Value) {
        let mut headers = HeaderMap::new();
        let credential = format!("Basic {}", STANDARD.encode(format!("{key}:x")));
        headers.insert("authorization", credential.parse().expect("a header"));
        headers.insert("accept", "application/json".parse().expect("a header"));
        headers.insert("content-type", kind.parse().expect("a header"));
        let ask = Ask {
            method: Method::POST,
            path: "/bamboohr/api/v1/reports/custom".to_owned(),
            query: Query::new(&format!("format=json&onlyCurrent={current}")),
            headers,
            body: Bytes::from(body.to_string()),
        };
        let response = stub.data(&INTERFACE, &ask, true);
        let status = response.status().as_u16();
        let bytes = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
        (status, serde_json::from_slice(&bytes).unwrap_or_default())
    }

    #[tokio::test]
    async fn reports_about_some_together_are_the_truth() {
        let stub = tests::stub(60, false, None, &[]);
        let (_, all) =
            order(&stub, "stub-secret", "application/json", false, &json!({"fields": ["id", "ssn"]})).await;
        assert_eq!(all["fields"].as_array().map(Vec::len), Some(1), "what is unknown is left out");
        let listed: Vec<&str> = all["employees"]
            .as_array()
            .expect("people")
            .iter()
            .filter_map(|one| one["id"].as_str())
            .collect();
        let mut emails = Vec::new();
        for ids in listed.chunks(7) {
            let ids: Vec<u64> = ids.iter().filter_map(|id| id.parse().ok()).collect();
            let body = json!({"fields": ["workEmail"], "filters": {"employeeIds": ids}});
            let (_, some) = order(&stub, "stub-secret", "application/json", false, &body).await;
            let people = some["employees"].as_array().expect("people");
            assert_eq!(people.len(), ids.len());
            emails.extend(people.iter().map(|one| (one["id"].clone(), one["workEmail"].clone())));
        }
        let truth = people(&stub.company());
        assert_eq!(
            emails,
            truth.iter().map(|one| (one["id"].clone(), one["email"].clone())).collect::<Vec<_>>()
        );
    }

    #[tokio::test]
    async fn a_report_of_today_knows_little_of_those_who_begin_later() {
        let stub = tests::stub(400, false, None, &[]);
        let truth: BTreeMap<String, (String, Value)> = people(&stub.company())
            .into_iter()
            .map(|one| {
                let text = |key: &str| one[key].as_str().unwrap_or_default().to_owned();
                (text("id"), (text("status"), one["department"].clone()))
            })
            .collect();
        // How many are in it, and of how many of each kind the department is right.
        let mut counts = Vec::new();
        for current in [true, false] {
            let body = json!({"fields": ["department"]});
            let (_, report) = order(&stub, "stub-secret", "application/json", current, &body).await;
            let listed = report["employees"].as_array().expect("people");
            let right = |later: bool| {
                let is_right = |one: &&Value| {
                    let (status, department) = &truth[one["id"].as_str().expect("an id")];
                    (status == "pending") == later
                        && !department.is_null()
                        && *department == one["department"]
                };
                listed.iter().filter(is_right).count()
            };
            counts.push((listed.len(), right(false), right(true)));
        }
        let [today, ahead] = counts[..] else { panic!("two reports") };
        assert!(today.0 < ahead.0, "{counts:?}");
        assert_eq!(ahead.0, truth.len());
        assert!(today.1 > ahead.1, "{counts:?}");
        assert!(today.2 == 0 && ahead.2 > 0, "{counts:?}");
    }

    #[tokio::test]
    async fn a_wrong_key_and_a_wrong_type_are_refused() {
        let (stub, body) = (tests::stub(60, false, None, &[]), json!({"fields": ["id"]}));
        assert_eq!(order(&stub, "another", "application/json", false, &body).await.0, 401);
        assert_eq!(order(&stub, "stub-secret", "application/json; charset=utf-8", false, &body).await.0, 400);
    }
}
