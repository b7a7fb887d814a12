//! OneLogin, in both generations of its interface: users and roles in the
//! second, groups in the first.

#[cfg(test)]
mod tests;

use axum::http::Method;
use axum::response::Response;
use bytes::Bytes;
use serde::Serialize;
use serde_json::{Value, json};

use crate::faults::{Faults, Page, Shape};
use crate::interface::{Interface, Truth};
use crate::json::Json;
use crate::people::{Company, DEPARTMENTS, Group, Person, Standing};
use crate::server::{Stub, hold};
use crate::tokens::Grant;
use crate::web::{self, Ask, JSON, Query};
use crate::{bare, clock, truth};

const SHAPE: Shape = bare::shape("/id", "/title", &["/total"]);

pub const INTERFACE: Interface = Interface {
    name: "onelogin",
    data: "/onelogin/api/2",
    tokens: "/onelogin/auth",
    token,
    admit,
    answer,
    failure,
    quota: None,
    truth: Truth { people, groups: truth_of_groups, memberships: truth_of_memberships },
};

/// The first generation takes the tokens of the second.
pub const FIRST: Interface = Interface {
    name: "onelogin-1",
    data: "/onelogin/api/1",
    tokens: "",
    answer: answer_first,
    failure: failure_first,
    ..INTERFACE
};

fn admit(_: &Interface, stub: &Stub, ask: &Ask) -> Option<Grant> {
    hold(&stub.tokens).check(INTERFACE.name, ask.credential("bearer")?)
}

fn token(stub: &Stub, ask: &Ask) -> Response {
    if ask.method != Method::POST || ask.path != "/onelogin/auth/oauth2/v2/token" {
        return failure_first(404);
    }
    let body: Value = serde_json::from_slice(&ask.body).unwrap_or_default();
    if body["grant_type"] != "client_credentials" {
        return failure_first(400);
    }
    // `client_id:..., client_secret:...`, or what everybody else has.
    let own = || {
        let (id, secret) = ask.header("authorization")?.split_once(',')?;
        let value = |text: &str, key: &str| Some(text.trim().strip_prefix(key)?.trim().to_owned());
        Some((value(id, "client_id:")?, value(secret, "client_secret:")?))
    };
    let Some((id, secret)) = ask.basic().or_else(own) else { return failure_first(400) };
    if id.is_empty() || secret != stub.options.client_secret {
        return failure_first(401);
    }
    let lifetime = stub.options.token_lifetime.unwrap_or(36_000);
    let token = hold(&stub.tokens).issue(INTERFACE.name, "xx508xx63", lifetime, Grant::Full);
    let created = clock::utc_millis(stub.company().now);
    let body = json!({
        "access_token": token, "created_at": created, "expires_in": lifetime, "refresh_token": "deprecated",
        "token_type": "bearer", "account_id": 555_555,
    });
    web::value(200, JSON, &body)
}

fn error(status: u16, name: &str, message: &str) -> Response {
    web::value(status, JSON, &json!({"statusCode": status, "name": name, "message": message}))
}

fn failure(status: u16) -> Response {
    match status {
        400 => error(400, "BadRequestError", "Bad Request"),
        401 => error(401, "UnauthorizedError", "Unauthorized"),
        403 => error(403, "ForbiddenError", "Forbidden"),
        404 => error(404, "NotFoundError", "Resource not found"),
        429 => error(429, "TooManyRequestsError", "Too many requests"),
        _ => error(status, "InternalServerError", "Something went wrong"),
    }
}

fn failure_first(status: u16) -> Response {
    let (kind, message) = match status {
        400 => ("bad request", "grant_type is incorrect/absent"),
        401 => ("Unauthorized", "Authentication Failure"),
        403 => ("Forbidden", "Insufficient Permissions"),
        404 => ("Not Found", "Resource not found"),
        429 => ("Too Many Requests", "Rate limit exceeded"),
        _ => ("Internal Server Error", "Something went wrong"),
    };
    let told = json!({"error": true, "code": status, "type": kind, "message": message});
    web::value(status, JSON, &json!({"status": told}))
}

// ----------------------------------------------------------------- second ----

