//! SCIM 2.0 (RFC 7643, RFC 7644) with cursors (RFC 9865), reading.

use axum::http::Method;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::{Value, json};

use crate::clock;
use crate::faults::{Next, Page, Shape};
use crate::interface::{Interface, Truth, bearer};
use crate::json::Json;
use crate::people::{Company, Group, Kind, Person, Standing};
use crate::server::{Stub, hold};
use crate::tokens::Grant;
use crate::truth::{self, Directory};
use crate::web::{self, Ask, JSON, Query, SCIM};

const BY_POSITION: Shape = Shape {
    list: "/Resources",
    absent: false,
    next: Next::Position,
    totals: &["/totalResults"],
    id: "/id",
    title: "/title",
};

const BY_CURSOR: Shape = Shape { next: Next::Token("/nextCursor"), ..BY_POSITION };

const LIST: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
pub const INTERFACE: Interface = Interface {
    name: "scim",
    data: "/scim/v2",
    tokens: "/scim-oauth",
    token,
    admit,
    answer,
    failure,
    quota: None,
    truth: Truth {
        people,
        groups: |company| DIRECTORY.groups(company),
        memberships: |company| DIRECTORY.memberships(company),
    },
};

/// The secret itself is a bearer token or a password as well.
fn admit(interface: &Interface, stub: &Stub, ask: &Ask) -> Option<Grant> {
    let secret = &stub.options.client_secret;
    if let Some((_, password)) = ask.basic() {
        return (password == *secret).then_some(Grant::Full);
    }
    if ask.credential("bearer") == Some(secret) { Some(Grant::Full) } else { bearer(interface, stub, ask) }
}

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const HR: &str = "urn:example:params:scim:schemas:extension:hr:2.0:User";

fn token(stub: &Stub, ask: &Ask) -> Response {
    if ask.method != Method::POST {
        return failure(404);
    }
    let form = ask.form();
    let refuse = |status: u16, error: &str, description: &str| {
        web::value(status, JSON, &json!({"error": error, "error_description": description}))
    };
    if form.get("grant_type") != Some("client_credentials") {
        return refuse(400, "unsupported_grant_type", "Only client_credentials is offered");
    }
    // The client signs in by header, each half encoded as in a form, or in the
    // body.
    let by_header = ask
        .header("authorization")
        .and_then(|text| text.strip_prefix("Basic "))
        .and_then(|text| STANDARD.decode(text).ok())
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .and_then(|pair| {
            let (id, secret) = pair.split_once(':')?;
            let form = Query::new(&format!("id={id}&secret={secret}"));
            Some((form.get("id")?.to_owned(), form.get("secret")?.to_owned()))
        });
    let by_body = || Some((form.get("client_id")?.to_owned(), form.get("client_secret")?.to_owned()));
    match by_header.or_else(by_body) {
        Some((id, secret)) if !id.is_empty() && secret == stub.options.client_secret => {}
        _ => return refuse(401, "invalid_client", "Unknown client or wrong secret"),
    }
    let lifetime = stub.options.token_lifetime.unwrap_or(3600);
    let token = hold(&stub.tokens).issue(INTERFACE.name, "scim-", lifetime, Grant::Full);
    let scope = form.get("scope").unwrap_or("users:read groups:read");
    web::value(
        200,
        JSON,
        &json!({"access_token": token, "token_type": "Bearer", "expires_in": lifetime, "scope": scope}),
    )
}

fn error(status: u16, kind: Option<&str>, detail: &str) -> Response {
    let mut body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
        "status": status.to_string(),
        "detail": detail,
    });
    if let Some(kind) = kind {
        body["scimType"] = kind.into();
    }
    // One of the oddities met: the status as a number.
    if status == 429 {
        body["status"] = status.into();
    }
    web::value(status, SCIM, &body)
}

fn failure(status: u16) -> Response {
    let (kind, detail) = match status {
        400 => (Some("invalidValue"), "The request is not valid"),
        401 => (None, "Invalid or expired token"),
        403 => (None, "The token lacks the right"),
        404 => (None, "Resource not found"),
        429 => (None, "Too many requests"),
        501 => (None, "Not offered"),
        _ => (None, "Something went wrong"),
    };
    error(status, kind, detail)
}

