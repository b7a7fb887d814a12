//! Sesame HR: numbered pages, and lists of pairs that have whole people in them.

use axum::http::Method;
use axum::response::Response;
use bytes::Bytes;
use serde_json::{Value, json};

use crate::clock;
use crate::faults::{Next, Page, Shape};
use crate::interface::{Interface, Truth};
use crate::people::{COMPANIES, Company, DEPARTMENTS, LOCATIONS, Person, Standing, guid};
use crate::server::Stub;
use crate::tokens::Grant;
use crate::truth::{self, Units};
use crate::web::{self, Ask, JSON};

const SHAPE: Shape = Shape {
    list: "/data",
    absent: false,
    next: Next::Position,
    totals: &["/meta/total"],
    id: "/id",
    title: "/professionalCategoryDescription",
};

/// What the ids are made from; they are the same for every company.
const SEED: u64 = 5;

pub const INTERFACE: Interface = Interface {
    name: "sesame",
    data: "/sesame",
    // The token of the company is made by hand.
    tokens: "",
    token: |_, _| failure(404),
    admit,
    answer,
    failure,
    quota: None,
    truth: Truth {
        people,
        groups: |_| UNITS.groups(),
        memberships: |company| UNITS.memberships(company.staff()),
    },
};

const UNITS: Units = Units {
    person_id,
    department: Some(department_id),
    cost_center: None,
    team: None,
    nested: false,
    location: Some(office_id),
    company: None,
};

fn person_id(person: &Person) -> String {
    format!("{PERSON}{:012}", 1 + person.index)
}

/// How the ids of people begin; the rest is their place in the company.
const PERSON: &str = "10000000-0000-4000-8000-";

fn find<'a>(company: &'a Company, id: &str) -> Option<&'a Person> {
    let place: usize = id.strip_prefix(PERSON)?.parse().ok()?;
    company.people.get(place.checked_sub(1)?).filter(|person| !person.deleted)
}

fn department_id(at: usize) -> String {
    guid(SEED, "sesame-department", at as u64)
}

fn office_id(at: usize) -> String {
    guid(SEED, "sesame-office", at as u64)
}

fn people(company: &Company) -> Vec<Value> {
    let one = |row: &u32| {
        let person = company.person(*row);
        let mut told = truth::person(company, person, person_id);
        told["display"] = match person.given() {
            Some(given) => json!(format!("{given} {}", person.family())),
            None => json!(person.family()),
        };
        told["employee_number"] = json!(code(person).to_string());
        for absent in ["team", "cost_center"] {
            told[absent] = Value::Null;
        }
        if gone(person) {
            told["status"] = json!("terminated");
        }
        if has_no_contract(person) {
            told["start_date"] = Value::Null;
            told["kind"] = Value::Null;
        } else {
            told["kind"] = json!(workday(person));
        }
        told["custom"] = json!({"cf_badge": person.badge});
        told
    };
    company.employed.iter().map(one).collect()
}

fn code(person: &Person) -> u64 {
    1_001 + u64::from(person.index)
}

fn gone(person: &Person) -> bool {
    matches!(person.standing, Standing::Terminated | Standing::Inactive)
}

fn workday(person: &Person) -> &'static str {
    if person.quirk.is_multiple_of(5) { "Parcial" } else { "Completa" }
}

/// Some were never given one. Whoever is still to come, or has left, has one.
fn has_no_contract(person: &Person) -> bool {
    person.standing == Standing::Active && person.quirk % 13 == 6
}

/// A token is known in its own region alone.
fn admit(_: &Interface, stub: &Stub, ask: &Ask) -> Option<Grant> {
    let is_here = !ask.path.starts_with("/sesame/elsewhere/");
    (is_here && ask.credential("bearer")? == stub.options.client_secret).then_some(Grant::Full)
}

fn failure(status: u16) -> Response {
    let message = match status {
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not found",
        422 => "Validation error",
        429 => "Too many requests",
        _ => "Internal error",
    };
    web::value(status, JSON, &json!({"error": {"code": status, "message": message}}))
}

