//! Google's Directory API v1, reading.

use axum::http::Method;
use axum::response::Response;
use bytes::Bytes;
use serde_json::{Value, json};

use crate::clock;
use crate::faults::{Next, Page, Shape};
use crate::interface::{Interface, Truth, bearer};
use crate::json::Json;
use crate::people::{
    Company, DEPARTMENTS, Group, LOCATIONS, Person, Standing, TEAMS, letters_and_digits, mix,
};
use crate::server::{Stub, hold};
use crate::tokens::Grant;
use crate::truth::{self, Directory};
use crate::web::{self, Ask, JSON};

const SHAPE: Shape = Shape {
    list: "/users",
    absent: true,
    next: Next::Token("/nextPageToken"),
    totals: &[],
    id: "/id",
    title: "/organizations/0/title",
};

const AUDIENCE: &str = "https://oauth2.googleapis.com/token";
pub const INTERFACE: Interface = Interface {
    name: "google",
    data: "/google",
    tokens: "/google-oauth",
    token,
    admit: bearer,
    answer,
    failure,
    quota: Some(quota),
    truth: Truth { people, groups: truth_of_groups, memberships: truth_of_memberships },
};

const SCOPE_ROOT: &str = "https://www.googleapis.com/auth/admin.directory.";
const SCOPES: &[&str] = &[
    "user.readonly",
    "group.readonly",
    "group.member.readonly",
    "orgunit.readonly",
    "userschema.readonly",
    "resource.calendar.readonly",
    "customer.readonly",
];

fn token(stub: &Stub, ask: &Ask) -> Response {
    if ask.method != Method::POST {
        return failure(404);
    }
    let form = ask.form();
    let (grant, scope) = match form.get("grant_type") {
        Some("urn:ietf:params:oauth:grant-type:jwt-bearer") => {
            match check_assertion(stub, form.get("assertion").unwrap_or_default()) {
                Ok(granted) => granted,
                Err((status, error, description)) => return refuse(status, error, &description),
            }
        }
        Some("refresh_token") => {
            if form.get("client_secret") != Some(&stub.options.client_secret) {
                return refuse(401, "invalid_client", "Unauthorized");
            }
            if form.get("refresh_token").is_none_or(|token| token.is_empty() || token.contains("revoked")) {
                return refuse(400, "invalid_grant", "Token has been expired or revoked.");
            }
            (Grant::Full, String::new())
        }
        _ => return refuse(400, "unsupported_grant_type", "Invalid grant_type."),
    };
    let asked: Vec<&str> = scope.split_whitespace().collect();
    let write = format!("{SCOPE_ROOT}user");
    let scope = stub.options.consent.to(&asked, &write).join(" ");
    let lifetime = stub.options.token_lifetime.unwrap_or(3599);
    let token = hold(&stub.tokens).issue(INTERFACE.name, "ya29.", lifetime, grant);
    web::value(
        200,
        JSON,
        &json!({"access_token": token, "expires_in": lifetime, "token_type": "Bearer", "scope": scope}),
    )
}

fn refuse(status: u16, error: &str, description: &str) -> Response {
    web::value(status, JSON, &json!({"error": error, "error_description": description}))
}

/// What the reader may do, and the scopes it asks for.
fn check_assertion(stub: &Stub, assertion: &str) -> Result<(Grant, String), (u16, &'static str, String)> {
    let bad = |why: &str| Err((400, "invalid_grant", why.to_owned()));
    let Some((header, claims)) = web::parts_of_jwt(assertion) else {
        return bad("Bad Request: the assertion is no JWT");
    };
    if header["alg"] != "RS256" {
        return bad("Invalid JWT: the algorithm must be RS256");
    }
    if !claims["iss"].as_str().is_some_and(|issuer| issuer.contains('@')) {
        return bad("Invalid JWT: `iss` must be the address of a service account");
    }
    if claims["aud"] != AUDIENCE {
        return bad("Invalid JWT: `aud` must be the token endpoint");
    }
    let (Some(issued), Some(expires)) = (claims["iat"].as_i64(), claims["exp"].as_i64()) else {
        return bad("Invalid JWT: `iat` and `exp` are needed");
    };
    // A reader whose clock is put to the company's time is right as well.
    let now = [clock::wall(), stub.company().now];
    let timely = now.iter().any(|now| issued <= now + 300 && expires > now - 300);
    if !timely || expires <= issued || expires > issued + 3600 {
        return bad(
            "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe",
        );
    }
    if let Some(key) = &stub.options.assertion_key {
        let mut validation = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::RS256);
        // The claims are judged above.
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_aud = false;
        if jsonwebtoken::decode::<Value>(assertion, key, &validation).is_err() {
            return bad("Invalid JWT Signature.");
        }
    }
    let scopes = claims["scope"].as_str().unwrap_or_default();
    let allowed = |scope: &str| scope.strip_prefix(SCOPE_ROOT).is_some_and(|name| SCOPES.contains(&name));
    if scopes.is_empty() || !scopes.split(' ').all(allowed) {
        return Err((
            401,
            "unauthorized_client",
            "Client is unauthorized to retrieve access tokens using this method, or client not authorized for \
             any of the scopes requested."
                .to_owned(),
        ));
    }
    match claims["sub"].as_str() {
        None => Ok((Grant::Nobody, scopes.to_owned())),
        Some(subject) if subject.contains('@') => Ok((Grant::Full, scopes.to_owned())),
        Some(_) => bad("Invalid email or User ID"),
    }
}

