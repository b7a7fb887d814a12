//! HRworks: people in pages of fifty whose links are in a header, with the
//! customer's own fields among the provider's.

use axum::http::Method;
use axum::response::Response;
use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::faults::{Next, Page, Shape};
use crate::interface::{Interface, Truth, bearer};
use crate::people::{Company, DEPARTMENTS, Kind, LOCATIONS, Person, Standing, cost_center, guid};
use crate::server::{Stub, hold};
use crate::tokens::Grant;
use crate::truth::{self, Units};
use crate::web::{self, Ask, JSON};

const SHAPE: Shape = Shape {
    list: "/persons",
    absent: false,
    // In a header, and no part of the page.
    next: Next::Position,
    totals: &[],
    id: "/uuid",
    title: "/position",
};

/// What the ids are made from; they are the same for every company.
const SEED: u64 = 7;

/// Seconds that a token holds.
const LIFETIME: i64 = 900;

pub const INTERFACE: Interface = Interface {
    name: "hrworks",
    data: "/hrworks",
    tokens: "/hrworks/v2/authentication",
    token,
    admit: bearer,
    answer,
    failure,
    quota: None,
    truth: Truth {
        people,
        groups: |_| {
            let mut all = UNITS.groups();
            rename(&mut all, "kind");
            all
        },
        memberships: |company| {
            let people = company.staff();
            let mut all = UNITS.memberships(people);
            rename(&mut all, "group_kind");
            all
        },
    },
};

const UNITS: Units = Units {
    person_id,
    department: Some(unit_id),
    cost_center: Some(cost_center),
    team: None,
    nested: false,
    location: Some(site_id),
    company: None,
};

/// Departments are units of the organization here.
fn rename(all: &mut [Value], key: &str) {
    for one in all.iter_mut().filter(|one| one[key] == "department") {
        one[key] = json!("org-unit");
    }
}

fn person_id(person: &Person) -> String {
    guid(SEED, "hrworks", u64::from(person.index))
}

fn unit_id(at: usize) -> String {
    guid(SEED, "hrworks-unit", at as u64)
}

fn site_id(at: usize) -> String {
    (1 + at).to_string()
}

fn people(company: &Company) -> Vec<Value> {
    let one = |row: &u32| {
        let person = company.person(*row);
        let mut told = truth::person(company, person, person_id);
        told["user_name"] = json!(login(person));
        told["display"] = match person.given() {
            Some(given) => json!(format!("{given} {}", person.family())),
            None => json!(person.family()),
        };
        for absent in ["team", "company"] {
            told[absent] = Value::Null;
        }
        told["kind"] = json!(employment_type(person));
        told["status"] = match person.standing {
            Standing::Inactive => json!("terminated"),
            // Nobody tells of a leave.
            Standing::OnLeave => json!("active"),
            standing => json!(standing.word()),
        };
        told["custom"] = json!({"Ausweis": person.badge});
        told
    };
    company.employed.iter().map(one).collect()
}

fn login(person: &Person) -> String {
    format!("{}-{}", person.family().to_uppercase(), person.number)
}

fn employment_type(person: &Person) -> &'static str {
    match person.kind {
        Kind::Employee if person.quirk % 9 == 4 => "studentTrainee",
        Kind::Employee => "regularEmployee",
        Kind::Contractor | Kind::Guest => "externalWorker",
    }
}

fn error(status: u16, kind: &str, message: &str) -> Response {
    let body = json!({"errorCode": status, "type": kind, "errorMessage": message, "additionalErrors": []});
    web::value(status, JSON, &body)
}

fn failure(status: u16) -> Response {
    let (kind, message) = match status {
        400 => ("InvalidParameterError", "A parameter is not valid"),
        401 => ("InvalidBearerTokenError", "The token is not valid"),
        403 => ("PermissionDeniedError", "The key lacks the right for this call"),
        404 => ("InvalidEndpointError", "There is no such endpoint"),
        429 => ("TooManyRequestsError", "Too many requests"),
        _ => ("InternalServerError", "Something went wrong"),
    };
    error(status, kind, message)
}

fn token(stub: &Stub, ask: &Ask) -> Response {
    let body = serde_json::from_slice::<Value>(&ask.body).unwrap_or_default();
    let text = |key: &str| body[key].as_str().unwrap_or_default();
    if ask.method != Method::POST {
        return failure(404);
    }
    if text("accessKey").is_empty() || text("secretAccessKey") != stub.options.client_secret {
        return error(403, "InvalidCredentialsError", "Access key or secret not accepted");
    }
    let lifetime = stub.options.token_lifetime.unwrap_or(LIFETIME);
    let claims = json!({"exp": crate::clock::wall() + lifetime});
    let token = hold(&stub.tokens).issue_jwt(INTERFACE.name, &claims, lifetime, Grant::Full);
    web::value(200, JSON, &json!({"token": token}))
}

