//! Okta's Management API, reading.

mod filter;
#[cfg(test)]
mod tests;

use axum::http::Method;
use axum::response::Response;
use bytes::Bytes;
use serde_json::{Value, json};

use crate::faults::{Page, Shape};
use crate::interface::{Interface, Truth, bearer};
use crate::json::Json;
use crate::people::{Company, Group, Kind, Person, Standing, letters_and_digits, mix};
use crate::server::{Stub, hold};
use crate::tokens::Grant;
use crate::web::{self, Ask, JSON};
use crate::{bare, clock, truth};
use filter::Filter;

const SHAPE: Shape = bare::shape("/id", "/profile/title", &[]);

pub const INTERFACE: Interface = Interface {
    name: "okta",
    data: "/okta/api",
    tokens: "/okta/oauth2",
    token,
    admit,
    answer,
    failure,
    quota: None,
    truth: Truth { people, groups: truth_of_groups, memberships: truth_of_memberships },
};

/// An API token, which is the secret, or a token of an app.
fn admit(interface: &Interface, stub: &Stub, ask: &Ask) -> Option<Grant> {
    match ask.credential("ssws") {
        Some(token) => (token == stub.options.client_secret).then_some(Grant::Full),
        None => bearer(interface, stub, ask),
    }
}

// ---------------------------------------------------------------- sign-in ----

const AUDIENCE: &str = "https://acme.okta.com/oauth2/v1/token";
const KEY_ID: &str = "SIGNING_KEY_1";
const SCOPES: [&str; 5] = [
    "okta.users.read",
    "okta.groups.read",
    "okta.schemas.read",
    "okta.userTypes.read",
    "okta.linkedObjects.read",
];

fn token(stub: &Stub, ask: &Ask) -> Response {
    if ask.method != Method::POST || ask.path != "/okta/oauth2/v1/token" {
        return failure(404);
    }
    let refuse = |status: u16, error: &str, description: &str| {
        web::value(status, JSON, &json!({"error": error, "error_description": description}))
    };
    let form = ask.form();
    if form.get("grant_type") != Some("client_credentials") {
        return refuse(400, "unsupported_grant_type", "The authorization grant type is not supported");
    }
    let assertion = match (form.get("client_assertion_type"), form.get("client_assertion")) {
        (Some("urn:ietf:params:oauth:client-assertion-type:jwt-bearer"), Some(assertion)) => assertion,
        _ => return refuse(401, "invalid_client", "No client credentials found"),
    };
    if let Err(why) = check_assertion(stub, assertion) {
        return refuse(401, "invalid_client", why);
    }
    let asked: Vec<&str> = form.get("scope").unwrap_or_default().split_whitespace().collect();
    if asked.is_empty() || asked.iter().any(|scope| !SCOPES.contains(scope)) {
        return refuse(400, "invalid_scope", "One or more scopes are not configured for the app");
    }
    let scopes = stub.options.consent.to(&asked, "okta.users.manage");
    let lifetime = stub.options.token_lifetime.unwrap_or(3600);
    let claims = json!({"iss": "https://acme.okta.com", "scp": scopes});
    let token = hold(&stub.tokens).issue_jwt(INTERFACE.name, &claims, lifetime, Grant::Full);
    let scope = scopes.join(" ");
    let body = json!({"token_type": "Bearer", "expires_in": lifetime, "access_token": token, "scope": scope});
    web::value(200, JSON, &body)
}