fn error(code: u16, message: &str, domain: &str, reason: &str) -> Response {
    let detail = json!({"message": message, "domain": domain, "reason": reason});
    web::value(code, JSON, &json!({"error": {"code": code, "message": message, "errors": [detail]}}))
}

fn failure(status: u16) -> Response {
    match status {
        400 => error(400, "Bad Request", "global", "badRequest"),
        401 => error(401, "Invalid Credentials", "global", "authError"),
        403 => error(403, "Not Authorized to access this resource/api", "global", "forbidden"),
        404 => error(404, "Resource Not Found", "global", "notFound"),
        429 => error(429, "Rate Limit Exceeded", "usageLimits", "rateLimitExceeded"),
        _ => error(status, "Backend Error", "global", "backendError"),
    }
}

/// Too many requests, as the Directory API says it.
fn quota() -> Response {
    let message = "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user'";
    error(403, message, "usageLimits", "userRateLimitExceeded")
}

fn answer(stub: &Stub, ask: &Ask) -> Response {
    let segments = ask.segments();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let ["google", "admin", "directory", "v1", path @ ..] = &segments[..] else { return failure(404) };
    if ask.method != Method::GET {
        return failure(404);
    }
    match path {
        ["users"] => users(stub, ask),
        ["users", key] => user(stub, ask, key),
        ["groups"] => groups(stub, ask),
        ["groups", key, "members"] => members(stub, ask, key),
        ["customer", customer, "orgunits"] => org_units(stub, ask, customer),
        ["customer", customer, "schemas"] => schemas(customer),
        ["customer", customer, "resources", "buildings"] => buildings(customer),
        ["customers", customer] if known(customer) => web::value(
            200,
            JSON,
            &json!({
                "kind": "admin#directory#customer",
                "id": CUSTOMER,
                "etag": "\"c/1\"",
                "customerDomain": "example.com",
                "alternateEmail": "it@example.net",
                "customerCreationTime": "2014-01-08T09:00:00.000Z",
                "language": "en",
                "postalAddress": {"organizationName": "Example Group", "countryCode": "DE"},
            }),
        ),
        _ => failure(404),
    }
}

const CUSTOMER: &str = "C03az79cb";

fn known(customer: &str) -> bool {
    customer == "my_customer" || customer == CUSTOMER
}

/// Offset and page size; the default is that of the list.
fn window(
    stub: &Stub,
    ask: &Ask,
    (largest, default): (usize, usize),
) -> Result<(usize, usize, bool), Box<Response>> {
    let (largest, default) = stub.options.sizes(largest, default);
    let size = match ask.query.get("maxResults").map(str::parse::<usize>) {
        None => default,
        Some(Ok(size)) if size > 0 => size.min(largest),
        Some(_) => return Err(Box::new(failure(400))),
    };
    match ask.query.get("pageToken") {
        None => Ok((0, size, true)),
        Some(token) => match web::read_token::<1>("tok", token) {
            Some([offset]) => Ok((offset, size, false)),
            None => Err(Box::new(error(400, "Invalid Input: pageToken", "global", "invalid"))),
        },
    }
}