fn answer(stub: &Stub, ask: &Ask) -> Response {
    let segments = ask.segments();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let ["onelogin", "api", "2", path @ ..] = &segments[..] else { return failure(404) };
    if ask.method != Method::GET {
        return failure(404);
    }
    match path {
        ["users"] => users(stub, ask),
        ["users", "custom_attributes"] => custom_attributes(),
        ["users", id] => {
            let company = stub.company();
            match company.present.iter().map(|row| company.person(*row)).find(|one| person_id(one) == *id) {
                Some(found) => web::answer(
                    200,
                    JSON,
                    Json::object(|json| user(json, &company, found, &Wanted::Everything)),
                ),
                None => failure(404),
            }
        }
        ["roles"] => roles(stub, ask),
        _ => failure(404),
    }
}

/// Which attributes of a user are written.
enum Wanted<'a> {
    Everything,
    /// What a list has without being asked.
    Usual,
    These(Vec<&'a str>),
}

const UNUSUAL: [&str; 6] =
    ["title", "department", "company", "manager_user_id", "role_ids", "custom_attributes"];

impl Wanted<'_> {
    fn has(&self, key: &str) -> bool {
        match self {
            Self::Everything => true,
            Self::Usual => !UNUSUAL.contains(&key),
            Self::These(keys) => key == "id" || keys.contains(&key),
        }
    }
}

/// Offset and page size: the cursor has both.
fn window(stub: &Stub, ask: &Ask, sizes: (usize, usize)) -> Option<(usize, usize, bool)> {
    let (largest, default) = stub.options.sizes(sizes.0, sizes.1);
    if let Some(cursor) = ask.query.get("cursor") {
        return web::read_token::<2>("", cursor).map(|[offset, size]| (offset, size, false));
    }
    match ask.query.get("limit") {
        None => Some((0, default, true)),
        Some(text) => Some((0, text.parse::<usize>().ok().filter(|size| *size > 0)?.min(largest), true)),
    }
}

fn link(stub: &Stub, ask: &Ask, offset: usize, size: usize) -> String {
    let query = ask.query.with("cursor", &web::token("", &[offset, size]));
    format!("{}{}?{query}", stub.options.base, ask.path)
}

/// With what the headers say of a list.
fn dressed(page: Bytes, number: usize, size: usize) -> Response {
    let (mut response, next, total) = bare::answer(JSON, page);
    response = web::with_header(response, "Current-Page", &number.to_string());
    if let Some(total) = total {
        response = web::with_header(response, "Total-Count", &total.to_string());
        let pages = total.div_ceil(size.max(1) as u64);
        response = web::with_header(response, "Total-Pages", &pages.to_string());
    }
    let Some(next) = next else { return response };
    let query = Query::new(next.split_once('?').map_or("", |(_, query)| query));
    response = web::with_header(response, "After-Cursor", query.get("cursor").unwrap_or_default());
    web::with_header(response, "Link", &format!("<{next}>; rel=\"next\""))
}

fn users(stub: &Stub, ask: &Ask) -> Response {
    // The last is the mark of a redirect, which is a fault's and not a reader's.
    const ALLOWED: [&str; 7] =
        ["limit", "cursor", "fields", "updated_since", "role_id", "group_id", "redirected"];
    let names = ask.query.raw.split('&').filter_map(|pair| pair.split('=').next());
    let unknown: Vec<&str> = names.filter(|name| !name.is_empty() && !ALLOWED.contains(name)).collect();
    if !unknown.is_empty() {
        let message = format!("query parameter(s) not allowed: {}", unknown.join(", "));
        return error(400, "BadRequestError", &message);
    }
    let Some((offset, size, beginning)) = window(stub, ask, (100, 50)) else { return failure(400) };
    let Ok(since) = ask.query.get("updated_since").map(|text| clock::parse(text).ok_or(())).transpose()
    else {
        return error(422, "UnprocessableEntityFieldError", "updated_since is no instant");
    };
    let wanted = ask.query.get("fields").map_or(Wanted::Usual, |all| Wanted::These(all.split(',').collect()));
    let number = |key: &str| ask.query.get(key).map(str::parse::<usize>).transpose();
    let (Ok(role), Ok(group)) = (number("role_id"), number("group_id")) else { return failure(400) };
    let make = |company: &Company, faults: &Faults| {
        // Whoever is in a group below has the role.
        let with_role = role.map(|number| {
            let is_it = |role: &usize| role_number(*role) == number;
            (0..company.groups.len()).find(is_it).map(|role| company.below(role)).unwrap_or_default()
        });
        let keep = |row: &&u32| {
            let person = company.person(**row);
            let has_role = |groups: &Vec<usize>| person.groups().any(|group| groups.contains(&group));
            since.is_none_or(|since| person.changed >= since)
                && with_role.as_ref().is_none_or(has_role)
                && group.is_none_or(|group| person.department.map(group_number) == Some(group))
        };
        let list: Vec<u32> = company.present.iter().filter(keep).copied().collect();
        let next = (offset + size < list.len()).then(|| link(stub, ask, offset + size, size));
        let rows = faults.rows(&list, offset, size);
        let body = bare::page(next, Some(list.len()), |json| {
            rows.iter().for_each(|row| json.item(|json| user(json, company, company.person(*row), &wanted)));
        });
        Page { body, number: offset / size + 1, beginning, own: link(stub, ask, offset, size) }
    };
    let dress = |page| dressed(page, offset / size + 1, size);
    stub.dressed_people(ask, &SHAPE, JSON, ask.key(), failure, make, dress)
}