fn check_assertion(stub: &Stub, assertion: &str) -> Result<(), &'static str> {
    let Some((header, claims)) = web::parts_of_jwt(assertion) else {
        return Err("The client_assertion is no JWT");
    };
    if header["alg"] != "RS256" || header.get("kid").is_some_and(|kid| *kid != KEY_ID) {
        return Err("The client_assertion is signed by a key that is not registered");
    }
    let client = claims["iss"].as_str().filter(|client| client.starts_with("0oa"));
    if client.is_none() || claims["sub"] != claims["iss"] || claims["aud"] != AUDIENCE {
        return Err("The client_assertion has a wrong iss, sub or aud");
    }
    if claims["jti"].as_str().is_none_or(str::is_empty) {
        return Err("The client_assertion has no jti");
    }
    let (Some(issued), Some(expires)) = (claims["iat"].as_i64(), claims["exp"].as_i64()) else {
        return Err("The client_assertion has no iat or exp");
    };
    // A reader whose clock is put to the company's time is right as well.
    let now = [clock::wall(), stub.company().now];
    if !now.iter().any(|now| issued <= now + 300 && expires > now - 300) || expires > issued + 3600 {
        return Err("The client_assertion has expired, or expires too late");
    }
    let Some(key) = &stub.options.assertion_key else { return Ok(()) };
    let mut validation = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::RS256);
    // The claims are judged above.
    validation.required_spec_claims.clear();
    (validation.validate_exp, validation.validate_aud) = (false, false);
    let verified = jsonwebtoken::decode::<Value>(assertion, key, &validation);
    verified.map(|_| ()).map_err(|_| "The client_assertion signature is invalid")
}

// ---------------------------------------------------------------- answers ----

fn error(status: u16, code: &str, summary: &str, cause: Option<&str>) -> Response {
    let causes: Vec<Value> = cause.into_iter().map(|text| json!({"errorSummary": text})).collect();
    let body = json!({
        "errorCode": code, "errorSummary": summary, "errorLink": code, "errorId": "oaesample", "errorCauses": causes,
    });
    web::value(status, JSON, &body)
}

fn failure(status: u16) -> Response {
    let (code, summary) = match status {
        400 => ("E0000001", "Api validation failed"),
        401 => ("E0000011", "Invalid token provided"),
        403 => ("E0000006", "You do not have permission to perform the requested action"),
        404 => ("E0000007", "Not found: Resource not found"),
        429 => ("E0000047", "API call exceeded rate limit due to too many requests."),
        _ => ("E0000009", "Internal Server Error"),
    };
    error(status, code, summary, None)
}

fn answer(stub: &Stub, ask: &Ask) -> Response {
    let segments = ask.segments();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let ["okta", "api", "v1", path @ ..] = &segments[..] else { return failure(404) };
    if ask.method != Method::GET {
        return failure(404);
    }
    let response = match path {
        ["users"] => users(stub, ask),
        ["users", id, "linkedObjects", "manager"] => linked_manager(stub, id),
        ["groups"] => groups(stub, ask),
        ["groups", id, "users"] => members(stub, ask, id),
        ["meta", "types", "user"] => user_types(stub),
        ["meta", "schemas", "user", "linkedObjects"] => linked_objects(),
        ["meta", "schemas", "user", id] => schema(id),
        _ => failure(404),
    };
    let reset = stub.company().now + 60;
    let response = web::with_header(response, "x-rate-limit-limit", "600");
    web::with_header(response, "x-rate-limit-reset", &reset.to_string())
}

/// Offset and page size of a list.
fn window(stub: &Stub, ask: &Ask, sizes: (usize, usize)) -> Option<(usize, usize, bool)> {
    let (largest, default) = stub.options.sizes(sizes.0, sizes.1);
    let size = match ask.query.get("limit") {
        None => default,
        Some(text) => text.parse::<usize>().ok().filter(|size| *size > 0)?.min(largest),
    };
    match ask.query.get("after") {
        None => Some((0, size, true)),
        Some(after) => web::read_token::<1>("00u", after).map(|[offset]| (offset, size, false)),
    }
}

/// The link to the page that begins there.
fn link(stub: &Stub, ask: &Ask, offset: usize) -> String {
    let query = ask.query.with("after", &web::token("00u", &[offset]));
    format!("{}{}?{query}", stub.options.base, ask.path)
}

/// Its own link and the next, in two headers or in one.
fn dressed(stub: &Stub, ask: &Ask, page: Bytes) -> Response {
    let (response, next, _) = bare::answer(JSON, page);
    let own = format!("<{}{}>; rel=\"self\"", stub.options.base, ask.key());
    match next.map(|next| format!("<{next}>; rel=\"next\"")) {
        Some(next) if ask.query.get("after").is_some() => {
            web::and_header(response, "link", &format!("{own}, {next}"))
        }
        Some(next) => web::and_header(web::and_header(response, "link", &own), "link", &next),
        None => web::and_header(response, "link", &own),
    }
}

