//! Personio's first interface: everything about a person in one list, each
//! attribute wrapped.

use axum::http::Method;
use axum::response::Response;
use bytes::Bytes;
use serde::Serialize;
use serde_json::{Value, json};

use super::{BADGE, TRUTH, cost_center_id, department_id, office_id, subcompany_id, team_id};
use crate::clock;
use crate::faults::{Next, Page, Shape};
use crate::interface::{Interface, bearer};
use crate::json::Json;
use crate::people::{Company, Kind, Person, Standing, cost_center};
use crate::server::{Stub, hold};
use crate::tokens::Grant;
use crate::web::{self, Ask, JSON};

const SHAPE: Shape = Shape {
    list: "/data",
    absent: false,
    next: Next::Position,
    totals: &["/metadata/total_elements"],
    id: "/attributes/id/value",
    title: "/attributes/position/value",
};

pub const INTERFACE: Interface = Interface {
    name: "personio",
    data: "/personio/v1",
    tokens: "/personio/v1/auth",
    token,
    admit: bearer,
    answer,
    failure,
    quota: None,
    truth: TRUTH,
};

fn token(stub: &Stub, ask: &Ask) -> Response {
    if ask.method != Method::POST {
        return failure(404);
    }
    let (id, secret) = match serde_json::from_slice::<Value>(&ask.body) {
        Ok(body) => {
            let text = |key: &str| body[key].as_str().unwrap_or_default().to_owned();
            (text("client_id"), text("client_secret"))
        }
        Err(_) => {
            let form = ask.form();
            let text = |key: &str| form.get(key).unwrap_or_default().to_owned();
            (text("client_id"), text("client_secret"))
        }
    };
    if id.is_empty() || secret != stub.options.client_secret {
        return error(403, 0, "Wrong credentials");
    }
    let lifetime = stub.options.token_lifetime.unwrap_or(86_400);
    let token = hold(&stub.tokens).issue(INTERFACE.name, "papi-v1-", lifetime, Grant::Full);
    let scope = stub.options.consent.to(&["employees:read"], "absences:read").join(" ");
    let data = json!({"token": token, "expires_in": lifetime, "scope": scope});
    web::value(200, JSON, &json!({"success": true, "data": data}))
}

fn error(status: u16, code: u16, message: &str) -> Response {
    web::value(status, JSON, &json!({"success": false, "error": {"code": code, "message": message}}))
}

fn failure(status: u16) -> Response {
    let message = match status {
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Es ist ein Problem aufgetreten",
        429 => "Too Many Attempts.",
        400 => "Die Anfrage ist ungültig",
        _ => "Something went wrong",
    };
    error(status, status, message)
}

fn answer(stub: &Stub, ask: &Ask) -> Response {
    if ask.method != Method::GET {
        return failure(404);
    }
    let segments = ask.segments();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    match segments[..] {
        ["personio", "v1", "company", "employees"] => employees(stub, ask),
        ["personio", "v1", "company", "employees", "attributes" | "custom-attributes"] => definitions(),
        ["personio", "v1", "company", "employees", id] => {
            let company = stub.company();
            let found = id.parse().ok().and_then(|id| company.by_personio_id(id));
            match found.filter(|person| !person.deleted) {
                Some(found) => {
                    let body = Json::object(|json| {
                        json.field("success", &true);
                        json.nested("data", |json| employee(json, &company, found, &[]));
                    });
                    web::answer(200, JSON, body)
                }
                None => failure(404),
            }
        }
        _ => failure(404),
    }
}

fn employees(stub: &Stub, ask: &Ask) -> Response {
    let (largest, default) = stub.options.sizes(100, 50);
    let number = |name: &str| ask.query.get(name).map(str::parse::<usize>).transpose();
    let (Ok(limit), Ok(offset)) = (number("limit"), number("offset")) else { return failure(400) };
    let limit = match limit {
        Some(0) => return failure(400),
        Some(limit) => limit.min(largest),
        None => default,
    };
    let offset = offset.unwrap_or(0);
    let since = match ask.query.get("updated_since") {
        None => None,
        Some(text) => match clock::parse(text) {
            Some(instant) => Some(instant),
            None => return failure(400),
        },
    };
    let wanted = ask.query.all("attributes[]");
    let email = ask.query.get("email");
    stub.people(ask, &SHAPE, JSON, ask.key(), failure, |company, faults| {
        let chosen: Vec<u32>;
        let keep = |row: &&u32| {
            let person = company.person(**row);
            match since {
                Some(since) => person.changed > since,
                None => email.is_none_or(|email| person.email() == Some(email)),
            }
        };
        let list = if since.is_some() || email.is_some() {
            chosen = company.employed.iter().filter(keep).copied().collect();
            &chosen
        } else {
            &company.employed
        };
        // A list of changes is documented to come whole.
        let (offset, limit) = match since {
            Some(_) => (0, list.len().max(1)),
            None => (offset, limit),
        };
        let rows = faults.rows_at(list, offset, limit);
        let body = Json::object(|json| {
            json.field("success", &true);
            json.nested("metadata", |json| {
                json.field("total_elements", &list.len());
                json.field("current_page", &(offset / limit));
                json.field("total_pages", &list.len().div_ceil(limit));
            });
            json.field("offset", &offset);
            json.field("limit", &limit);
            json.list("data", |json| {
                for row in &rows {
                    json.item(|json| employee(json, company, company.person(*row), &wanted));
                }
            });
        });
        let number = offset / limit + 1;
        Page { body: Bytes::from(body), number, beginning: offset == 0, own: String::new() }
    })
}

