//! Microsoft Graph v1.0, reading.

mod batch;
mod delta;

use axum::http::Method;
use axum::response::Response;
use bytes::Bytes;
use serde_json::{Value, json};

use crate::clock;
use crate::faults::{Next, Page, Shape};
use crate::interface::{Interface, Truth, bearer};
use crate::json::Json;
use crate::people::{Company, Group, Person, Standing, guid};
use crate::server::{Stub, hold};
use crate::tokens::Grant;
use crate::truth::{self, Directory};
use crate::web::{self, Ask, JSON, Query};

pub const INTERFACE: Interface = Interface {
    name: "graph",
    data: "/graph",
    tokens: "/login",
    token,
    admit: bearer,
    answer,
    failure,
    quota: None,
    truth: Truth { people, groups: truth_of_groups, memberships: truth_of_memberships },
};

pub const SHAPE: Shape = Shape {
    list: "/value",
    absent: false,
    next: Next::Url("/@odata.nextLink"),
    totals: &[],
    id: "/id",
    title: "/jobTitle",
};

const BADGE: &str = "extension_3f1c7c1e7e0f4f3a8f6a1b2c3d4e5f60_badge";
pub const LARGEST: usize = 999;

/// Application permissions that an admin is asked to consent to.
const ROLES: [&str; 4] =
    ["User.Read.All", "User-LifeCycleInfo.Read.All", "AdministrativeUnit.Read.All", "GroupMember.Read.All"];

/// What of a person is asked for; kept within a token as a number.
#[derive(Clone, Copy)]
pub struct Parts(pub usize);

impl Parts {
    const SELECTED: usize = 1;
    const MANAGER: usize = 2;
    const LEAVE_DATE: usize = 4;
    const BADGE: usize = 8;
    const ONLY_ID: usize = 16;

    pub fn new(query: &Query) -> Self {
        let mut bits = 0;
        let mut set = |bit: usize, on: bool| {
            if on {
                bits |= bit;
            }
        };
        let expand = query.get("$expand").unwrap_or_default();
        set(Self::MANAGER, expand.starts_with("manager"));
        if let Some(select) = query.get("$select") {
            let names: Vec<&str> = select.split(',').map(str::trim).collect();
            set(Self::SELECTED, true);
            set(Self::MANAGER, names.contains(&"manager"));
            set(Self::LEAVE_DATE, names.contains(&"employeeLeaveDateTime"));
            set(Self::BADGE, names.contains(&BADGE));
            set(Self::ONLY_ID, names == ["id"]);
        }
        Self(bits)
    }

    fn has(self, bit: usize) -> bool {
        self.0 & bit != 0
    }
}