/// A whole list of something other than people, a page of it.
fn listed(stub: &Stub, ask: &Ask, sizes: (usize, usize), all: &[Vec<u8>]) -> Response {
    let Some((offset, size, _)) = window(stub, ask, sizes) else { return failure(400) };
    let next = offset + size;
    let page = bare::page((next < all.len()).then(|| link(stub, ask, next)), None, |json| {
        all.iter().skip(offset).take(size).for_each(|item| json.raw(item));
    });
    dressed(stub, ask, page)
}

// ------------------------------------------------------------------ users ----

fn users(stub: &Stub, ask: &Ask) -> Response {
    let Some((offset, size, beginning)) = window(stub, ask, (200, 200)) else { return failure(400) };
    let filter = match (ask.query.get("filter"), ask.query.get("search"), ask.query.get("q")) {
        (None, None, None) => Ok(Filter::listed()),
        (Some(text), None, None) => Filter::of_filter(text),
        (None, Some(text), None) => Filter::of_search(text),
        _ => return failure(400),
    };
    let filter = match filter {
        Ok(filter) => filter,
        Err(why) => return error(400, "E0000031", "Invalid search criteria.", Some(&why)),
    };
    let lean = ask.header("content-type").is_some_and(|kind| kind.contains("omitCredentials,"));
    let key = format!("{} {lean}", ask.key());
    let make = |company: &Company, faults: &crate::faults::Faults| {
        let passes = |row: &&u32| filter.passes(company.person(**row));
        let list: Vec<u32> = company.employed.iter().filter(passes).copied().collect();
        let next = (offset + size < list.len()).then(|| link(stub, ask, offset + size));
        let rows = faults.rows(&list, offset, size);
        let body = bare::page(next, None, |json| {
            rows.iter()
                .for_each(|row| json.item(|json| user(json, stub, company, company.person(*row), lean)));
        });
        Page { body, number: offset / size + 1, beginning, own: link(stub, ask, offset) }
    };
    stub.dressed_people(ask, &SHAPE, JSON, key, failure, make, |page| dressed(stub, ask, page))
}

fn person_id(person: &Person) -> String {
    format!("00u{}", letters_and_digits(mix(person.quirk, "okta", u64::from(person.index)), 17))
}

fn status(person: &Person) -> &'static str {
    match person.standing {
        Standing::Pending if person.quirk.is_multiple_of(2) => "STAGED",
        Standing::Pending => "PROVISIONED",
        Standing::Inactive => "SUSPENDED",
        Standing::Terminated => "DEPROVISIONED",
        Standing::Active | Standing::OnLeave => match person.quirk / 11 % 20 {
            0 => "PASSWORD_EXPIRED",
            1 => "LOCKED_OUT",
            2 => "RECOVERY",
            _ => "ACTIVE",
        },
    }
}

/// How the customer names managers: whoever wrote it down did so in their way.
fn manager_name(person: &Person, manager: &Person) -> Option<String> {
    match person.quirk / 13 % 8 {
        0 => Some(manager.number.clone()),
        1 => Some(manager.user_name.clone()),
        // Of these a linked object tells.
        2 => None,
        _ => Some(person_id(manager)),
    }
}

fn user_type(person: &Person) -> &'static str {
    if person.kind == Kind::Employee { "oty1a2b3c4d5e6f7g8h9" } else { "oty9h8g7f6e5d4c3b2a1" }
}

fn user(json: &mut Json, stub: &Stub, company: &Company, person: &Person, lean: bool) {
    let changed = clock::utc_millis(person.changed);
    let staged = status(person) == "STAGED";
    json.field("id", &person_id(person));
    json.field("status", status(person));
    json.field("created", &clock::utc_millis(person.created));
    json.field("activated", &(!staged).then(|| clock::utc_millis(person.created)));
    json.field("statusChanged", &(!staged).then_some(&changed));
    json.field("lastLogin", &None::<u8>);
    json.field("lastUpdated", &changed);
    json.field("passwordChanged", &None::<u8>);
    json.nested("type", |json| json.field("id", user_type(person)));
    json.field("realmId", &None::<u8>);
    json.nested("profile", |json| profile(json, company, person));
    if !lean {
        json.nested("credentials", |json| {
            json.nested("provider", |json| json.field("type", "OKTA"));
        });
    }
    let own = format!("{}/okta/api/v1/users/{}", stub.options.base, person_id(person));
    json.nested("_links", |json| json.nested("self", |json| json.field("href", &own)));
}