fn answer(stub: &Stub, ask: &Ask) -> Response {
    if ask.method != Method::GET {
        return failure(404);
    }
    // These lists have no pages.
    let whole = |key: &str, all: Vec<Value>| match ask.query.get("page") {
        None => web::value(200, JSON, &json!({key: all})),
        Some(_) => failure(400),
    };
    match ask.path.strip_prefix("/hrworks").unwrap_or_default() {
        "/v2/persons/master-data" => master_data(stub, ask),
        "/v2/persons" => web::value(200, JSON, &base_data(&stub.company())),
        "/v2/persons/onboarding" => web::value(200, JSON, &onboarding(&stub.company())),
        one if one.ends_with("/master-data") && ask.query.get("personIdentifierType") == Some("uuid") => {
            one_person(&stub.company(), one)
        }
        "/v2/organization-units" => whole("organizationUnits", (0..DEPARTMENTS.len()).map(unit).collect()),
        "/v2/permanent-establishments" => {
            whole("permanentEstablishments", (0..LOCATIONS.len()).map(|at| site(at, true)).collect())
        }
        "/v2/cost-objects/cost-centers" if ask.query.get("page") == Some("1") => {
            let all: Vec<Value> = (0..DEPARTMENTS.len()).map(center).collect();
            web::value(200, JSON, &json!({"costCenters": all}))
        }
        _ => failure(404),
    }
}

fn master_data(stub: &Stub, ask: &Ask) -> Response {
    let (size, _) = stub.options.sizes(50, 50);
    let size = size.min(50);
    let page = match ask.query.get("page").map_or(Ok(1), str::parse::<usize>) {
        Ok(page) if page > 0 => page,
        _ => return failure(400),
    };
    let only_active = ask.query.get("onlyActive") != Some("false");
    let mut pages = 1;
    let list: Vec<u32> = {
        let company = stub.company();
        let is_listed = |row: &u32| !only_active || !gone(company.person(*row));
        let list: Vec<u32> = company.employed.iter().copied().filter(is_listed).collect();
        pages = pages.max(list.len().div_ceil(size));
        list
    };
    let response = stub.people(ask, &SHAPE, JSON, ask.key(), failure, |company, faults| {
        let rows = faults.rows_at(&list, (page - 1) * size, size);
        let people: Vec<Value> = rows.iter().map(|row| person(company, company.person(*row))).collect();
        let body = Bytes::from(json!({"persons": people}).to_string());
        Page { body, number: page, beginning: page == 1, own: String::new() }
    });
    // A fault may have put another link there, and one page needs none.
    if response.status() != 200 || response.headers().contains_key("link") || pages == 1 {
        return response;
    }
    let link = |to: usize, relation: &str| {
        let query = ask.query.with("page", &to.to_string());
        format!("<https://api.hrworks.de/v2/persons/master-data?{query}>; rel=\"{relation}\"")
    };
    let next = (page < pages).then(|| link(page + 1, "next"));
    let links: Vec<String> = next.into_iter().chain([link(pages, "last")]).collect();
    web::with_header(response, "link", &links.join(", "))
}

fn gone(person: &Person) -> bool {
    matches!(person.standing, Standing::Terminated | Standing::Inactive)
}

fn unit(at: usize) -> Value {
    json!({"number": (10 + at).to_string(), "name": DEPARTMENTS[at].0, "countryCode": "DEU", "uuid": unit_id(at)})
}

fn center(at: usize) -> Value {
    json!({"number": cost_center(at), "name": cost_center(at)})
}

/// On a person a site is often no more than its name.
fn site(at: usize, whole: bool) -> Value {
    let place = &LOCATIONS[at];
    let mut site = json!({"id": site_id(at), "name": place.name});
    if whole {
        let (street, number) = place.street.rsplit_once(' ').unwrap_or((place.street, ""));
        site["number"] = json!("12345678");
        site["address"] = json!({"street": street, "streetNumber": number, "zipCode": place.postal_code,
            "city": place.name, "state": format!("{}-{}", place.country_code, place.region),
            "country": place.country, "internationalCountryCode": alpha_3(place.country_code)});
    }
    site
}

fn alpha_3(two: &str) -> &'static str {
    match two {
        "DE" => "DEU",
        "BE" => "BEL",
        "FR" => "FRA",
        "KR" => "KOR",
        "IN" => "IND",
        _ => "ISR",
    }
}

/// What is missing has no value: nothing is null.
fn person(company: &Company, person: &Person) -> Value {
    let mut row = Map::new();
    let mut put = |key: &str, value: Value| {
        if !value.is_null() {
            row.insert(key.to_owned(), value);
        }
    };
    put("uuid", json!(person_id(person)));
    put("personId", json!(login(person)));
    put("personLicenseNumber", json!((1 + person.index).to_string()));
    put("personnelNumber", json!(person.number));
    put("firstName", json!(person.given()));
    put("lastName", json!(person.family()));
    put("salutation", json!("Frau"));
    put("title", json!((person.quirk % 20 == 7).then_some("Dr.")));
    put("position", json!(person.title));
    put("email", json!(person.email()));
    put(
        "privateEmail",
        json!(person.quirk.is_multiple_of(9).then(|| format!("p{}@example.net", person.index))),
    );
    put("officePhoneNumber", json!(person.work_phone()));
    put("companyMobilePhoneNumber", json!(person.mobile_phone()));
    put("isActive", json!(!gone(person)));
    put("joinDate", json!(person.start));
    put("leaveDate", json!(person.end));
    put("employmentType", json!(employment_type(person)));
    put("birthday", json!("1980-02-29"));
    put("socialSecurityNumber", json!(format!("15070649C{:03}", person.index % 1_000)));
    put("languageCode", json!(person.place().language.split('-').next()));
    put("countryCode", json!(alpha_3(person.place().country_code)));
    if let Some(at) = person.department {
        put("organizationUnit", unit(at));
        put("organizationUnitUuid", json!(unit_id(at)));
        put("costCenter", center(at));
    }
    put("permanentEstablishment", site(person.location, person.quirk.is_multiple_of(3)));
    put("superior", json!(company.manager(person).map(|manager| superior(person, manager))));
    put("Ausweis", json!(person.badge));
    put("Kost 1", json!(person.quirk.is_multiple_of(5).then_some(38.5)));
    row.into()
}