fn token(stub: &Stub, ask: &Ask) -> Response {
    let segments = ask.segments();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let ["login", tenant, "oauth2", "v2.0", "token"] = segments[..] else {
        return refuse(404, "invalid_request", 900_144, "The endpoint does not exist.");
    };
    if ask.method != Method::POST {
        return refuse(400, "invalid_request", 900_561, "The endpoint only accepts POST requests.");
    }
    if ["common", "organizations", "consumers"].contains(&tenant) || tenant.starts_with("unknown") {
        return refuse(400, "invalid_request", 90002, "Tenant not found.");
    }
    let form = ask.form();
    let client = form.get("client_id").unwrap_or_default();
    if client.is_empty() {
        return refuse(400, "invalid_request", 900_144, "The request body must contain 'client_id'.");
    }
    if client.starts_with("00000000-") {
        return refuse(400, "unauthorized_client", 700_016, "Application was not found in the directory.");
    }
    if form.get("grant_type") != Some("client_credentials") {
        return refuse(400, "unsupported_grant_type", 70003, "The grant type is not supported.");
    }
    let scope = form.get("scope").unwrap_or_default();
    if !(scope.starts_with("https://") && scope.ends_with("/.default")) {
        return refuse(400, "invalid_scope", 70011, "The provided value for 'scope' is not valid.");
    }
    match (form.get("client_secret"), form.get("client_assertion")) {
        (Some(secret), _) if secret == stub.options.client_secret => {}
        (Some(_), _) => return refuse(401, "invalid_client", 7_000_215, "Invalid client secret provided."),
        (None, Some(assertion)) => {
            let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
            let claims = web::parts_of_jwt(assertion).map(|(_, claims)| claims);
            let good = claims.is_some_and(|claims| {
                let audience = claims["aud"].as_str().unwrap_or_default();
                claims["iss"] == client && claims["sub"] == client && audience.ends_with("/oauth2/v2.0/token")
            });
            if form.get("client_assertion_type") != Some(kind) || !good {
                return refuse(401, "invalid_client", 700_027, "The client assertion is not valid.");
            }
        }
        (None, None) => {
            return refuse(
                401,
                "invalid_client",
                7_000_216,
                "'client_assertion' or 'client_secret' is required.",
            );
        }
    }
    let lifetime = stub.options.token_lifetime.unwrap_or(3599);
    let roles = stub.options.consent.to(&ROLES, "Mail.ReadWrite");
    let claims = json!({"aud": scope.trim_end_matches("/.default"), "appid": client, "roles": roles});
    let token = hold(&stub.tokens).issue_jwt(INTERFACE.name, &claims, lifetime, Grant::Full);
    web::value(
        200,
        JSON,
        &json!({"token_type": "Bearer", "expires_in": lifetime, "ext_expires_in": lifetime, "access_token": token}),
    )
}

fn refuse(status: u16, error: &str, code: u32, text: &str) -> Response {
    let description = format!(
        "AADSTS{code}: {text}\r\nTrace ID: 11111111-2222-3333-4444-555555555555\r\nCorrelation ID: \
         66666666-7777-8888-9999-000000000000\r\nTimestamp: 2026-01-15 08:00:00Z"
    );
    web::value(
        status,
        JSON,
        &json!({
            "error": error,
            "error_description": description,
            "error_codes": [code],
            "timestamp": "2026-01-15 08:00:00Z",
            "trace_id": "11111111-2222-3333-4444-555555555555",
            "correlation_id": "66666666-7777-8888-9999-000000000000",
            "error_uri": format!("https://login.microsoftonline.com/error?code={code}"),
        }),
    )
}

pub fn error(status: u16, code: &str, message: &str) -> Response {
    web::value(
        status,
        JSON,
        &json!({"error": {"code": code, "message": message, "innerError": {
            "date": "2026-01-15T08:00:00",
            "request-id": "11111111-2222-3333-4444-555555555555",
            "client-request-id": "66666666-7777-8888-9999-000000000000",
        }}}),
    )
}

