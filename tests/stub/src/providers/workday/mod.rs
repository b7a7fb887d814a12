//! Workday: its web services (SOAP), and a report (RaaS).

mod person;
pub mod report;
mod request;
pub mod soap;
#[cfg(test)]
mod tests;

use axum::http::Method;
use axum::response::Response;
use serde_json::{Value, json};

use crate::interface::Truth;
use crate::people::{Company, Person};
use crate::server::{Stub, hold};
use crate::tokens::Grant;
use crate::truth::{self, Units};
use crate::web::{self, Ask, JSON};

/// The tenant that there is, and its user.
const TENANT: &str = "acme";
const USER: &str = "ISU_Directory";
/// Of tokens, whichever of the two interfaces they are for.
const OWNER: &str = "workday";

/// What an organization is known by, by its kind and its place in the company.
fn organization(kind: u64, at: usize) -> String {
    format!("aa{:030x}", kind << 16 | at as u64)
}

fn department(at: usize) -> String {
    organization(1, at)
}

fn cost_center(at: usize) -> String {
    organization(2, at)
}

fn team(at: usize) -> String {
    organization(3, at)
}

fn company_id(at: usize) -> String {
    organization(4, at)
}

fn wid(person: &Person) -> String {
    person.graph_id.replace('-', "")
}

const TRUTH: Truth =
    Truth { people, groups: |_| UNITS.groups(), memberships: |company| UNITS.memberships(company.staff()) };

const UNITS: Units = Units {
    person_id: wid,
    department: Some(department),
    cost_center: Some(cost_center),
    team: Some(team),
    nested: true,
    location: None,
    company: Some(company_id),
};

fn people(company: &Company) -> Vec<Value> {
    let one = |row: &u32| {
        let person = company.person(*row);
        let mut told = truth::person(company, person, wid);
        told["custom"] = json!({"Badge": person.badge});
        told
    };
    company.employed.iter().map(one).collect()
}

/// The token endpoint. A refresh token may be used once: with each use it
/// changes, as a tenant may be set up.
fn token(stub: &Stub, ask: &Ask) -> Response {
    let error = |status, error: &str| web::value(status, JSON, &json!({"error": error}));
    let secret = &stub.options.client_secret;
    let (form, given) = (ask.form(), ask.basic());
    if ask.method != Method::POST || ask.path != format!("/workday/ccx/oauth2/{TENANT}/token") {
        return error(404, "invalid_request");
    }
    if !given.is_some_and(|(id, given)| !id.is_empty() && given == *secret) {
        return error(401, "invalid_client");
    }
    if form.get("grant_type") != Some("refresh_token") {
        return error(400, "unsupported_grant_type");
    }
    let used = form.get("refresh_token").unwrap_or_default();
    let mut tokens = hold(&stub.tokens);
    let Some(refresh) = tokens.rotate(&format!("first-{secret}"), used) else {
        return error(400, "invalid_grant");
    };
    let lifetime = stub.options.token_lifetime.unwrap_or(3600);
    let token = tokens.issue(OWNER, "workday-", lifetime, Grant::Full);
    let answer = json!({"access_token": token, "token_type": "Bearer", "refresh_token": refresh});
    web::value(200, JSON, &answer)
}