fn answer(stub: &Stub, ask: &Ask) -> Response {
    let segments = ask.segments();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let ["scim", "v2", path @ ..] = &segments[..] else { return failure(404) };
    match (ask.method.as_str(), path) {
        ("GET", ["ServiceProviderConfig"]) => service_provider_config(stub),
        ("GET", ["ResourceTypes"]) => resource_types(stub),
        ("GET", ["Schemas"]) => schemas(),
        ("GET", ["Users"]) => users(stub, ask),
        ("POST", ["Users", ".search"]) => search(stub, ask, users),
        ("GET", ["Users", id]) => {
            let company = stub.company();
            match company.by_scim_id(id).filter(|person| person.gone.is_none()) {
                Some(found) => {
                    web::answer(200, SCIM, Json::object(|json| person(json, stub, &company, found)))
                }
                None => failure(404),
            }
        }
        ("GET", ["Groups"]) => groups(stub, ask),
        ("POST", ["Groups", ".search"]) => search(stub, ask, groups),
        ("GET", ["Groups", id]) => {
            let company = stub.company();
            match company.groups.iter().find(|group| group.scim_id == *id) {
                Some(found) => {
                    let with_members = !excludes_members(ask);
                    let body = Json::object(|json| group(json, stub, &company, found, with_members));
                    web::answer(200, SCIM, body)
                }
                None => failure(404),
            }
        }
        _ => failure(404),
    }
}

/// The same list, asked for by POST.
fn search(stub: &Stub, ask: &Ask, list: fn(&Stub, &Ask) -> Response) -> Response {
    let Ok(Value::Object(body)) = serde_json::from_slice(&ask.body) else {
        return error(400, Some("invalidSyntax"), "The body is no SearchRequest");
    };
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for name in ["filter", "startIndex", "count", "cursor", "sortBy", "sortOrder"] {
        match &body.get(name) {
            Some(Value::String(text)) => query.append_pair(name, text),
            Some(value @ Value::Number(_)) => query.append_pair(name, &value.to_string()),
            _ => &mut query,
        };
    }
    if body
        .get("excludedAttributes")
        .and_then(Value::as_array)
        .is_some_and(|names| names.contains(&json!("members")))
    {
        query.append_pair("excludedAttributes", "members");
    }
    let asked = Ask {
        method: Method::GET,
        path: ask.path.trim_end_matches("/.search").to_owned(),
        query: Query::new(&query.finish()),
        headers: ask.headers.clone(),
        body: Bytes::new(),
    };
    list(stub, &asked)
}

// ----------------------------------------------------------------- paging ----

/// Where a page begins, counted from 0, and how long it may be.
struct Window {
    offset: usize,
    size: usize,
    beginning: bool,
}

fn window(stub: &Stub, ask: &Ask) -> Result<Window, Box<Response>> {
    let (largest, default) = stub.options.sizes(200, 50);
    let bad = || Box::new(error(400, Some("invalidValue"), "startIndex and count must be numbers"));
    let number = |name: &str| ask.query.get(name).map(str::parse::<i64>).transpose().map_err(|_| bad());
    let size = match number("count")? {
        None => default,
        Some(count) if stub.options.scim_cursor && count < 1 => {
            return Err(Box::new(error(400, Some("invalidCount"), "count must be at least 1")));
        }
        Some(count) => usize::try_from(count).unwrap_or(0).min(largest),
    };
    if stub.options.scim_cursor {
        return match ask.query.get("cursor") {
            None | Some("") => Ok(Window { offset: 0, size, beginning: true }),
            Some(cursor) => match web::read_token::<2>("VZ", cursor) {
                Some([offset, asked]) if asked == size => Ok(Window { offset, size, beginning: false }),
                Some(_) => {
                    Err(Box::new(error(400, Some("invalidCount"), "count differs from the first page")))
                }
                None => Err(Box::new(error(400, Some("invalidCursor"), "The cursor is not known"))),
            },
        };
    }
    let start = number("startIndex")?.unwrap_or(1).max(1);
    let offset = usize::try_from(start - 1).unwrap_or(0);
    Ok(Window { offset, size, beginning: offset == 0 })
}