fn profile(json: &mut Json, company: &Company, person: &Person) {
    let place = person.place();
    // Attributes without a value are null, or not there at all.
    let sparse = person.quirk % 10 == 1;
    let manager = company.manager(person);
    let both = [person.given(), Some(person.family())];
    let both = both.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let display = (both != person.display() || person.quirk.is_multiple_of(3)).then(|| person.display());
    json.field("login", &person.user_name);
    json.maybe(sparse, "email", person.email());
    json.maybe(sparse, "firstName", person.given());
    json.field("lastName", person.family());
    json.maybe(sparse, "displayName", display);
    json.maybe(sparse, "middleName", person.quirk.is_multiple_of(4).then_some("Alex"));
    json.maybe(sparse, "nickName", person.given().filter(|_| person.quirk.is_multiple_of(5)));
    let private = format!("{}@home.example.net", person.number);
    json.maybe(sparse, "secondEmail", person.quirk.is_multiple_of(3).then_some(private));
    json.maybe(sparse, "honorificPrefix", (person.quirk % 20 == 7).then_some("Dr"));
    json.maybe(sparse, "honorificSuffix", person.quirk.is_multiple_of(6).then_some("MBA"));
    json.maybe(sparse, "title", person.title.as_ref());
    json.maybe(sparse, "department", person.department_name());
    json.maybe(sparse, "division", person.department.map(|at| ["Business", "Technology"][at % 2]));
    json.field("organization", person.company_name());
    json.maybe(sparse, "costCenter", person.cost_center());
    json.field("employeeNumber", &person.number);
    json.maybe(sparse, "managerId", manager.and_then(|manager| manager_name(person, manager)));
    json.maybe(sparse, "manager", manager.map(Person::display));
    json.field("userType", person.kind_word());
    json.field("preferredLanguage", place.language);
    json.field("locale", &place.language.replace('-', "_"));
    json.field("timezone", place.timezone);
    json.field("countryCode", place.country_code);
    json.field("primaryPhone", &person.work_phone());
    json.maybe(sparse, "mobilePhone", person.mobile_phone());
    json.field("streetAddress", place.street);
    json.field("city", place.name);
    json.field("state", place.region);
    json.field("zipCode", place.postal_code);
    // Custom attributes without a value are never there.
    json.field("hireDate", &person.start);
    json.some("leaveDate", person.end.as_ref());
    json.some("badgeNumbers", person.badge.as_ref().map(|badge| [badge]));
}

fn linked_objects() -> Response {
    let side = |name: &str, title: &str| json!({"name": name, "title": title, "type": "USER"});
    let pair =
        json!({"primary": side("manager", "Manager"), "associated": side("subordinate", "Subordinate")});
    web::value(200, JSON, &json!([pair]))
}

fn linked_manager(stub: &Stub, id: &str) -> Response {
    let company = stub.company();
    let Some(person) = company.staff().find(|one| person_id(one) == id) else {
        return failure(404);
    };
    let link = |manager: &Person| {
        let own = format!("{}/okta/api/v1/users/{}", stub.options.base, person_id(manager));
        json!({"_links": {"self": {"href": own}}})
    };
    web::value(200, JSON, &company.manager(person).map(link).into_iter().collect())
}

// ----------------------------------------------------------------- groups ----

fn group_id(group: &Group) -> String {
    format!("00g{}", letters_and_digits(mix(0, &group.scim_id, 0), 17))
}

/// The first group is the one of everybody.
fn group_name(number: usize, group: &Group) -> &str {
    if number == 0 { "Everyone" } else { &group.name }
}

/// Groups are never within one another: members are listed with those below.
/// Whoever was deactivated is in none any more.
fn members_of(company: &Company, number: usize) -> Vec<u32> {
    let mut rows = if number == 0 { company.present.clone() } else { company.people_below(number) };
    rows.retain(|row| company.person(*row).standing != Standing::Terminated);
    rows
}