fn person_number(person: &Person) -> u64 {
    56_000_000 + person.personio_id
}

fn person_id(person: &Person) -> String {
    person_number(person).to_string()
}

/// `status` and `state`.
fn standing(person: &Person) -> (u8, u8) {
    match (person.standing, person.quirk / 11 % 8) {
        (Standing::Pending, 0) => (1, 0),
        (Standing::Pending, odd) => (if odd % 2 == 0 { 0 } else { 7 }, 1),
        (Standing::Terminated | Standing::Inactive, 0) => (1, 3),
        (Standing::Terminated | Standing::Inactive, 1) => (2, 2),
        (Standing::Terminated | Standing::Inactive, _) => (2, 1),
        (_, odd @ 3..=5) => (odd as u8, 1),
        (_, 6) => (8, 1),
        _ => (1, 1),
    }
}

fn user(json: &mut Json, company: &Company, person: &Person, wanted: &Wanted) {
    // One in twenty-five has gaps in the list, whatever it is asked for.
    let gaps = matches!(wanted, Wanted::These(_)) && person.quirk % 25 == 3;
    let mut to = Writer { json, wanted, gaps };
    let (status, state) = standing(person);
    to.field("id", &person_number(person));
    let named = person.email().is_none() || !person.quirk.is_multiple_of(7);
    to.field("username", &named.then_some(&person.user_name));
    to.field("email", person.email().unwrap_or_default());
    to.field("firstname", &person.given());
    to.field("lastname", person.family());
    to.field("title", &person.title);
    to.field("department", &person.department_name());
    to.field("company", person.company_name());
    to.field("phone", &person.work_phone().replace(' ', ""));
    to.field("status", &status);
    to.field("state", &state);
    to.field("group_id", &person.department.map(group_number));
    to.field("role_ids", &roles_of(company, person).map(role_number).collect::<Vec<_>>());
    // As a number, or as text.
    match company.manager(person) {
        Some(manager) if person.quirk.is_multiple_of(2) => to.field("manager_user_id", &person_id(manager)),
        manager => to.field("manager_user_id", &manager.map(person_number)),
    }
    let in_external = person.quirk.is_multiple_of(5);
    to.field("external_id", &in_external.then_some(&person.number));
    to.field("preferred_locale_code", &(!person.quirk.is_multiple_of(3)).then_some(person.place().language));
    let custom = json!({
        "employee_no": (!in_external).then_some(&person.number),
        "hire_date": person.start,
        "leave_date": person.end,
        "badge": person.badge,
    });
    to.field("custom_attributes", &custom);
    to.field("created_at", &clock::utc_millis(person.created));
    to.field("updated_at", &clock::utc_millis(person.changed));
}

struct Writer<'a> {
    json: &'a mut Json,
    wanted: &'a Wanted<'a>,
    gaps: bool,
}

impl Writer<'_> {
    fn field<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) {
        let is_gap = self.gaps && (UNUSUAL.contains(&key) || key == "external_id");
        if self.wanted.has(key) && !is_gap {
            self.json.field(key, value);
        }
    }
}

fn custom_attributes() -> Response {
    let one = |(id, (short, name)): (usize, (&str, &str))| json!({"id": id, "name": name, "position": id, "shortname": short});
    let all = [
        ("employee_no", "Employee number"),
        ("hire_date", "Hire date"),
        ("leave_date", "Leave date"),
        ("badge", "Badge"),
    ];
    web::value(200, JSON, &all.into_iter().enumerate().map(one).collect())
}