/// Whether the request names the account in one of the two ways.
fn addressed(ask: &Ask) -> Result<(), Box<Response>> {
    match (ask.query.get("customer"), ask.query.get("domain")) {
        (Some(customer), None) if known(customer) => Ok(()),
        (None, Some(domain)) if domain.contains('.') => Ok(()),
        (Some(_), None) => Err(Box::new(failure(404))),
        _ => Err(Box::new(failure(400))),
    }
}

fn users(stub: &Stub, ask: &Ask) -> Response {
    let (offset, size, beginning) = match addressed(ask).and_then(|()| window(stub, ask, (500, 100))) {
        Ok(window) => window,
        Err(response) => return *response,
    };
    let custom = matches!(ask.query.get("projection"), Some("full" | "custom"));
    let to = |offset: usize| web::token("tok", &[offset]);
    if ask.query.flag("showDeleted") {
        return stub.list(JSON, ask.key(), |company| {
            let gone: Vec<&Person> = company.people.iter().filter(|person| person.gone.is_some()).collect();
            let next = offset + size;
            Json::object(|json| {
                json.field("kind", "admin#directory#users");
                json.some("nextPageToken", (next < gone.len()).then(|| to(next)));
                if offset < gone.len() {
                    json.list("users", |json| {
                        for person in gone.iter().skip(offset).take(size) {
                            json.item(|json| {
                                json.field("id", &person.google_id);
                                json.field("primaryEmail", &person.user_name);
                                json.nested("name", |json| names(json, person));
                                json.field("deletionTime", &clock::utc_millis(person.changed));
                            });
                        }
                    });
                }
            })
        });
    }
    stub.people(ask, &SHAPE, JSON, ask.key(), failure, |company, faults| {
        let list = &company.present;
        let rows = faults.rows(list, offset, size);
        let body = Json::object(|json| {
            json.field("kind", "admin#directory#users");
            json.field("etag", &format!("\"abc/{}\"", company.batch));
            json.some("nextPageToken", (offset + size < list.len()).then(|| to(offset + size)));
            if !rows.is_empty() {
                json.list("users", |json| {
                    for row in &rows {
                        json.item(|json| person(json, company, company.person(*row), custom));
                    }
                });
            }
        });
        Page { body: Bytes::from(body), number: offset / size + 1, beginning, own: to(offset) }
    })
}

fn user(stub: &Stub, ask: &Ask, key: &str) -> Response {
    let company = stub.company();
    let custom = matches!(ask.query.get("projection"), Some("full" | "custom"));
    let found = company
        .by_google_id(key)
        .or_else(|| {
            company
                .people
                .iter()
                .find(|person| person.user_name == key || person.old_addresses.iter().any(|old| old == key))
        })
        .filter(|person| person.gone.is_none());
    match found {
        Some(found) => web::answer(200, JSON, Json::object(|json| person(json, &company, found, custom))),
        None => failure(404),
    }
}

fn names(json: &mut Json, person: &Person) {
    json.some("givenName", person.given());
    json.field("familyName", person.family());
    json.field("fullName", &person.display());
    if person.quirk.is_multiple_of(2) {
        json.field("displayName", &person.display());
    }
}

/// Whether the account of somebody is disabled.
fn suspended(person: &Person) -> bool {
    matches!(person.standing, Standing::Terminated | Standing::Inactive)
}

/// The unit that somebody is in; `/` is the root.
fn org_unit_path(person: &Person) -> String {
    if suspended(person) {
        return "/Leavers".to_owned();
    }
    match (person.department_name(), person.team_name()) {
        (Some(department), Some(team)) => format!("/{department}/{team}"),
        (Some(department), None) => format!("/{department}"),
        (None, _) => "/".to_owned(),
    }
}

