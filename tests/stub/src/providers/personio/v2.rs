//! Personio's second interface: persons, their employments and the parts of
//! the company, bound by ids.

use axum::http::Method;
use axum::response::Response;
use bytes::Bytes;
use serde_json::{Value, json};

use super::{BADGE, TRUTH, cost_center_id, department_id, office_id, subcompany_id, team_id};
use crate::clock;
use crate::faults::{Next, Page, Shape};
use crate::interface::{Interface, bearer};
use crate::json::Json;
use crate::people::{
    COMPANIES, Company, DEPARTMENTS, Kind, LOCATIONS, Person, Standing, TEAMS, cost_center, guid,
};
use crate::server::{Stub, hold};
use crate::tokens::Grant;
use crate::web::{self, Ask, JSON, PROBLEM};

const SHAPE: Shape = Shape {
    list: "/_data",
    absent: false,
    next: Next::Url("/_meta/links/next/href"),
    totals: &[],
    id: "/id",
    title: "/preferred_name",
};

pub const INTERFACE: Interface = Interface {
    name: "personio-v2",
    data: "/personio/v2",
    tokens: "/personio/v2/auth/token",
    token,
    admit: bearer,
    answer,
    failure,
    quota: None,
    truth: TRUTH,
};

fn token(stub: &Stub, ask: &Ask) -> Response {
    let form = ask.form();
    let refuse = |error: &str, description: &str| {
        web::value(
            400,
            PROBLEM,
            &json!({
                "timestamp": "2026-01-15T08:00:00Z",
                "trace_id": "baaaaaad-c0de-fade-baad-c000000000de",
                "error": error,
                "error_description": description,
                "error_uri": format!("https://developer.personio.de/reference/errors#credentials.oauth2.{error}"),
            }),
        )
    };
    if ask.method != Method::POST {
        return failure(404);
    }
    if form.get("grant_type") != Some("client_credentials") {
        return refuse("unsupported_grant_type", "The grant type is not supported.");
    }
    if form.get("client_id").is_none_or(str::is_empty) {
        return refuse("invalid_request", "The parameter client_id is missing.");
    }
    if form.get("client_secret") != Some(&stub.options.client_secret) {
        return refuse("invalid_client", "Client authentication failed.");
    }
    let lifetime = stub.options.token_lifetime.unwrap_or(86_400);
    let token = hold(&stub.tokens).issue(INTERFACE.name, "papi-", lifetime, Grant::Full);
    let asked = form.get("scope").unwrap_or("personio:org-units:read personio:persons:read");
    let asked: Vec<&str> = asked.split_whitespace().collect();
    let scope = stub.options.consent.to(&asked, "personio:absences:read").join(" ");
    web::value(
        200,
        JSON,
        &json!({"access_token": token, "token_type": "Bearer", "expires_in": lifetime, "scope": scope}),
    )
}

fn problem(status: u16, title: &str, detail: &str, kind: &str) -> Response {
    web::value(
        status,
        PROBLEM,
        &json!({
            "personio_trace_id": "baaaaaad-c0de-fade-baad-c000000000de",
            "timestamp": "2026-01-15T08:00:00+00:00",
            "errors": [{
                "title": title,
                "detail": detail,
                "type": format!("https://developer.personio.de/reference/errors#common.{kind}"),
            }],
        }),
    )
}

fn failure(status: u16) -> Response {
    match status {
        400 => problem(400, "Bad request", "Provided request parameters are invalid.", "bad_request"),
        401 => problem(401, "Unauthorized", "The token is missing or not valid.", "unauthorized"),
        403 => problem(403, "Forbidden", "The credential lacks a right.", "forbidden"),
        404 => problem(404, "Not found", "The resource does not exist.", "not_found"),
        429 => problem(429, "Too many requests", "The rate limit is exceeded.", "too_many_requests"),
        _ => problem(status, "Internal error", "Something went wrong.", "internal_error"),
    }
}

fn answer(stub: &Stub, ask: &Ask) -> Response {
    let response = route(stub, ask);
    let response = web::with_header(response, "x-ratelimit-replenish-rate", "1000");
    let response = web::with_header(response, "x-ratelimit-burst-capacity", "1000");
    let response = web::with_header(response, "x-ratelimit-remaining", "999");
    web::with_header(response, "x-ratelimit-requested-tokens", "1")
}