/// The word for the standing.
fn status(person: &Person) -> &'static str {
    match person.standing {
        Standing::Active => "active",
        Standing::Pending => "onboarding",
        Standing::OnLeave => "leave",
        Standing::Inactive | Standing::Terminated => "inactive",
    }
}

/// A date in one of the forms that occur.
fn date(person: &Person, day: &str) -> String {
    match person.quirk / 3 % 4 {
        0 => format!("{day} 00:00:00+01:00"),
        1 => format!("{day}T00:00:00+0100"),
        2 => format!("{day}T00:00:00+01:00"),
        _ => day.to_owned(),
    }
}

/// Writes the attributes that the request wants, all if it names none.
struct Attributes<'a> {
    json: &'a mut Json,
    wanted: &'a [&'a str],
    /// Whether attributes without a value are left out.
    sparse: bool,
}

impl Attributes<'_> {
    fn wants(&self, key: &str) -> bool {
        self.wanted.is_empty() || self.wanted.contains(&key)
    }

    fn wrap(&mut self, key: &str, label: &str, kind: &str, value: impl FnOnce(&mut Json)) {
        if !self.wants(key) {
            return;
        }
        self.json.nested(key, |json| {
            json.field("label", label);
            value(json);
            json.field("type", kind);
            let custom = key.starts_with("dynamic_");
            json.field("universal_id", &(!custom).then_some(key));
        });
    }

    fn always<T: Serialize + ?Sized>(&mut self, key: &str, label: &str, kind: &str, value: &T) {
        self.wrap(key, label, kind, |json| json.field("value", value));
    }

    fn maybe<T: Serialize>(&mut self, key: &str, label: &str, kind: &str, value: Option<T>) {
        if !self.sparse || value.is_some() {
            self.wrap(key, label, kind, |json| json.field("value", &value));
        }
    }

    /// A reference to a part of the company.
    fn part(&mut self, key: &str, label: &str, kind: &str, part: Option<(u64, &str)>) {
        match part {
            None => self.maybe(key, label, "standard", None::<u8>),
            Some((id, name)) => self.wrap(key, label, "standard", |json| {
                json.nested("value", |json| {
                    json.field("type", kind);
                    json.nested("attributes", |json| {
                        json.field("id", &id);
                        json.field("name", name);
                    });
                });
            }),
        }
    }
}

fn employee(json: &mut Json, company: &Company, person: &Person, wanted: &[&str]) {
    json.field("type", "Employee");
    json.nested("attributes", |json| {
        let sparse = person.quirk % 10 == 1;
        attributes(&mut Attributes { json, wanted, sparse }, company, person);
    });
}