fn failure(status: u16) -> Response {
    match status {
        401 => error(401, "InvalidAuthenticationToken", "Access token has expired or is not yet valid."),
        403 => {
            error(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
        }
        404 => error(404, "Request_ResourceNotFound", "The resource does not exist."),
        429 => error(429, "TooManyRequests", "Please retry again later."),
        500 => error(500, "InternalServerError", "Something went wrong."),
        _ => error(status, "Request_BadRequest", "The request is not valid."),
    }
}

fn answer(stub: &Stub, ask: &Ask) -> Response {
    let segments = ask.segments();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let ["graph", "v1.0", path @ ..] = &segments[..] else { return failure(404) };
    match (ask.method.as_str(), path) {
        ("GET", ["users"]) => users(stub, ask),
        ("GET", ["users", "delta"]) => delta::users(stub, ask),
        ("GET", ["users", id]) => user(stub, ask, id),
        ("GET", ["users", id, "manager"]) => manager(stub, id),
        ("GET", ["groups"]) => groups(stub, ask),
        ("GET", ["groups", "delta"]) => delta::groups(stub, ask),
        ("GET", ["groups", id]) => group(stub, id),
        ("GET", ["groups", id, kind @ ("members" | "transitiveMembers"), cast @ ..]) => {
            members(stub, ask, id, *kind == "transitiveMembers", cast)
        }
        ("POST", ["$batch"]) => batch::answer(stub, ask),
        ("GET", ["directory", "deletedItems", "microsoft.graph.user"]) => deleted(stub, ask),
        ("GET", ["directory", "deletedItems", "microsoft.graph.group"]) => {
            web::value(200, JSON, &json!({"@odata.context": context(stub, "groups"), "value": []}))
        }
        ("GET", ["organization"]) => {
            let seed = stub.company().seed;
            web::value(
                200,
                JSON,
                &json!({"@odata.context": context(stub, "organization"), "value": [
                    {"id": guid(seed, "tenant", 0), "displayName": "Example Group"}
                ]}),
            )
        }
        ("GET", ["directory", "administrativeUnits"]) => {
            let units: Vec<Value> = administrative_units(&stub.company())
                .into_iter()
                .map(|(id, name)| json!({"id": id, "displayName": name, "description": null}))
                .collect();
            let context = context(stub, "directory/administrativeUnits");
            web::value(200, JSON, &json!({"@odata.context": context, "value": units}))
        }
        ("GET", ["directory", "administrativeUnits", id, "members"]) => unit_members(stub, ask, id),
        ("POST", ["directoryObjects", "getAvailableExtensionProperties"]) => web::value(
            200,
            JSON,
            &json!({"value": [{
                "id": "d6a8bfec-893d-46e4-88fd-7db5fcc0fa62",
                "deletedDateTime": null,
                "appDisplayName": "HR Attributes",
                "name": BADGE,
                "dataType": "String",
                "isMultiValued": false,
                "isSyncedFromOnPremises": false,
                "targetObjects": ["User"],
            }]}),
        ),
        _ => error(404, "ResourceNotFound", "Resource not found for the segment."),
    }
}

pub fn context(stub: &Stub, what: &str) -> String {
    format!("{}/graph/v1.0/$metadata#{what}", stub.options.base)
}

/// An absolute link to the path of the request with another query.
pub fn link(stub: &Stub, ask: &Ask, query: &str) -> String {
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{}{}{mark}{query}", stub.options.base, ask.path)
}

/// Offset and page size of a list.
fn window(stub: &Stub, query: &Query) -> Result<(usize, usize, bool), Box<Response>> {
    let (largest, default) = stub.options.sizes(LARGEST, 100);
    if let Some(token) = query.get("$skiptoken") {
        return match web::read_token::<2>("RFNwd", token) {
            Some([offset, size]) if size > 0 => Ok((offset, size.min(largest), false)),
            _ => Err(Box::new(error(400, "Directory_InvalidPageToken", "The page token is not valid."))),
        };
    }
    if query.get("$skip").is_some() {
        return Err(Box::new(error(
            400,
            "Request_UnsupportedQuery",
            "'$skip' is not supported by the service.",
        )));
    }
    match query.get("$top").map(str::parse::<usize>) {
        None => Ok((0, default, true)),
        // The limit of the stub shortens pages silently; the limit of the
        // provider is an error.
        Some(Ok(top)) if (1..=LARGEST.max(largest)).contains(&top) => Ok((0, top.min(largest), true)),
        Some(_) => Err(Box::new(error(
            400,
            "Request_UnsupportedQuery",
            "Invalid page size specified. Must be between 1 and 999 inclusive.",
        ))),
    }
}

fn users(stub: &Stub, ask: &Ask) -> Response {
    let (offset, size, beginning) = match window(stub, &ask.query) {
        Ok(window) => window,
        Err(response) => return *response,
    };
    let only_members = match ask.query.get("$filter").map(|filter| filter.replace(' ', "").to_lowercase()) {
        None => false,
        Some(filter) if filter == "usertypeeq'member'" => true,
        Some(_) => {
            return error(400, "Request_UnsupportedQuery", "Unsupported or invalid query filter clause.");
        }
    };
    let parts = Parts::new(&ask.query);
    stub.people(ask, &SHAPE, JSON, ask.key(), failure, |company, faults| {
        let list = if only_members { &company.members } else { &company.present };
        let rows = faults.rows(list, offset, size);
        let to = |offset: usize| {
            link(stub, ask, &ask.query.with("$skiptoken", &web::token("RFNwd", &[offset, size])))
        };
        let more = offset + size < list.len();
        let body = Json::object(|json| {
            json.field("@odata.context", &context(stub, "users"));
            json.some("@odata.nextLink", more.then(|| to(offset + size)));
            json.list("value", |json| {
                for row in &rows {
                    json.item(|json| person(json, company, company.person(*row), parts, false));
                }
            });
        });
        Page { body: Bytes::from(body), number: offset / size + 1, beginning, own: to(offset) }
    })
}

fn user(stub: &Stub, ask: &Ask, id: &str) -> Response {
    let company = stub.company();
    let found = company
        .by_graph_id(id)
        .or_else(|| company.people.iter().find(|person| user_principal_name(person) == id))
        .filter(|person| person.gone.is_none());
    match found {
        Some(found) => {
            let body = Json::object(|json| {
                json.field("@odata.context", &context(stub, "users/$entity"));
                person(json, &company, found, Parts::new(&ask.query), false);
            });
            web::answer(200, JSON, body)
        }
        None => failure(404),
    }
}

fn manager(stub: &Stub, id: &str) -> Response {
    let company = stub.company();
    match company.by_graph_id(id).and_then(|person| company.manager(person)) {
        Some(manager) => web::value(
            200,
            JSON,
            &json!({
                "@odata.context": context(stub, "directoryObjects/$entity"),
                "@odata.type": "#microsoft.graph.user",
                "id": manager.graph_id,
            }),
        ),
        None => failure(404),
    }
}

/// The name that somebody signs in with; a guest's shows where they come from.
fn user_principal_name(person: &Person) -> String {
    if person.guest() {
        format!("{}#EXT#@example.onmicrosoft.com", person.user_name.replace('@', "_"))
    } else {
        person.user_name.clone()
    }
}

/// Whether a guest has not yet accepted the invitation.
fn invited(person: &Person) -> bool {
    person.guest() && person.quirk.is_multiple_of(3)
}

pub fn person(json: &mut Json, company: &Company, person: &Person, parts: Parts, delta: bool) {
    json.field("id", &person.graph_id);
    if parts.has(Parts::ONLY_ID) {
        return;
    }
    // Some answers leave out what others send as null.
    let sparse = delta || person.quirk.is_multiple_of(3);
    let place = person.place();
    json.field("userPrincipalName", &user_principal_name(person));
    json.maybe(sparse, "mail", person.email());
    if parts.has(Parts::SELECTED) {
        json.list("otherMails", |_| {});
        json.list("proxyAddresses", |json| {
            let mut address = |kind: &str, address: &str| {
                json.raw(Value::from(format!("{kind}:{address}")).to_string().as_bytes());
            };
            if person.has_email {
                address("SMTP", &person.user_name);
            }
            for old in &person.old_addresses {
                address("smtp", old);
            }
        });
    }
    json.field("displayName", &person.display());
    json.maybe(sparse, "givenName", person.given());
    json.field("surname", person.family());
    json.maybe(sparse, "jobTitle", person.title.as_ref());
    json.field("officeLocation", place.name);
    json.list("businessPhones", |json| {
        json.raw(Value::from(person.work_phone()).to_string().as_bytes());
    });
    json.maybe(sparse, "mobilePhone", person.mobile_phone());
    let language = (!person.quirk.is_multiple_of(5)).then_some(place.language);
    json.maybe(sparse, "preferredLanguage", language);
    if parts.has(Parts::SELECTED) {
        json.maybe(sparse, "department", person.department_name());
        json.field("companyName", person.company_name());
        json.field("employeeId", &person.number);
        json.field("employeeType", person.kind_word());
        let time = if person.quirk.is_multiple_of(5) { "T08:00:00.0000000Z" } else { "T00:00:00Z" };
        json.field("employeeHireDate", &format!("{}{time}", person.start));
        match person.cost_center() {
            Some(cost_center) => json.nested("employeeOrgData", |json| {
                json.field("costCenter", &cost_center);
                json.field("division", &None::<&str>);
            }),
            None => json.maybe(sparse, "employeeOrgData", None::<&str>),
        }
        let enabled = !matches!(person.standing, Standing::Terminated | Standing::Inactive);
        json.field("accountEnabled", &enabled);
        json.field("userType", if person.guest() { "Guest" } else { "Member" });
        let invitation =
            person.guest().then(|| if invited(person) { "PendingAcceptance" } else { "Accepted" });
        json.maybe(sparse, "externalUserState", invitation);
        json.field("createdDateTime", &clock::utc(person.created));
        json.field("streetAddress", place.street);
        json.field("city", place.name);
        json.field("state", place.region);
        json.field("postalCode", place.postal_code);
        json.field("country", place.country);
        json.field("usageLocation", place.country_code);
        json.nested("onPremisesExtensionAttributes", |json| {
            json.field("extensionAttribute1", &format!("E{}", person.quirk % 20));
            for number in 2..=15 {
                json.field(&format!("extensionAttribute{number}"), &None::<&str>);
            }
        });
        json.maybe(sparse, "onPremisesSamAccountName", None::<&str>);
        json.maybe(sparse, "onPremisesSyncEnabled", None::<bool>);
    }
    if parts.has(Parts::LEAVE_DATE) {
        json.maybe(
            sparse,
            "employeeLeaveDateTime",
            person.end.as_ref().map(|end| format!("{end}T00:00:00Z")),
        );
    }
    if parts.has(Parts::BADGE) {
        json.some(BADGE, person.badge.as_ref());
    }
    if !parts.has(Parts::MANAGER) {
        return;
    }
    let reference = |json: &mut Json, id: &str| {
        json.field("@odata.type", "#microsoft.graph.user");
        json.field("id", id);
    };
    let manager = company.manager(person);
    if !delta {
        if let Some(manager) = manager {
            json.nested("manager", |json| reference(json, &manager.graph_id));
        }
        return;
    }
    let former = person.former_manager.filter(|former| person.manager != Some(*former));
    if manager.is_some() || former.is_some() {
        json.list("manager@delta", |json| {
            if let Some(former) = former {
                json.item(|json| {
                    reference(json, &company.person(former).graph_id);
                    json.nested("@removed", |json| json.field("reason", "deleted"));
                });
            }
            if let Some(manager) = manager {
                json.item(|json| reference(json, &manager.graph_id));
            }
        });
    }
}

/// Groups of teams are teams at Microsoft, too.
fn is_team(group: &Group) -> bool {
    group.name.starts_with("Team ")
}

pub fn group_fields(json: &mut Json, group: &Group) {
    let team = is_team(group);
    json.field("id", &group.graph_id);
    json.field("displayName", &group.name);
    json.field("description", &team.then_some("Team channel"));
    json.field("mail", &team.then(|| format!("{}@example.com", group.alias)));
    json.field("mailNickname", &group.alias);
    json.field("groupTypes", if team { &["Unified"][..] } else { &[] });
    json.field("securityEnabled", &!team);
    json.field("mailEnabled", &team);
    json.field("resourceProvisioningOptions", if team { &["Team"][..] } else { &[] });
    json.field("membershipRule", &None::<&str>);
    json.field("onPremisesSyncEnabled", &None::<bool>);
    json.field("createdDateTime", "2018-01-08T09:00:00Z");
}

fn groups(stub: &Stub, ask: &Ask) -> Response {
    let (offset, size, _) = match window(stub, &ask.query) {
        Ok(window) => window,
        Err(response) => return *response,
    };
    let matches: Box<dyn Fn(&Group) -> bool> = match ask.query.get("$filter") {
        None => Box::new(|_| true),
        Some(filter) => {
            let compact = filter.trim().to_owned();
            let quoted = compact.split('\'').nth(1).unwrap_or_default().to_owned();
            if compact.starts_with("startswith(displayName,") {
                let start = quoted.to_lowercase();
                Box::new(move |group| group.name.to_lowercase().starts_with(&start))
            } else if compact.starts_with("displayName eq ") {
                Box::new(move |group| group.name == quoted)
            } else {
                return error(400, "Request_UnsupportedQuery", "Unsupported or invalid query filter clause.");
            }
        }
    };
    stub.list(JSON, ask.key(), |company| {
        let found: Vec<&Group> = company.groups.iter().filter(|group| matches(group)).collect();
        let next = offset + size;
        let to = || link(stub, ask, &ask.query.with("$skiptoken", &web::token("RFNwd", &[next, size])));
        Json::object(|json| {
            json.field("@odata.context", &context(stub, "groups"));
            json.some("@odata.nextLink", (next < found.len()).then(to));
            json.list("value", |json| {
                for group in found.iter().skip(offset).take(size) {
                    json.item(|json| group_fields(json, group));
                }
            });
        })
    })
}

fn find_group(company: &Company, id: &str) -> Option<usize> {
    company.groups.iter().position(|group| group.graph_id == id)
}

fn group(stub: &Stub, id: &str) -> Response {
    let company = stub.company();
    match find_group(&company, id) {
        Some(number) => {
            web::answer(200, JSON, Json::object(|json| group_fields(json, &company.groups[number])))
        }
        None => failure(404),
    }
}

fn members(stub: &Stub, ask: &Ask, id: &str, transitive: bool, cast: &[&str]) -> Response {
    let (offset, size, beginning) = match window(stub, &ask.query) {
        Ok(window) => window,
        Err(response) => return *response,
    };
    let only = match cast {
        [] => None,
        [kind @ ("microsoft.graph.user" | "microsoft.graph.group")] => Some(*kind),
        _ => return failure(400),
    };
    let eventual = ask.header("consistencylevel").is_some_and(|level| level.eq_ignore_ascii_case("eventual"));
    if only.is_some() && !(eventual && ask.query.flag("$count")) {
        return error(400, "Request_UnsupportedQuery", "The cast needs ConsistencyLevel and $count.");
    }
    let Some(number) = find_group(&stub.company(), id) else { return failure(404) };
    stub.list(JSON, ask.key(), |company| {
        let (mut groups, mut people) = if transitive {
            (company.below(number)[1..].to_vec(), company.people_below(number))
        } else {
            (company.groups[number].groups.clone(), company.groups[number].people.clone())
        };
        match only {
            Some("microsoft.graph.user") => groups.clear(),
            Some(_) => people.clear(),
            None => {}
        }
        let total = groups.len() + people.len();
        let ids = groups
            .iter()
            .map(|group| ("group", &company.groups[*group].graph_id))
            .chain(people.iter().map(|row| ("user", &company.person(*row).graph_id)));
        objects(stub, ask, ids, total, (offset, size, beginning), only.is_none())
    })
}

/// A page of references to objects.
fn objects<'a>(
    stub: &Stub,
    ask: &Ask,
    ids: impl Iterator<Item = (&'a str, &'a String)>,
    total: usize,
    (offset, size, beginning): (usize, usize, bool),
    typed: bool,
) -> Vec<u8> {
    let next = offset + size;
    let to = || link(stub, ask, &ask.query.with("$skiptoken", &web::token("RFNwd", &[next, size])));
    Json::object(|json| {
        json.field("@odata.context", &context(stub, "directoryObjects(id)"));
        json.some("@odata.count", (beginning && ask.query.flag("$count")).then_some(total));
        json.some("@odata.nextLink", (next < total).then(to));
        json.list("value", |json| {
            for (kind, id) in ids.skip(offset).take(size) {
                json.item(|json| {
                    if typed {
                        json.field("@odata.type", &format!("#microsoft.graph.{kind}"));
                    }
                    json.field("id", id);
                });
            }
        });
    })
}