// --------------------------------------------------------- roles and groups ----

/// Roles and groups have numbers of their own: 402 is one of each.
fn role_number(role: usize) -> usize {
    402 + 3 * role
}

fn group_number(department: usize) -> usize {
    402 + 7 * department
}

/// Roles are never within one another: whoever is in a group below has the role.
fn roles_of<'a>(company: &'a Company, person: &'a Person) -> impl Iterator<Item = usize> + 'a {
    let direct: Vec<usize> = person.groups().collect();
    (0..company.groups.len())
        .filter(move |role| company.below(*role).iter().any(|group| direct.contains(group)))
}

fn roles(stub: &Stub, ask: &Ask) -> Response {
    let Some((offset, size, _)) = window(stub, ask, (650, 50)) else { return failure(400) };
    let company = stub.company();
    let all: Vec<(usize, &Group)> = company.groups.iter().enumerate().collect();
    let next = (offset + size < all.len()).then(|| link(stub, ask, offset + size, size));
    let page = bare::page(next, Some(all.len()), |json| {
        for (number, group) in all.iter().skip(offset).take(size) {
            json.item(|json| {
                json.field("id", &role_number(*number));
                json.field("name", &group.name);
            });
        }
    });
    dressed(page, offset / size + 1, size)
}

fn answer_first(stub: &Stub, ask: &Ask) -> Response {
    const PAGE: usize = 5;
    if ask.method != Method::GET || ask.path != "/onelogin/api/1/groups" {
        return failure_first(404);
    }
    let offset = match ask.query.get("after_cursor") {
        None => 0,
        Some(cursor) => match web::read_token::<1>("", cursor) {
            Some([offset]) => offset,
            None => return failure_first(400),
        },
    };
    let groups = DEPARTMENTS.iter().enumerate().skip(offset).take(PAGE);
    let groups: Vec<Value> = groups
        .map(|(at, (name, _))| json!({"id": group_number(at), "name": name, "reference": null}))
        .collect();
    let next = (offset + PAGE < DEPARTMENTS.len()).then(|| web::token("", &[offset + PAGE]));
    let link = next.as_ref().map(|next| format!("{}{}?after_cursor={next}", stub.options.base, ask.path));
    let body = json!({
        "status": {"error": false, "code": 200, "type": "success", "message": "Success"},
        "pagination": {"before_cursor": null, "after_cursor": next, "previous_link": null, "next_link": link},
        "data": groups,
    });
    web::value(200, JSON, &body)
}

// ------------------------------------------------------------------ truth ----

/// What OneLogin knows of people: dates in custom attributes, and first and
/// last name in this order. Whoever left is not there.
fn people(company: &Company) -> Vec<Value> {
    let one = |row: &u32| {
        let person = company.person(*row);
        let mut told = truth::person(company, person, person_id);
        told["user_name"] = person.user_name.as_str().into();
        for unknown in ["team", "location", "cost_center", "start_date", "end_date"] {
            told[unknown] = Value::Null;
        }
        let names = [person.given(), Some(person.family())];
        told["display"] = names.into_iter().flatten().collect::<Vec<_>>().join(" ").into();
        told["custom"] = json!({"hire_date": person.start, "leave_date": person.end});
        told["status"] = truth::directory_standing(person.standing).word().into();
        told
    };
    company.present.iter().map(one).collect()
}

fn truth_of_groups(company: &Company) -> Vec<Value> {
    let roles = company.groups.iter().enumerate().map(|(number, group)| {
        truth::group(role_number(number).to_string(), &group.name, "security-group", Vec::new())
    });
    let groups = DEPARTMENTS.iter().enumerate();
    let groups = groups
        .map(|(at, (name, _))| truth::group(group_number(at).to_string(), name, "department", Vec::new()));
    roles.chain(groups).collect()
}

fn truth_of_memberships(company: &Company) -> Vec<Value> {
    let mut all = Vec::new();
    for row in &company.present {
        let person = company.person(*row);
        let mut add = |kind: &str, group: usize| {
            all.push(truth::membership(kind, group.to_string(), "worker", person_id(person)));
        };
        roles_of(company, person).for_each(|role| add("security-group", role_number(role)));
        person.department.into_iter().for_each(|department| add("department", group_number(department)));
    }
    all
}