fn route(stub: &Stub, ask: &Ask) -> Response {
    if ask.method != Method::GET {
        return failure(404);
    }
    let segments = ask.segments();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let ["personio", "v2", path @ ..] = &segments[..] else { return failure(404) };
    let beta = ask.header("beta").is_some_and(|value| value.eq_ignore_ascii_case("true"));
    match path {
        ["persons"] => persons(stub, ask),
        ["persons", id] => {
            one(stub, id, |stub, company, found| Json::object(|json| person(json, stub, company.seed, found)))
        }
        ["persons", id, "employments"] => employments(stub, ask, id),
        ["persons", id, "employments", employment] => {
            let company = stub.company();
            let found = find(&company, id).and_then(|found| {
                let mut all = employments_of(stub, &company, found);
                let at = all.iter().position(|entry| entry["id"] == **employment)?;
                Some(all.swap_remove(at))
            });
            found.map_or_else(|| failure(404), |found| web::value(200, JSON, &found))
        }
        ["org-units"] if beta => match ask.query.get("type") {
            Some("department") => parts(stub, ask, departments()),
            Some("team") => parts(stub, ask, teams()),
            _ => failure(400),
        },
        ["org-units", id] => {
            let units = match ask.query.get("type") {
                Some("department") => departments(),
                Some("team") => teams(),
                _ => return failure(400),
            };
            org_unit(units, id, ask.query.flag("include_parent_chain"))
        }
        ["legal-entities"] => {
            let named = COMPANIES.iter().enumerate();
            parts(
                stub,
                ask,
                named.map(|(at, name)| part(subcompany_id(at), (*name).to_owned(), None)).collect(),
            )
        }
        ["cost-centers"] if beta => {
            let all = 0..DEPARTMENTS.len();
            parts(stub, ask, all.map(|at| part(cost_center_id(at), cost_center(at), None)).collect())
        }
        ["workplaces"] if beta => {
            let named = LOCATIONS.iter().enumerate();
            parts(
                stub,
                ask,
                named.map(|(at, place)| part(office_id(at), place.name.to_owned(), None)).collect(),
            )
        }
        _ => failure(404),
    }
}

fn find<'a>(company: &'a Company, id: &str) -> Option<&'a Person> {
    id.parse().ok().and_then(|id| company.by_personio_id(id)).filter(|person| !person.deleted)
}

fn one(stub: &Stub, id: &str, make: impl FnOnce(&Stub, &Company, &Person) -> Vec<u8>) -> Response {
    let company = stub.company();
    match find(&company, id) {
        Some(found) => web::answer(200, JSON, make(stub, &company, found)),
        None => failure(404),
    }
}

/// Offset and page size. More than the largest page is an error here.
fn window(
    stub: &Stub,
    ask: &Ask,
    (largest, default): (usize, usize),
) -> Result<(usize, usize, bool), Box<Response>> {
    let (largest, default) = stub.options.sizes(largest, default);
    let limit = match ask.query.get("limit").map(str::parse::<usize>) {
        None => default,
        Some(Ok(limit)) if (1..=largest).contains(&limit) => limit,
        // The stub's own limit shortens pages silently.
        Some(Ok(limit)) if stub.options.page_limit.is_some() && limit > 0 => largest,
        Some(_) => return Err(Box::new(failure(400))),
    };
    match ask.query.get("cursor") {
        None => Ok((0, limit, true)),
        Some(cursor) => match web::read_token::<2>("cur_", cursor) {
            Some([offset, size]) if size > 0 => Ok((offset, size, false)),
            _ => Err(Box::new(failure(400))),
        },
    }
}

fn link(stub: &Stub, ask: &Ask, query: &str) -> String {
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{}{}{mark}{query}", stub.options.base, ask.path)
}

/// The link to the page of the same list that begins at an offset.
fn link_at(stub: &Stub, ask: &Ask, offset: usize, size: usize) -> String {
    link(stub, ask, &ask.query.with("cursor", &web::token("cur_", &[offset, size])))
}

fn meta(json: &mut Json, stub: &Stub, ask: &Ask, next: Option<String>) {
    json.nested("_meta", |json| {
        json.nested("links", |json| {
            json.nested("self", |json| json.field("href", &link(stub, ask, &ask.query.raw)));
            if let Some(next) = next {
                json.nested("next", |json| json.field("href", &next));
            }
        });
    });
}

