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
use crate::server::Stub;
use crate::tokens;
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

/// The token endpoint, for refresh tokens.
fn token(stub: &Stub, ask: &Ask) -> Response {
    if ask.method != Method::POST || ask.path != format!("/workday/ccx/oauth2/{TENANT}/token") {
        return web::value(404, JSON, &json!({"error": "invalid_request"}));
    }
    tokens::refreshed(stub, ask, OWNER, ask.basic())
}