fn person(json: &mut Json, company: &Company, person: &Person, custom: bool) {
    let place = person.place();
    json.field("kind", "admin#directory#user");
    json.field("id", &person.google_id);
    json.field("etag", &format!("\"abc/u{}-{}\"", person.index, person.changed_by));
    json.field("primaryEmail", &person.user_name);
    json.nested("name", |json| names(json, person));
    json.field("isAdmin", &false);
    json.field("isDelegatedAdmin", &false);
    let fresh = person.standing == Standing::Pending;
    json.field("lastLoginTime", if fresh { "1970-01-01T00:00:00.000Z" } else { "2026-01-14T07:30:00.000Z" });
    json.field("creationTime", &clock::utc_millis(person.created));
    json.field("agreedToTerms", &!fresh);
    json.field("suspended", &suspended(person));
    if suspended(person) {
        json.field("suspensionReason", "ADMIN");
    }
    json.field("archived", &(person.standing == Standing::Inactive));
    if person.guest() {
        json.field("isGuestUser", &true);
    }
    json.list("emails", |json| {
        json.item(|json| {
            json.field("address", &person.user_name);
            json.field("primary", &true);
        });
    });
    json.list("externalIds", |json| {
        json.item(|json| {
            json.field("value", &person.number);
            json.field("type", "organization");
        });
    });
    if let Some(manager) = company.manager(person) {
        // Some relations keep the address from before a change of name.
        let address = match manager.old_addresses.first() {
            Some(old) if person.quirk.is_multiple_of(2) => old,
            _ => &manager.user_name,
        };
        json.list("relations", |json| {
            json.item(|json| {
                json.field("value", address);
                json.field("type", "manager");
            });
        });
    }
    json.list("addresses", |json| {
        json.item(|json| {
            json.field("type", "work");
            json.field("streetAddress", place.street);
            json.field("locality", place.name);
            json.field("region", place.region);
            json.field("postalCode", place.postal_code);
            json.field("country", place.country);
            json.field("countryCode", place.country_code);
            json.field("primary", &true);
        });
    });
    // Empty values are left out, or empty text.
    let blank = person.quirk.is_multiple_of(3).then_some("");
    json.list("organizations", |json| {
        json.item(|json| {
            json.field("name", person.company_name());
            json.some("title", person.title.as_deref().or(blank));
            json.field("primary", &true);
            json.field("customType", "");
            json.some("department", person.department_name().or(blank));
            json.field("description", person.kind_word());
            json.some("costCenter", person.cost_center());
            json.field("location", place.name);
        });
    });
    json.list("phones", |json| {
        json.item(|json| {
            json.field("value", &person.work_phone());
            json.field("type", "work");
        });
        if let Some(mobile) = person.mobile_phone() {
            json.item(|json| {
                json.field("value", &mobile);
                json.field("type", "mobile");
            });
        }
    });
    if !person.quirk.is_multiple_of(4) {
        json.list("locations", |json| {
            json.item(|json| {
                json.field("type", "desk");
                json.field("area", place.name);
                json.field("buildingId", place.building);
                json.field("floorName", &(person.quirk % 5).to_string());
            });
        });
    }
    if !person.quirk.is_multiple_of(5) {
        json.list("languages", |json| {
            json.item(|json| {
                json.field("languageCode", "eo");
                json.field("preference", "not_preferred");
            });
            json.item(|json| {
                json.field("languageCode", place.language);
                json.field("preference", "preferred");
            });
        });
    }
    if !person.old_addresses.is_empty() {
        json.field("aliases", &person.old_addresses);
    }
    let test_address = person.user_name.replace("example.com", "example.com.test-google-a.com");
    json.field("nonEditableAliases", &[test_address]);
    json.field("customerId", CUSTOMER);
    json.field("orgUnitPath", &org_unit_path(person));
    json.field("isMailboxSetup", &true);
    json.field("includeInGlobalAddressList", &true);
    if custom {
        json.nested("customSchemas", |json| {
            json.nested("HR", |json| {
                json.field("hireDate", &person.start);
                json.some("leaveDate", person.end.as_ref());
                if let Some(badge) = &person.badge {
                    json.list("badges", |json| {
                        json.item(|json| {
                            json.field("type", "work");
                            json.field("value", badge);
                        });
                    });
                }
            });
        });
    }
}

fn find_group(company: &Company, key: &str) -> Option<usize> {
    company.groups.iter().position(|group| group.google_id == key || address(group).eq_ignore_ascii_case(key))
}

fn address(group: &Group) -> String {
    format!("{}@example.com", group.alias)
}