fn persons(stub: &Stub, ask: &Ask) -> Response {
    let (offset, size, beginning) = match window(stub, ask, (50, 10)) {
        Ok(window) => window,
        Err(response) => return *response,
    };
    let instant = |name: &str| ask.query.get(name).map(|text| clock::parse(text).ok_or(())).transpose();
    let instants = [instant("updated_at.gt"), instant("updated_at.lt")];
    let [Ok(after), Ok(before)] = instants else { return failure(400) };
    let listed = |name: &str| -> Option<Vec<String>> {
        ask.query.get(name).map(|text| text.split(',').map(|part| part.trim().to_owned()).collect())
    };
    let (ids, emails) = (listed("id"), listed("email"));
    let active = match ask.query.get("status") {
        None => None,
        Some("ACTIVE") => Some(true),
        Some("INACTIVE") => Some(false),
        Some(_) => return failure(400),
    };
    let filtered =
        after.is_some() || before.is_some() || ids.is_some() || emails.is_some() || active.is_some();
    stub.people(ask, &SHAPE, JSON, ask.key(), failure, |company, faults| {
        let chosen: Vec<u32>;
        let keep = |row: &&u32| {
            let person = company.person(**row);
            after.is_none_or(|after| person.changed > after)
                && before.is_none_or(|before| person.changed < before)
                && active.is_none_or(|active| works(person) == active)
                && ids.as_ref().is_none_or(|ids| ids.contains(&person.personio_id.to_string()))
                && emails.as_ref().is_none_or(|emails| {
                    person.email().is_some_and(|email| emails.iter().any(|wanted| wanted == email))
                })
        };
        let list = if filtered {
            chosen = company.employed.iter().filter(keep).copied().collect();
            &chosen
        } else {
            &company.employed
        };
        let rows = faults.rows(list, offset, size);
        let next = offset + size;
        let body = Json::object(|json| {
            json.list("_data", |json| {
                for row in &rows {
                    json.item(|json| person(json, stub, company.seed, company.person(*row)));
                }
            });
            meta(json, stub, ask, (next < list.len()).then(|| link_at(stub, ask, next, size)));
        });
        let own = link_at(stub, ask, offset, size);
        Page { body: Bytes::from(body), number: offset / size + 1, beginning, own }
    })
}

fn works(person: &Person) -> bool {
    !matches!(person.standing, Standing::Terminated | Standing::Inactive)
}

fn employment_id(seed: u64, person: &Person) -> String {
    guid(seed, "employment", u64::from(person.index))
}

/// Whether somebody was with the company before, in another employment.
fn returned(person: &Person) -> bool {
    person.quirk % 50 == 11 && person.changed_by == 0
}

fn person(json: &mut Json, stub: &Stub, seed: u64, person: &Person) {
    let base = &stub.options.base;
    json.field("id", &person.personio_id.to_string());
    json.field("email", &person.email());
    json.field("created_at", &clock::utc(person.created));
    json.field("updated_at", &clock::utc(person.changed));
    json.field("first_name", &person.given());
    json.field("last_name", person.family());
    json.field("preferred_name", &person.display());
    json.nested("profile_picture", |json| {
        let picture = format!("{base}/personio/v1/company/employees/{}/profile-picture", person.personio_id);
        json.field("url", &picture);
    });
    json.field("status", if works(person) { "ACTIVE" } else { "INACTIVE" });
    json.list("custom_attributes", |json| {
        json.item(|json| {
            json.field("id", "dynamic_24408");
            json.field("type", "string");
            json.field("value", &person.number);
            json.field("global_id", "personnel_number");
        });
        json.item(|json| {
            json.field("id", "dynamic_24409");
            json.field("type", "STRING_LIST");
            let languages: &[&str] =
                if person.quirk.is_multiple_of(3) { &["German", "English"] } else { &["English"] };
            json.field("value", languages);
            json.field("global_id", "languages");
            json.field("label", "Languages");
        });
        if let Some(badge) = &person.badge {
            json.item(|json| {
                json.field("id", BADGE);
                json.field("type", "string");
                json.field("value", badge);
                json.field("global_id", &None::<&str>);
                json.field("label", "Badge");
            });
        }
    });
    json.list("employments", |json| {
        json.item(|json| json.field("id", &employment_id(seed, person)));
        if returned(person) {
            json.item(|json| json.field("id", &former_employment_id(seed, person)));
        }
    });
    json.nested("_meta", |json| {
        json.nested("links", |json| {
            json.nested("employments", |json| {
                let href = format!("{base}/personio/v2/persons/{}/employments", person.personio_id);
                json.field("href", &href);
            });
        });
    });
}

fn former_employment_id(seed: u64, person: &Person) -> String {
    guid(seed, "former-employment", u64::from(person.index))
}