/// What comes before the resources of a list.
fn head(json: &mut Json, stub: &Stub, window: &Window, total: usize, count: usize) {
    json.field("schemas", &[LIST]);
    json.field("totalResults", &total);
    if stub.options.scim_cursor {
        let next = window.offset + window.size;
        json.field("itemsPerPage", &count);
        json.some("nextCursor", (next < total).then(|| web::token("VZ", &[next, window.size])));
    } else {
        json.field("startIndex", &(window.offset + 1));
        json.field("itemsPerPage", &count);
    }
}

// ---------------------------------------------------------------- filters ----

/// A comparison of a filter; several are joined by `and`.
enum Test {
    Text(&'static str, String),
    Active(bool),
    ChangedAfter(i64),
    ChangedSince(i64),
}

fn filter(ask: &Ask) -> Result<Vec<Test>, Box<Response>> {
    let Some(text) = ask.query.get("filter") else { return Ok(Vec::new()) };
    text.split(" and ").map(comparison).collect()
}

fn comparison(text: &str) -> Result<Test, Box<Response>> {
    let cannot = |name: &str| {
        Box::new(error(400, Some("invalidFilter"), &format!("Attribute {name} cannot be filtered")))
    };
    let mut words = text.trim().splitn(3, ' ');
    let (Some(name), Some(operator), Some(value)) = (words.next(), words.next(), words.next()) else {
        return Err(cannot(text));
    };
    // The values of filters are written as in JSON.
    let Ok(value) = serde_json::from_str::<Value>(value.trim()) else { return Err(cannot(name)) };
    let names = ["username", "id", "externalid", "usertype", "displayname"];
    let known = names.into_iter().find(|known| name.eq_ignore_ascii_case(known));
    let operator = operator.to_ascii_lowercase();
    match (known, operator.as_str(), value) {
        (Some(known), "eq", Value::String(value)) => Ok(Test::Text(known, value)),
        (None, "eq", Value::Bool(value)) if name.eq_ignore_ascii_case("active") => Ok(Test::Active(value)),
        (None, "gt" | "ge", Value::String(value)) if name.eq_ignore_ascii_case("meta.lastModified") => {
            let Some(instant) = clock::parse(&value) else {
                return Err(Box::new(error(400, Some("invalidFilter"), "The instant cannot be read")));
            };
            Ok(if operator == "gt" { Test::ChangedAfter(instant) } else { Test::ChangedSince(instant) })
        }
        _ => Err(cannot(name)),
    }
}

impl Test {
    fn passes(&self, person: &Person) -> bool {
        match self {
            Self::Text("username", text) => person.user_name.eq_ignore_ascii_case(text),
            Self::Text("id", text) => person.scim_id == *text,
            Self::Text("externalid", text) => person.number == *text,
            Self::Text("usertype", text) => user_type(person) == text,
            Self::Text("displayname", text) => person.display() == *text,
            Self::Text(..) => false,
            Self::Active(active) => is_active(person) == *active,
            Self::ChangedAfter(instant) => person.changed > *instant,
            Self::ChangedSince(instant) => person.changed >= *instant,
        }
    }
}

// ------------------------------------------------------------------ users ----

fn users(stub: &Stub, ask: &Ask) -> Response {
    let (window, tests) = match window(stub, ask).and_then(|window| Ok((window, filter(ask)?))) {
        Ok(read) => read,
        Err(response) => return *response,
    };
    let shape = if stub.options.scim_cursor { &BY_CURSOR } else { &BY_POSITION };
    stub.people(ask, shape, SCIM, ask.key(), failure, |company, faults| {
        let chosen: Vec<u32>;
        let list = if tests.is_empty() {
            &company.present
        } else {
            let keep = |row: &&u32| tests.iter().all(|test| test.passes(company.person(**row)));
            chosen = company.present.iter().filter(keep).copied().collect();
            &chosen
        };
        let rows = if stub.options.scim_cursor {
            faults.rows(list, window.offset, window.size)
        } else {
            faults.rows_at(list, window.offset, window.size)
        };
        let body = Json::object(|json| {
            head(json, stub, &window, list.len(), rows.len());
            // Past the end there are no resources at all.
            if !rows.is_empty() || window.offset == 0 {
                json.list("Resources", |json| {
                    for row in &rows {
                        json.item(|json| person(json, stub, company, company.person(*row)));
                    }
                });
            }
        });
        Page {
            body: Bytes::from(body),
            number: window.offset / window.size.max(1) + 1,
            beginning: window.beginning,
            own: web::token("VZ", &[window.offset, window.size]),
        }
    })
}

/// Whether the account of somebody is enabled.
fn is_active(person: &Person) -> bool {
    !matches!(person.standing, Standing::Terminated | Standing::Inactive)
}

fn user_type(person: &Person) -> &'static str {
    match person.kind {
        Kind::Employee => "Employee",
        Kind::Contractor => "Contractor",
        Kind::Guest => "External",
    }
}