fn groups(stub: &Stub, ask: &Ask) -> Response {
    let company = stub.company();
    let one = |(number, group): (usize, &Group)| {
        let kind = match number {
            0 => "BUILT_IN",
            _ if group.name.starts_with("Site") => "APP_GROUP",
            _ => "OKTA_GROUP",
        };
        Json::object(|json| {
            json.field("id", &group_id(group));
            json.field("lastMembershipUpdated", &clock::utc_millis(company.now));
            json.field("type", kind);
            json.nested("profile", |json| {
                json.field("name", group_name(number, group));
                json.field("description", &None::<u8>);
            });
        })
    };
    let all: Vec<Vec<u8>> = company.groups.iter().enumerate().map(one).collect();
    listed(stub, ask, (200, 200), &all)
}

fn members(stub: &Stub, ask: &Ask, id: &str) -> Response {
    let company = stub.company();
    let Some(number) = company.groups.iter().position(|group| group_id(group) == id) else {
        return failure(404);
    };
    let Some((offset, size, _)) = window(stub, ask, (1000, 1000)) else { return failure(400) };
    let rows = members_of(&company, number);
    let next = (offset + size < rows.len()).then(|| link(stub, ask, offset + size));
    let page = bare::page(next, None, |json| {
        for row in rows.iter().skip(offset).take(size) {
            json.item(|json| user(json, stub, &company, company.person(*row), true));
        }
    });
    dressed(stub, ask, page)
}

// ---------------------------------------------------------------- schemas ----

fn user_types(stub: &Stub) -> Response {
    let one = |id: &str, name: &str, display: &str, schema: &str| {
        let href = format!("{}/okta/api/v1/meta/schemas/user/{schema}", stub.options.base);
        json!({"id": id, "name": name, "displayName": display, "_links": {"schema": {"rel": "schema", "href": href}}})
    };
    let employees = one("oty1a2b3c4d5e6f7g8h9", "user", "User", "osc1");
    let others = one("oty9h8g7f6e5d4c3b2a1", "external", "External", "osc2");
    web::value(200, JSON, &json!([employees, others]))
}

fn schema(id: &str) -> Response {
    let custom = match id {
        "default" | "osc1" => json!({
            "hireDate": {"title": "Hire date", "type": "string", "format": "date"},
            "leaveDate": {"title": "Leave date", "type": "string", "format": "date"},
            "badgeNumbers": {"title": "Badges", "type": "array", "items": {"type": "string"}},
        }),
        "osc2" => json!({"agency": {"title": "Agency", "type": "string", "enum": ["A", "B"]}}),
        _ => return failure(404),
    };
    let base = json!({
        "login": {"title": "Username", "type": "string", "required": true},
        "manager": {"title": "Manager", "type": "string"},
        "profileUrl": {"title": "Profile Url", "type": "string", "format": "uri"},
    });
    let definitions = json!({"base": {"properties": base}, "custom": {"properties": custom}});
    web::value(200, JSON, &json!({"id": id, "name": "user", "definitions": definitions}))
}

// ------------------------------------------------------------------ truth ----

/// What Okta knows of people: dates in custom attributes only. Whoever left
/// stays, deactivated, until somebody deletes them.
fn people(company: &Company) -> Vec<Value> {
    let one = |row: &u32| {
        let person = company.person(*row);
        let mut told = truth::person(company, person, person_id);
        told["user_name"] = person.user_name.as_str().into();
        for unknown in ["team", "location", "start_date", "end_date"] {
            told[unknown] = Value::Null;
        }
        told["custom"] = json!({"hireDate": person.start, "leaveDate": person.end});
        if person.standing == Standing::OnLeave {
            told["status"] = Standing::Active.word().into();
        }
        told
    };
    company.employed.iter().map(one).collect()
}

fn truth_of_groups(company: &Company) -> Vec<Value> {
    let one = |(number, group): (usize, &Group)| {
        truth::group(group_id(group), group_name(number, group), "security-group", Vec::new())
    };
    company.groups.iter().enumerate().map(one).collect()
}

/// Without those of everybody, which tell nothing.
fn truth_of_memberships(company: &Company) -> Vec<Value> {
    let mut all = Vec::new();
    for (number, group) in company.groups.iter().enumerate().skip(1) {
        for row in members_of(company, number) {
            let person = person_id(company.person(row));
            all.push(truth::membership("security-group", group_id(group), "worker", person));
        }
    }
    all
}