/// The employments of a person, newest first.
fn employments_of(stub: &Stub, company: &Company, person: &Person) -> Vec<Value> {
    let base = &stub.options.base;
    let id = person.personio_id.to_string();
    let status = match person.standing {
        Standing::Active => "ACTIVE",
        Standing::Pending => "ONBOARDING",
        Standing::OnLeave => "LEAVE",
        Standing::Inactive | Standing::Terminated => "INACTIVE",
    };
    let mut org_units: Vec<Value> = Vec::new();
    org_units.extend(person.team.map(|team| json!({"type": "team", "id": team_id(team).to_string()})));
    org_units.extend(
        person
            .department
            .map(|department| json!({"type": "department", "id": department_id(department).to_string()})),
    );
    let cost_centers: Vec<Value> = person
        .department
        .map(|department| json!({"id": cost_center_id(department).to_string(), "weight": 100}))
        .into_iter()
        .collect();
    let supervisor = company.manager(person).map(|manager| manager.personio_id.to_string());
    let mut links = json!({"person": {"href": format!("{base}/personio/v2/persons/{id}")}});
    if let Some(supervisor) = &supervisor {
        links["supervisor"] = json!({"href": format!("{base}/personio/v2/persons/{supervisor}")});
    }
    let mut current = json!({
        "id": employment_id(company.seed, person),
        "status": status,
        "weekly_working_hours": 40,
        "full_time_weekly_working_hours": 40,
        "probation_end_date": null,
        "employment_start_date": person.start,
        "employment_end_date": null,
        "type": if person.kind == Kind::Employee { "INTERNAL" } else { "EXTERNAL" },
        "contract_end_date": null,
        "created_at": clock::utc(person.created),
        "updated_at": clock::utc(person.changed),
        "position": person.title.as_ref().map(|title| json!({"title": title})),
        "supervisor": supervisor.map(|id| json!({"id": id})),
        "office": {"id": office_id(person.location).to_string()},
        "legal_entity": {"id": subcompany_id(person.company()).to_string()},
        "sub_company": {"id": subcompany_id(person.company()).to_string()},
        "org_units": org_units,
        "cost_centers": cost_centers,
        "person": {"id": id},
        "_meta": {"links": links},
    });
    if let Some(end) = &person.end {
        // The published examples spell the last day in another way.
        let last = if person.quirk.is_multiple_of(2) { "last_working_day" } else { "last_working_date" };
        current["termination"] = json!({"termination_date": end, last: end, "terminated_at": end, "type": "EMPLOYEE", "reason": null});
    }
    let mut all = vec![current];
    if returned(person) {
        all.push(json!({
            "id": former_employment_id(company.seed, person),
            "status": "INACTIVE",
            "employment_start_date": "2008-01-07",
            "employment_end_date": "2009-12-31",
            "type": "EXTERNAL",
            "person": {"id": id},
            "termination": {
                "termination_date": "2009-12-31",
                "last_working_day": "2009-12-20",
                "terminated_at": "2009-10-01",
                "type": "CONTRACT_EXPIRED",
                "reason": null,
            },
            "org_units": [],
            "cost_centers": [],
        }));
    }
    all
}

fn employments(stub: &Stub, ask: &Ask, id: &str) -> Response {
    let (offset, size, _) = match window(stub, ask, (50, 10)) {
        Ok(window) => window,
        Err(response) => return *response,
    };
    one(stub, id, |stub, company, found| {
        let all = employments_of(stub, company, found);
        let next = offset + size;
        Json::object(|json| {
            json.field("_data", &all.iter().skip(offset).take(size).collect::<Vec<_>>());
            meta(json, stub, ask, (next < all.len()).then(|| link_at(stub, ask, next, size)));
        })
    })
}

fn part(id: u64, name: String, parent: Option<u64>) -> Value {
    json!({"id": id.to_string(), "name": name, "parent_id": parent.map(|parent| parent.to_string())})
}

fn departments() -> Vec<Value> {
    let named = DEPARTMENTS.iter().enumerate();
    named.map(|(at, (name, _))| part(department_id(at), (*name).to_owned(), None)).collect()
}

fn teams() -> Vec<Value> {
    let named = TEAMS.iter().enumerate();
    named.map(|(at, (name, of))| part(team_id(at), (*name).to_owned(), Some(department_id(*of)))).collect()
}

fn parts(stub: &Stub, ask: &Ask, all: Vec<Value>) -> Response {
    let (offset, size, _) = match window(stub, ask, (100, 50)) {
        Ok(window) => window,
        Err(response) => return *response,
    };
    let next = offset + size;
    let body = Json::object(|json| {
        json.field("_data", &all.iter().skip(offset).take(size).collect::<Vec<_>>());
        meta(json, stub, ask, (next < all.len()).then(|| link_at(stub, ask, next, size)));
    });
    web::answer(200, JSON, body)
}

fn org_unit(units: Vec<Value>, id: &str, with_parents: bool) -> Response {
    let Some(mut unit) = units.into_iter().find(|unit| unit["id"] == id) else { return failure(404) };
    unit["abbreviation"] = Value::Null;
    unit["description"] = Value::Null;
    if with_parents {
        let parents: Vec<Value> =
            departments().into_iter().filter(|parent| parent["id"] == unit["parent_id"]).collect();
        unit["parent_chain"] = parents.into();
    }
    web::value(200, JSON, &unit)
}