fn deleted(stub: &Stub, ask: &Ask) -> Response {
    let (offset, size, _) = match window(stub, &ask.query) {
        Ok(window) => window,
        Err(response) => return *response,
    };
    stub.list(JSON, ask.key(), |company| {
        let gone: Vec<&Person> = company.people.iter().filter(|person| person.gone.is_some()).collect();
        let next = offset + size;
        let to = || link(stub, ask, &ask.query.with("$skiptoken", &web::token("RFNwd", &[next, size])));
        Json::object(|json| {
            json.field("@odata.context", &context(stub, "users"));
            json.some("@odata.nextLink", (next < gone.len()).then(to));
            json.list("value", |json| {
                for person in gone.iter().skip(offset).take(size) {
                    json.item(|json| {
                        // The directory frees the name by putting the id before it.
                        let id = person.graph_id.replace('-', "");
                        json.field("id", &person.graph_id);
                        json.field("userPrincipalName", &format!("{id}{}", user_principal_name(person)));
                        json.field("displayName", &person.display());
                        json.field("deletedDateTime", &clock::utc(person.changed));
                    });
                }
            });
        })
    })
}

/// One administrative unit per company, with its members.
fn administrative_units(company: &Company) -> Vec<(String, &'static str)> {
    let name = |(number, name): (usize, &&'static str)| (guid(company.seed, "unit", number as u64), *name);
    crate::people::COMPANIES.iter().enumerate().map(name).collect()
}

fn unit_members(stub: &Stub, ask: &Ask, id: &str) -> Response {
    let window = match window(stub, &ask.query) {
        Ok(window) => window,
        Err(response) => return *response,
    };
    let units = administrative_units(&stub.company());
    let Some(unit) = units.iter().position(|(known, _)| known == id) else { return failure(404) };
    stub.list(JSON, ask.key(), |company| {
        let people: Vec<&Person> = company
            .present
            .iter()
            .map(|row| company.person(*row))
            .filter(|person| person.company() == unit)
            .collect();
        let ids = people.iter().map(|person| ("user", &person.graph_id));
        objects(stub, ask, ids, people.len(), window, true)
    })
}

/// What Graph knows of people: a leave date for who asks for it, and no leave.
fn people(company: &Company) -> Vec<Value> {
    let one = |row: &u32| {
        let person = company.person(*row);
        let mut told = truth::person(company, person, |person| person.graph_id.clone());
        told["user_name"] = user_principal_name(person).into();
        told["team"] = Value::Null;
        told["custom"] = json!({BADGE: person.badge});
        let standing = match truth::directory_standing(person.standing) {
            Standing::Active if invited(person) => Standing::Pending,
            standing => standing,
        };
        told["status"] = standing.word().into();
        told
    };
    company.present.iter().map(one).collect()
}

const DIRECTORY: Directory = Directory {
    group_id: |group| group.graph_id.clone(),
    kind: |group| if is_team(group) { "team" } else { "security-group" },
    person_id: |person| person.graph_id.clone(),
};

fn truth_of_groups(company: &Company) -> Vec<Value> {
    let units = administrative_units(company).into_iter();
    let units = units.map(|(id, name)| truth::group(id, name, "org-unit", Vec::new()));
    DIRECTORY.groups(company).into_iter().chain(units).collect()
}

fn truth_of_memberships(company: &Company) -> Vec<Value> {
    let units = administrative_units(company);
    let one = |row: &u32| {
        let person = company.person(*row);
        truth::membership("org-unit", units[person.company()].0.clone(), "worker", person.graph_id.clone())
    };
    DIRECTORY.memberships(company).into_iter().chain(company.present.iter().map(one)).collect()
}