fn answer(stub: &Stub, ask: &Ask) -> Response {
    if ask.method != Method::GET {
        return failure(404);
    }
    let Some(window) = Window::of(stub, ask) else { return failure(422) };
    let segments = ask.segments();
    let segments: Vec<&str> = segments.iter().skip(1).map(String::as_str).collect();
    if segments[..] == ["core", "v3", "employees"] {
        return employees(stub, ask, &window);
    }
    let rows = match segments[..] {
        ["core", "v3", "info"] => return web::value(200, JSON, &json!({"data": {"company": firm(0)}})),
        ["contract", "v1", "contracts", id, "current-contract"] => {
            return current_contract(find(&stub.company(), id));
        }
        ["core", "v3", "departments"] => departments,
        ["core", "v3", "offices"] => offices,
        ["core", "v3", "custom-fields"] => custom_fields,
        ["core", "v3", "employee-managers"] => managers,
        ["core", "v3", "employee-department-assignations"] => of_departments,
        ["core", "v3", "employee-office-assignations"] => of_offices,
        ["schedule", "v1", "absence-day-off" | "vacation-day-off"]
            if ask.query.get("from").is_none() || ask.query.get("to").is_none() =>
        {
            return failure(422);
        }
        ["schedule", "v1", "absence-day-off"] => absences,
        ["schedule", "v1", "vacation-day-off"] => |_: &Company, _: &[&Person]| Vec::new(),
        _ => return failure(404),
    };
    stub.list(JSON, ask.key(), |company| {
        // Whom a list is asked for; everybody, if for nobody.
        let asked = [ask.query.all("employeeId"), ask.query.all("employeeIds[]")].concat();
        let people: Vec<&Person> = match asked.as_slice() {
            [] => company.staff().collect(),
            asked => asked.iter().filter_map(|id| find(company, id)).collect(),
        };
        window.page(rows(company, &people)).to_string().into_bytes()
    })
}

fn departments(_: &Company, _: &[&Person]) -> Vec<Value> {
    let department = |(at, (name, _)): (usize, &(&str, u64))| json!({"id": department_id(at), "name": name});
    DEPARTMENTS.iter().enumerate().map(department).collect()
}

fn offices(_: &Company, _: &[&Person]) -> Vec<Value> {
    (0..LOCATIONS.len()).map(office).collect()
}

fn custom_fields(_: &Company, _: &[&Person]) -> Vec<Value> {
    vec![json!({"id": guid(SEED, "field", 0), "name": "Badge", "slug": "cf_badge", "type": "text"})]
}

fn of_departments(_: &Company, people: &[&Person]) -> Vec<Value> {
    let row = |person: &&Person| {
        let at = person.department?;
        Some(pair(person, "department", json!({"id": department_id(at), "name": DEPARTMENTS[at].0})))
    };
    people.iter().filter_map(row).collect()
}

fn of_offices(_: &Company, people: &[&Person]) -> Vec<Value> {
    people.iter().map(|person| pair(person, "office", office(person.location))).collect()
}

fn absences(company: &Company, people: &[&Person]) -> Vec<Value> {
    let row = |person: &&&Person| person.standing == Standing::OnLeave;
    let absence = |person: &&Person| {
        json!({"id": guid(SEED, "absence", u64::from(person.index)), "date": clock::day(company.now),
            "employee": {"id": person_id(person)}})
    };
    people.iter().filter(row).map(absence).collect()
}

fn current_contract(person: Option<&Person>) -> Response {
    match person {
        Some(person) if !has_no_contract(person) => web::value(200, JSON, &json!({"data": contract(person)})),
        // Both are said to occur.
        Some(person) if person.quirk.is_multiple_of(2) => web::value(200, JSON, &json!({"data": null})),
        _ => failure(404),
    }
}