fn groups(stub: &Stub, ask: &Ask) -> Response {
    let user = ask.query.get("userKey");
    let checked = match user {
        Some(_) if ask.query.get("customer").is_some() => Err(Box::new(failure(400))),
        Some(_) => Ok(()),
        None => addressed(ask),
    };
    let (offset, size, _) = match checked.and_then(|()| window(stub, ask, (200, 200))) {
        Ok(window) => window,
        Err(response) => return *response,
    };
    stub.list(JSON, ask.key(), |company| {
        let person = user.map(|key| {
            company.people.iter().find(|person| person.google_id == key || person.user_name == key)
        });
        let of_user = |number: usize| match person {
            None => true,
            Some(person) => person.is_some_and(|person| person.groups().any(|group| group == number)),
        };
        let found: Vec<&Group> = company
            .groups
            .iter()
            .enumerate()
            .filter(|(number, _)| of_user(*number))
            .map(|(_, group)| group)
            .collect();
        let next = offset + size;
        Json::object(|json| {
            json.field("kind", "admin#directory#groups");
            json.field("etag", &format!("\"g/{}\"", company.batch));
            json.some("nextPageToken", (next < found.len()).then(|| web::token("tok", &[next])));
            if offset < found.len() {
                json.list("groups", |json| {
                    for group in found.iter().skip(offset).take(size) {
                        json.item(|json| {
                            json.field("kind", "admin#directory#group");
                            json.field("id", &group.google_id);
                            json.field("etag", &format!("\"g/{}\"", group.google_id));
                            json.field("email", &address(group));
                            json.field("name", &group.name);
                            json.field("description", "");
                            json.field("adminCreated", &true);
                            let count = group.people.len() + group.groups.len();
                            json.field("directMembersCount", &count.to_string());
                        });
                    }
                });
            }
        })
    })
}

fn members(stub: &Stub, ask: &Ask, key: &str) -> Response {
    let (offset, size, _) = match window(stub, ask, (200, 200)) {
        Ok(window) => window,
        Err(response) => return *response,
    };
    let Some(number) = find_group(&stub.company(), key) else { return failure(404) };
    let derived = ask.query.flag("includeDerivedMembership");
    stub.list(JSON, ask.key(), |company| {
        let (groups, people) = if derived {
            (company.below(number)[1..].to_vec(), company.people_below(number))
        } else {
            (company.groups[number].groups.clone(), company.groups[number].people.clone())
        };
        let total = groups.len() + people.len();
        let next = offset + size;
        let of_groups = groups.iter().map(|group| {
            let group = &company.groups[*group];
            (&group.google_id, address(group), "GROUP", "ACTIVE")
        });
        let of_people = people.iter().map(|row| {
            let person = company.person(*row);
            let status = if suspended(person) { "SUSPENDED" } else { "ACTIVE" };
            (&person.google_id, person.user_name.clone(), "USER", status)
        });
        Json::object(|json| {
            json.field("kind", "admin#directory#members");
            json.field("etag", &format!("\"m/{}\"", company.batch));
            json.some("nextPageToken", (next < total).then(|| web::token("tok", &[next])));
            if offset < total {
                json.list("members", |json| {
                    for (id, email, kind, status) in of_groups.chain(of_people).skip(offset).take(size) {
                        json.item(|json| {
                            json.field("kind", "admin#directory#member");
                            json.field("id", id);
                            json.field("email", &email);
                            json.field("role", "MEMBER");
                            json.field("type", kind);
                            json.field("status", status);
                        });
                    }
                });
            }
        })
    })
}

/// The id of a unit of the organization, by its path.
fn org_unit_id(seed: u64, path: &str) -> String {
    format!("id:03ph8a2z{}", letters_and_digits(mix(seed, path, 0), 7))
}

/// All units below the root: path, name and the path of the parent.
fn org_unit_list() -> Vec<(String, &'static str, String)> {
    let mut units = Vec::new();
    for (number, (department, _)) in DEPARTMENTS.iter().enumerate() {
        units.push((format!("/{department}"), *department, "/".to_owned()));
        for (team, _) in TEAMS.iter().filter(|(_, of)| *of == number) {
            units.push((format!("/{department}/{team}"), *team, format!("/{department}")));
        }
    }
    units.push(("/Leavers".to_owned(), "Leavers", "/".to_owned()));
    units
}