fn person(json: &mut Json, stub: &Stub, company: &Company, person: &Person) {
    let base = &stub.options.base;
    let place = person.place();
    // One in ten is as careless as records of home-made servers are.
    let odd = person.quirk % 10 == 3;
    let schemas: &[&str] = if odd { &[USER] } else { &[USER, ENTERPRISE, HR] };
    json.field("schemas", schemas);
    json.field("id", &person.scim_id);
    json.field("externalId", &person.number);
    json.field("userName", &person.user_name);
    if odd {
        json.field("active", if is_active(person) { "True" } else { "False" });
    } else {
        json.field("active", &is_active(person));
    }
    json.field("displayName", &person.display());
    json.nested("name", |json| {
        json.field("formatted", &person.display());
        json.some("givenName", person.given());
        json.field("familyName", person.family());
    });
    json.maybe(!odd, "title", person.title.as_ref());
    json.field("userType", user_type(person));
    json.field("preferredLanguage", place.language);
    json.field("locale", place.language);
    json.field("timezone", place.timezone);
    json.list("emails", |json| {
        if let Some(email) = person.email() {
            json.item(|json| {
                json.field("value", email);
                if !odd {
                    json.field("type", "work");
                    json.field("primary", &true);
                }
            });
        }
    });
    json.list("phoneNumbers", |json| {
        json.item(|json| {
            json.field("value", &format!("tel:{}", person.work_phone().replace(' ', "-")));
            json.field("type", "work");
        });
        if let Some(mobile) = person.mobile_phone() {
            json.item(|json| {
                json.field("value", &mobile);
                json.field("type", "mobile");
            });
        }
    });
    json.list("addresses", |json| {
        json.item(|json| {
            json.field("type", "work");
            json.field("streetAddress", place.street);
            json.field("locality", place.name);
            json.field("region", place.region);
            json.field("postalCode", place.postal_code);
            json.field("country", place.country_code);
            json.field("formatted", &format!("{}\n{} {}", place.street, place.postal_code, place.name));
        });
    });
    json.list("groups", |json| {
        for group in person.groups() {
            let group = &company.groups[group];
            json.item(|json| {
                json.field("value", &group.scim_id);
                json.field("display", &group.name);
                json.field("type", "direct");
            });
        }
    });
    json.nested(ENTERPRISE, |json| {
        json.field("employeeNumber", &person.number);
        json.maybe(!odd, "costCenter", person.cost_center());
        json.field("organization", person.company_name());
        json.maybe(!odd, "department", person.department_name());
        match company.manager(person) {
            Some(manager) if odd => json.field("manager", &manager.scim_id),
            Some(manager) => json.nested("manager", |json| {
                json.field("value", &manager.scim_id);
                json.field("$ref", &format!("{base}/scim/v2/Users/{}", manager.scim_id));
                json.field("displayName", &manager.display());
            }),
            None if odd => json.nested("manager", |_| {}),
            None => {}
        }
    });
    json.nested(HR, |json| {
        json.field("startDate", &format!("{}T00:00:00Z", person.start));
        json.field("endDate", &person.end);
        json.field("employmentStatus", person.standing.word());
        json.some("badge", person.badge.as_ref());
    });
    json.nested("meta", |json| {
        json.field("resourceType", if odd { "user" } else { "User" });
        json.field("created", &clock::utc(person.created));
        json.field("lastModified", &clock::utc(person.changed));
        json.field("location", &format!("{base}/scim/v2/Users/{}", person.scim_id));
        json.field("version", &format!("W/\"{}\"", person.changed_by + 1));
    });
}