/// Old records name the superior by the number alone.
fn superior(person: &Person, manager: &Person) -> Value {
    let mut superior = json!({"personId": login(manager), "personnelNumber": manager.number,
        "firstName": manager.given(), "lastName": manager.family()});
    if person.quirk % 6 != 1 {
        superior["uuid"] = json!(person_id(manager));
    }
    superior
}

/// Everybody by the number of their unit.
fn base_data(company: &Company) -> Value {
    let mut units: Map<String, Value> = Map::new();
    for person in company.staff() {
        let number = person.department.map_or_else(|| "0".to_owned(), |at| (10 + at).to_string());
        let row = json!({"personId": login(person), "personnelNumber": person.number,
            "firstName": person.given(), "lastName": person.family(), "uuid": person_id(person)});
        if let Some(list) = units.entry(number).or_insert_with(|| json!([])).as_array_mut() {
            list.push(row);
        }
    }
    units.into()
}

/// The person with the uuid in `/v2/persons/{uuid}/master-data`.
fn one_person(company: &Company, path: &str) -> Response {
    let id = path.trim_start_matches("/v2/persons/").trim_end_matches("/master-data");
    let mut people = company.staff();
    match people.find(|person| person_id(person) == id) {
        Some(found) => web::value(200, JSON, &person(company, found)),
        None => failure(404),
    }
}

/// Documents of people who are to come: of those who are persons already, of
/// one who is none, and of one who is done with it.
fn onboarding(company: &Company) -> Value {
    let document = |id: usize, first: Option<&str>, last: &str, start: &Value, status: &str| {
        json!({"id": id.to_string(), "firstName": first, "lastName": last, "joinDate": start,
            "statusIdentifier": status, "status": "Aktiviert", "privateEmail": format!("o{id}@example.net"),
            "organizationUnit": unit(1), "organizationUnitUuid": unit_id(1)})
    };
    let people = company.staff();
    let coming = people.filter(|person| person.standing == Standing::Pending).enumerate();
    let coming =
        coming.map(|(at, one)| document(100 + at, one.given(), one.family(), &json!(one.start), "activated"));
    let others = [
        document(77, Some("Noah"), "Lang", &json!("2030-03-01"), "activated"),
        document(78, Some("Nora"), "Kurz", &json!("2030-03-01"), "transferred"),
    ];
    json!({"onboardingDocuments": others.into_iter().chain(coming).collect::<Vec<_>>()})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{compare, read, send, stub, truth};

    async fn sign_in(stub: &Stub, secret: &str) -> (u16, Value) {
        let body = json!({"accessKey": "AbCd1234", "secretAccessKey": secret}).to_string();
        read(send(stub, "POST", "/hrworks/v2/authentication", &[], &body).await).await
    }

    #[tokio::test]
    async fn pages_of_hrworks_together_are_the_truth() {
        let stub = stub(500, false, None, &[]);
        let bearer =
            format!("Bearer {}", sign_in(&stub, "stub-secret").await.1["token"].as_str().unwrap_or_default());
        let mut people = Vec::new();
        for number in 1.. {
            let url = format!("/hrworks/v2/persons/master-data?onlyActive=false&page={number}");
            let response = send(&stub, "GET", &url, &[("authorization", &bearer)], "").await;
            let links = response.headers().get("link").and_then(|link| link.to_str().ok()).map(str::to_owned);
            let (status, page) = read(response).await;
            assert_eq!(status, 200, "{page}");
            people.extend(page["persons"].as_array().cloned().unwrap_or_default());
            if !links.is_some_and(|links| links.contains("rel=\"next\"")) {
                break;
            }
        }
        let facts =
            [("/uuid", "id"), ("/email", "email"), ("/personId", "user_name"), ("/leaveDate", "end_date")];
        compare(&people, &truth(&stub, "hrworks").await, &facts);
    }

    #[tokio::test]
    async fn hrworks_refuses_a_wrong_key_by_its_type() {
        let stub = stub(20, false, None, &[]);
        let (status, body) = sign_in(&stub, "another-secret").await;
        assert_eq!((status, &body["type"]), (403, &json!("InvalidCredentialsError")));
    }
}