/// The part of a list that a request asks for.
struct Window {
    page: usize,
    limit: usize,
}

impl Window {
    fn of(stub: &Stub, ask: &Ask) -> Option<Self> {
        let (largest, default) = stub.options.sizes(100, 100);
        let number = |name: &str, default: usize| match ask.query.get(name) {
            Some(text) => text.parse().ok().filter(|number| *number > 0),
            None => Some(default),
        };
        Some(Self { page: number("page", 1)?, limit: number("limit", default)?.min(largest) })
    }

    fn start(&self) -> usize {
        (self.page - 1) * self.limit
    }

    fn page(&self, rows: Vec<Value>) -> Value {
        let total = rows.len();
        let page: Vec<Value> = rows.into_iter().skip(self.start()).take(self.limit).collect();
        self.envelope(page, total)
    }

    fn envelope(&self, data: Vec<Value>, total: usize) -> Value {
        let last = total.div_ceil(self.limit).max(1);
        json!({
            "data": data,
            "meta": {"currentPage": self.page, "lastPage": last, "total": total, "perPage": self.limit},
        })
    }
}

fn employees(stub: &Stub, ask: &Ask, window: &Window) -> Response {
    let wanted = ask.query.all("status[in]");
    if ask.query.get("orderBy").is_some_and(|order| order != "createdAt asc") {
        return failure(422);
    }
    stub.people(ask, &SHAPE, JSON, ask.key(), failure, |company, faults| {
        let is_wanted = |row: &u32| wanted.contains(&status(company.person(*row)));
        let list: Vec<u32> = company.employed.iter().copied().filter(is_wanted).collect();
        let rows = faults.rows_at(&list, window.start(), window.limit);
        let data = rows.iter().map(|row| employee(company.person(*row))).collect();
        Page {
            body: Bytes::from(window.envelope(data, list.len()).to_string()),
            number: window.page,
            beginning: window.page == 1,
            own: String::new(),
        }
    })
}

fn status(person: &Person) -> &'static str {
    if gone(person) { "inactive" } else { "active" }
}

fn firm(at: usize) -> Value {
    json!({
        "id": guid(SEED, "sesame-company", at as u64), "name": COMPANIES[at],
        "notificationEmail": "rrhh@example.com", "language": "es", "createdAt": "2020-01-01T10:00:00+01:00",
        "updatedAt": "2024-01-01T10:00:00+01:00",
    })
}

fn office(at: usize) -> Value {
    let place = &LOCATIONS[at];
    json!({
        "id": office_id(at), "name": place.name, "description": "",
        "address": format!("{}, {}", place.street, place.name),
        "coordinates": {"latitude": 39.46, "longitude": -0.37}, "radio": 100,
    })
}

fn employee(person: &Person) -> Value {
    let mut row = json!({
        "id": person_id(person),
        "firstName": person.given(),
        "lastName": person.family(),
        "email": person.email(),
        "workStatus": "offline",
        "imageProfileURL": null,
        "code": code(person),
        "pin": 1_000 + person.index,
        "phone": person.mobile_phone(),
        "company": firm(person.company()),
        "gender": null,
        "contractId": null,
        "nid": format!("{:08}Z", person.index),
        "identityNumberType": "dni",
        "pricePerHour": 25,
        "dateOfBirth": "1980-02-29",
        "customFields": person.badge.as_ref().map(|badge| {
            json!([{"id": guid(SEED, "field", 0), "name": "Badge", "slug": "cf_badge", "type": "text", "value": badge}])
        }).unwrap_or_else(|| json!([])),
        "status": status(person),
        "personalMail": person.quirk.is_multiple_of(9).then(|| format!("p{}@example.net", person.index)),
        "professionalCategoryCode": person.quirk.is_multiple_of(3).then_some("G1"),
        // Whoever has no contract has the title here.
        "professionalCategoryDescription": person.title.as_ref().filter(|_| has_no_contract(person)),
        "description": "",
        "createdAt": clock::local(person.created),
        "updatedAt": clock::local(person.changed),
    });
    if person.quirk % 10 == 1
        && let Some(members) = row.as_object_mut()
    {
        members.retain(|_, value| !value.is_null());
    }
    row
}