// ----------------------------------------------------------------- groups ----

fn excludes_members(ask: &Ask) -> bool {
    ask.query
        .get("excludedAttributes")
        .is_some_and(|names| names.split(',').any(|name| name.trim().eq_ignore_ascii_case("members")))
}

fn groups(stub: &Stub, ask: &Ask) -> Response {
    let (window, tests) = match window(stub, ask).and_then(|window| Ok((window, filter(ask)?))) {
        Ok(read) => read,
        Err(response) => return *response,
    };
    let passes = |group: &Group| {
        tests.iter().all(|test| match test {
            Test::Text("displayname", text) => group.name == *text,
            Test::Text("id", text) => group.scim_id == *text,
            _ => false,
        })
    };
    let with_members = !excludes_members(ask);
    stub.list(SCIM, ask.key(), |company| {
        let found: Vec<&Group> = company.groups.iter().filter(|group| passes(group)).collect();
        let shown: Vec<&Group> = found.iter().copied().skip(window.offset).take(window.size).collect();
        Json::object(|json| {
            head(json, stub, &window, found.len(), shown.len());
            json.list("Resources", |json| {
                for shown in shown {
                    json.item(|json| group(json, stub, company, shown, with_members));
                }
            });
        })
    })
}

fn group(json: &mut Json, stub: &Stub, company: &Company, group: &Group, with_members: bool) {
    let base = &stub.options.base;
    json.field("schemas", &[GROUP]);
    json.field("id", &group.scim_id);
    json.field("externalId", &group.alias);
    json.field("displayName", &group.name);
    if with_members {
        json.list("members", |json| {
            for child in &group.groups {
                let child = &company.groups[*child];
                json.item(|json| {
                    json.field("value", &child.scim_id);
                    json.field("type", "Group");
                    json.field("display", &child.name);
                    json.field("$ref", &format!("{base}/scim/v2/Groups/{}", child.scim_id));
                });
            }
            for row in &group.people {
                let person = company.person(*row);
                json.item(|json| {
                    json.field("value", &person.scim_id);
                    // The kind of some members shows in the reference alone.
                    if person.quirk % 10 != 3 {
                        json.field("type", "User");
                    }
                    json.field("$ref", &format!("{base}/scim/v2/Users/{}", person.scim_id));
                });
            }
        });
    }
    json.nested("meta", |json| {
        json.field("resourceType", "Group");
        json.field("lastModified", &clock::utc(company.now));
        json.field("location", &format!("{base}/scim/v2/Groups/{}", group.scim_id));
        json.field("version", &format!("W/\"{}\"", company.batch + 1));
    });
}

// -------------------------------------------------------------- discovery ----

fn service_provider_config(stub: &Stub) -> Response {
    let (largest, default) = stub.options.sizes(200, 50);
    let cursor = stub.options.scim_cursor;
    web::value(
        200,
        SCIM,
        &json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
            "patch": {"supported": false},
            "bulk": {"supported": false, "maxOperations": 0, "maxPayloadSize": 0},
            "filter": {"supported": true, "maxResults": largest},
            "changePassword": {"supported": false},
            "sort": {"supported": false},
            "etag": {"supported": false},
            "pagination": {
                "cursor": cursor,
                "index": !cursor,
                "defaultPaginationMethod": if cursor { "cursor" } else { "index" },
                "defaultPageSize": default,
                "maxPageSize": largest,
            },
            "authenticationSchemes": [{
                "type": "oauthbearertoken",
                "name": "OAuth Bearer Token",
                "description": "Static token",
                "primary": true,
            }],
            "meta": {
                "resourceType": "ServiceProviderConfig",
                "location": format!("{}/scim/v2/ServiceProviderConfig", stub.options.base),
            },
        }),
    )
}