fn org_units(stub: &Stub, ask: &Ask, customer: &str) -> Response {
    if !known(customer) {
        return failure(404);
    }
    let kind = ask.query.get("type").unwrap_or("children");
    let seed = stub.company().seed;
    let mut units: Vec<Value> = org_unit_list()
        .into_iter()
        .filter(|(_, _, parent)| kind != "children" || parent == "/")
        .map(|(path, name, parent)| {
            json!({
                "kind": "admin#directory#orgUnit",
                "name": name,
                "description": "",
                "orgUnitPath": path,
                "orgUnitId": org_unit_id(seed, &path),
                "parentOrgUnitPath": parent,
                "parentOrgUnitId": org_unit_id(seed, &parent),
            })
        })
        .collect();
    if kind == "allIncludingParent" {
        units.insert(
            0,
            json!({
                "kind": "admin#directory#orgUnit",
                "name": "Example Group",
                "orgUnitPath": "/",
                "orgUnitId": org_unit_id(seed, "/"),
            }),
        );
    }
    let body = json!({"kind": "admin#directory#orgUnits", "etag": "\"o/1\"", "organizationUnits": units});
    web::value(200, JSON, &body)
}

fn schemas(customer: &str) -> Response {
    if !known(customer) {
        return failure(404);
    }
    let field = |id: &str, name: &str, kind: &str, label: &str, multiple: bool| {
        json!({
            "kind": "admin#directory#schema#fieldspec",
            "fieldId": id,
            "fieldName": name,
            "fieldType": kind,
            "displayName": label,
            "multiValued": multiple,
            "readAccessType": "ADMINS_AND_SELF",
        })
    };
    web::value(
        200,
        JSON,
        &json!({"kind": "admin#directory#schemas", "etag": "\"s/1\"", "schemas": [{
            "kind": "admin#directory#schema",
            "schemaId": "q9k2",
            "schemaName": "HR",
            "displayName": "HR data",
            "fields": [
                field("f1", "hireDate", "DATE", "Hire date", false),
                field("f2", "badges", "STRING", "Badges", true),
                field("f3", "leaveDate", "DATE", "Leave date", false),
            ],
        }]}),
    )
}

fn buildings(customer: &str) -> Response {
    if !known(customer) {
        return failure(404);
    }
    let buildings: Vec<Value> = LOCATIONS
        .iter()
        .map(|place| {
            json!({
                "kind": "admin#directory#resources#buildings#Building",
                "buildingId": place.building,
                "buildingName": place.name,
                "address": {"regionCode": place.country_code, "addressLines": [place.street]},
                "floorNames": ["0", "1", "2", "3", "4"],
            })
        })
        .collect();
    web::value(
        200,
        JSON,
        &json!({"kind": "admin#directory#resources#buildings#buildings", "buildings": buildings}),
    )
}

/// What Google knows of people: dates in custom attributes only, and nobody
/// without an address.
fn people(company: &Company) -> Vec<Value> {
    let one = |row: &u32| {
        let person = company.person(*row);
        let mut told = truth::person(company, person, |person| person.google_id.clone());
        told["user_name"] = person.user_name.as_str().into();
        told["email"] = person.user_name.as_str().into();
        told["team"] = Value::Null;
        told["start_date"] = Value::Null;
        told["end_date"] = Value::Null;
        told["custom"] = json!({
            "HR.hireDate": person.start,
            "HR.leaveDate": person.end,
            "HR.badges": person.badge.as_ref().map(|badge| vec![badge]),
        });
        told["status"] = truth::directory_standing(person.standing).word().into();
        told
    };
    company.present.iter().map(one).collect()
}

const DIRECTORY: Directory = Directory {
    group_id: |group| group.google_id.clone(),
    kind: |_| "security-group",
    person_id: |person| person.google_id.clone(),
};

fn truth_of_groups(company: &Company) -> Vec<Value> {
    let units = org_unit_list().into_iter().map(|(path, name, parent)| {
        let parent = (parent != "/").then(|| org_unit_id(company.seed, &parent));
        truth::group(org_unit_id(company.seed, &path), name, "org-unit", parent.into_iter().collect())
    });
    let buildings =
        LOCATIONS.iter().map(|place| truth::group(place.building.into(), place.name, "location", Vec::new()));
    DIRECTORY.groups(company).into_iter().chain(units).chain(buildings).collect()
}

fn truth_of_memberships(company: &Company) -> Vec<Value> {
    let one = |row: &u32| {
        let person = company.person(*row);
        let path = org_unit_path(person);
        let unit = (path != "/").then(|| org_unit_id(company.seed, &path))?;
        Some(truth::membership("org-unit", unit, "worker", person.google_id.clone()))
    };
    DIRECTORY.memberships(company).into_iter().chain(company.present.iter().filter_map(one)).collect()
}