fn pair(person: &Person, key: &str, with: Value) -> Value {
    let mut row = json!({
        "id": guid(SEED, key, u64::from(person.index)),
        "employee": employee(person),
        "createdAt": clock::local(person.created),
        "updatedAt": clock::local(person.created),
    });
    row[key] = with;
    row
}

/// Who approves vacations, and somebody else for the clock.
fn managers(company: &Company, people: &[&Person]) -> Vec<Value> {
    let of = |person: &&Person| {
        let Some(manager) = company.manager(person) else { return Vec::new() };
        let row = |permission: &str, order: u64, who: &Person| {
            let mut row = pair(person, "manager", employee(who));
            row["id"] = json!(guid(SEED, permission, 4 * u64::from(person.index) + order));
            row["permission"] = json!(permission);
            row["order"] = json!(order);
            row
        };
        let top = company.person(0);
        match person.quirk % 3 {
            0 => vec![row("check", 0, top), row("vacation", 1, top), row("vacation", 0, manager)],
            1 => vec![row("check", 0, manager)],
            _ => vec![row("vacation", 0, manager)],
        }
    };
    people.iter().flat_map(of).collect()
}

fn contract(person: &Person) -> Value {
    let named = |name: &str| json!({"id": guid(SEED, name, 0), "name": name, "editable": false});
    json!({
        "id": guid(SEED, "contract", u64::from(person.index)), "status": "current",
        "jobCharge": person.title.as_ref().map(|title| named(title)),
        "workdayType": named(workday(person)),
        "contractType": named("Indefinido"),
        "degree": null, "agreement": null,
        "startAt": person.start, "endAt": person.end, "comment": null, "code": "001",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{read, send, stub, truth};

    async fn page(stub: &Stub, url: &str) -> (u16, Value) {
        let headers = [("authorization", "Bearer stub-secret")];
        read(send(stub, "GET", &format!("/sesame{url}"), &headers, "").await).await
    }

    async fn all(stub: &Stub, path: &str) -> Vec<Value> {
        let mut rows = Vec::new();
        for number in 1.. {
            let (status, page) = page(stub, &format!("{path}limit=70&page={number}")).await;
            assert_eq!(status, 200, "{path}: {page}");
            rows.extend(page["data"].as_array().cloned().unwrap_or_default());
            if page["meta"]["currentPage"].as_u64() >= page["meta"]["lastPage"].as_u64() {
                break;
            }
        }
        rows
    }

    #[tokio::test]
    async fn pages_of_sesame_together_are_the_truth() {
        let stub = stub(500, false, None, &[]);
        let mut people = all(&stub, "/core/v3/employees?status%5Bin%5D=active&").await;
        people.extend(all(&stub, "/core/v3/employees?status%5Bin%5D=inactive&").await);
        let emails = |rows: &[Value], id: &str, email: &str| {
            let mut pairs: Vec<_> =
                rows.iter().map(|row| (row[id].to_string(), row[email].to_string())).collect();
            pairs.sort();
            pairs
        };
        let told = truth(&stub, "sesame").await;
        assert_eq!(emails(&people, "id", "email"), emails(&told, "id", "email"));
        let pairs = all(&stub, "/core/v3/employee-department-assignations?").await.len()
            + all(&stub, "/core/v3/employee-office-assignations?").await.len();
        assert_eq!(pairs, truth(&stub, "sesame/memberships").await.len());
    }

    #[tokio::test]
    async fn another_region_of_sesame_does_not_know_the_token() {
        let stub = stub(20, false, None, &[]);
        assert_eq!(page(&stub, "/core/v3/info").await.0, 200);
        assert_eq!(page(&stub, "/elsewhere/core/v3/info").await.0, 401);
    }
}