fn listed(resources: Vec<Value>) -> Response {
    let count = resources.len();
    web::value(
        200,
        SCIM,
        &json!({
            "schemas": [LIST],
            "totalResults": count,
            "startIndex": 1,
            "itemsPerPage": count,
            "Resources": resources,
        }),
    )
}

fn resource_types(stub: &Stub) -> Response {
    let kind = |name: &str, endpoint: &str, schema: &str, extensions: &[&str]| {
        let extensions: Vec<Value> =
            extensions.iter().map(|schema| json!({"schema": schema, "required": false})).collect();
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
            "id": name,
            "name": name,
            "endpoint": endpoint,
            "schema": schema,
            "schemaExtensions": extensions,
            "meta": {
                "resourceType": "ResourceType",
                "location": format!("{}/scim/v2/ResourceTypes/{name}", stub.options.base),
            },
        })
    };
    listed(vec![kind("User", "/Users", USER, &[ENTERPRISE, HR]), kind("Group", "/Groups", GROUP, &[])])
}

fn schemas() -> Response {
    let attribute = |name: &str, kind: &str, multiple: bool| {
        json!({
            "name": name,
            "type": kind,
            "multiValued": multiple,
            "required": name == "userName",
            "caseExact": false,
            "mutability": "readOnly",
            "returned": "default",
            "uniqueness": if name == "userName" { "server" } else { "none" },
        })
    };
    let schema = |id: &str, name: &str, attributes: Vec<Value>| {
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
            "id": id,
            "name": name,
            "attributes": attributes,
        })
    };
    let mut user: Vec<Value> =
        ["userName", "displayName", "title", "userType", "preferredLanguage", "locale", "timezone"]
            .iter()
            .map(|name| attribute(name, "string", false))
            .collect();
    user.push(attribute("active", "boolean", false));
    user.push(attribute("name", "complex", false));
    user.extend(
        ["emails", "phoneNumbers", "addresses", "groups"].iter().map(|name| attribute(name, "complex", true)),
    );
    let mut enterprise: Vec<Value> = ["employeeNumber", "costCenter", "organization", "department"]
        .iter()
        .map(|name| attribute(name, "string", false))
        .collect();
    enterprise.push(attribute("manager", "complex", false));
    let hr = vec![
        attribute("startDate", "dateTime", false),
        attribute("endDate", "string", false),
        attribute("employmentStatus", "string", false),
        attribute("badge", "string", false),
    ];
    let group = vec![attribute("displayName", "string", false), attribute("members", "complex", true)];
    listed(vec![
        schema(USER, "User", user),
        schema(GROUP, "Group", group),
        schema(ENTERPRISE, "Enterprise User", enterprise),
        schema(HR, "HR User", hr),
    ])
}

/// What SCIM knows of people: dates and standing in an extension only, and a
/// place of work as an address, not as an office.
fn people(company: &Company) -> Vec<Value> {
    let one = |row: &u32| {
        let person = company.person(*row);
        let mut told = truth::person(company, person, |person| person.scim_id.clone());
        told["user_name"] = person.user_name.as_str().into();
        told["team"] = Value::Null;
        told["location"] = Value::Null;
        told["start_date"] = Value::Null;
        told["end_date"] = Value::Null;
        told["custom"] = json!({
            "startDate": person.start,
            "endDate": person.end,
            "employmentStatus": person.standing.word(),
            "badge": person.badge,
        });
        let standing = if is_active(person) { Standing::Active } else { Standing::Inactive };
        told["status"] = standing.word().into();
        told
    };
    company.present.iter().map(one).collect()
}

const DIRECTORY: Directory = Directory {
    group_id: |group| group.scim_id.clone(),
    kind: |_| "security-group",
    person_id: |person| person.scim_id.clone(),
};