fn attributes(to: &mut Attributes, company: &Company, person: &Person) {
    let place = person.place();
    to.always("id", "ID", "integer", &person.personio_id);
    to.maybe("first_name", "First name", "standard", person.given());
    to.always("last_name", "Last name", "standard", person.family());
    to.always("preferred_name", "Name (preferred)", "standard", &person.display());
    to.maybe("email", "Email", "standard", person.email());
    to.always("status", "Status", "standard", status(person));
    to.maybe("position", "Position", "standard", person.title.as_ref());
    match company.manager(person) {
        Some(manager) => to.wrap("supervisor", "Supervisor", "standard", |json| {
            json.nested("value", |json| {
                json.field("type", "Employee");
                json.nested("attributes", |json| {
                    let wanted = ["id"];
                    let mut inner = Attributes { json, wanted: &wanted, sparse: false };
                    inner.always("id", "ID", "integer", &manager.personio_id);
                });
            });
        }),
        // Old accounts have an empty list instead of nothing.
        None if person.quirk.is_multiple_of(2) => {
            to.wrap("supervisor", "Supervisor", "standard", |json| json.list("value", |_| {}));
        }
        None => to.maybe("supervisor", "Supervisor", "standard", None::<u8>),
    }
    let employment = if person.kind == Kind::Employee { "internal" } else { "external" };
    to.always("employment_type", "Employment type", "standard", employment);
    if person.quirk.is_multiple_of(2) {
        to.always("weekly_working_hours", "Weekly hours", "standard", "40");
    } else {
        to.always("weekly_working_hours", "Weekly hours", "standard", &40);
    }
    to.always("hire_date", "Hire date", "date", &date(person, &person.start));
    to.maybe("contract_end_date", "Contract ends", "date", None::<&str>);
    let end = person.end.as_ref().map(|end| date(person, end));
    to.maybe("termination_date", "Termination date", "date", end.as_ref());
    to.maybe("termination_type", "Termination type", "standard", end.as_ref().map(|_| "employee"));
    to.maybe("termination_reason", "Termination reason", "standard", None::<&str>);
    to.maybe("probation_period_end", "Probation period end", "date", None::<&str>);
    to.maybe("last_working_day", "Last day of work", "date", end.as_ref());
    to.always("created_at", "created_at", "date", &clock::local(person.created));
    to.always("last_modified_at", "Last modified", "date", &clock::local(person.changed));
    let subcompany = (subcompany_id(person.company()), person.company_name());
    to.part("subcompany", "Subcompany", "Subcompany", Some(subcompany));
    to.part("office", "Office", "Office", Some((office_id(person.location), place.name)));
    let department = person.department.map(department_id).zip(person.department_name());
    to.part("department", "Department", "Department", department);
    to.part("team", "Team", "Team", person.team.map(team_id).zip(person.team_name()));
    to.wrap("cost_centers", "Cost center", "standard", |json| {
        json.list("value", |json| {
            let Some(department) = person.department else { return };
            json.item(|json| {
                json.field("type", "CostCenter");
                json.nested("attributes", |json| {
                    json.field("id", &cost_center_id(department));
                    json.field("name", &cost_center(department));
                    json.field("percentage", &100);
                });
            });
        });
    });
    to.wrap("holiday_calendar", "Public holidays", "standard", |json| {
        json.nested("value", |json| {
            json.field("type", "HolidayCalendar");
            json.nested("attributes", |json| {
                json.field("id", &(person.location + 2));
                json.field("name", &format!("{} ({})", place.country, place.name));
                json.field("country", place.country_code);
                json.field("state", place.name);
            });
        });
    });
    let doctor = (person.quirk % 20 == 7).then_some("Dr");
    to.maybe("dynamic_24407", "Titel", "standard", doctor);
    to.always("dynamic_24408", "Personalnummer", "standard", &person.number);
    let languages = if person.quirk.is_multiple_of(3) { "German,English" } else { "English" };
    to.always("dynamic_24409", "Languages", "tags", languages);
    to.maybe(BADGE, "Badge", "standard", person.badge.as_ref());
}

fn definitions() -> Response {
    let definitions: &[(&str, &str, &str, &[&str])] = &[
        ("id", "ID", "integer", &[]),
        ("first_name", "First name", "standard", &[]),
        ("last_name", "Last name", "standard", &[]),
        ("preferred_name", "Name (preferred)", "standard", &[]),
        ("email", "Email", "standard", &[]),
        ("status", "Status", "standard", &[]),
        ("position", "Position", "standard", &[]),
        ("supervisor", "Supervisor", "standard", &[]),
        ("employment_type", "Employment type", "standard", &[]),
        ("weekly_working_hours", "Weekly hours", "standard", &[]),
        ("hire_date", "Hire date", "date", &[]),
        ("contract_end_date", "Contract ends", "date", &[]),
        ("termination_date", "Termination date", "date", &[]),
        ("termination_type", "Termination type", "standard", &[]),
        ("termination_reason", "Termination reason", "standard", &[]),
        ("probation_period_end", "Probation period end", "date", &[]),
        ("last_working_day", "Last day of work", "date", &[]),
        ("created_at", "created_at", "date", &[]),
        ("last_modified_at", "Last modified", "date", &[]),
        ("subcompany", "Subcompany", "standard", &[]),
        ("office", "Office", "standard", &[]),
        ("department", "Department", "standard", &[]),
        ("team", "Team", "standard", &[]),
        ("cost_centers", "Cost center", "standard", &[]),
        ("holiday_calendar", "Public holidays", "standard", &[]),
        ("dynamic_24407", "Titel", "standard", &[]),
        ("dynamic_24408", "Personalnummer", "standard", &[]),
        ("dynamic_24409", "Languages", "tags", &["German", "English"]),
        (BADGE, "Badge", "standard", &[]),
    ];
    let data: Vec<Value> = definitions
        .iter()
        .map(|(key, label, kind, options)| {
            let universal = (!key.starts_with("dynamic_")).then_some(key);
            json!({"key": key, "label": label, "type": kind, "universal_id": universal, "options": options})
        })
        .collect();
    web::value(200, JSON, &json!({"success": true, "data": data}))
}
