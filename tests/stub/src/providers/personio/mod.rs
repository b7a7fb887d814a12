//! Personio, in both generations of its interface.

pub mod v1;
pub mod v2;

use serde_json::{Value, json};

use crate::interface::Truth;
use crate::people::{Company, Person};
use crate::truth::{self, Units};

const BADGE: &str = "dynamic_24410";

/// The numbers of the parts of the company.
fn department_id(department: usize) -> u64 {
    281_521 + 13 * department as u64
}

fn team_id(team: usize) -> u64 {
    59_026 + 7 * team as u64
}

fn office_id(location: usize) -> u64 {
    131_014 + 3 * location as u64
}

fn subcompany_id(company: usize) -> u64 {
    7_033 + 11 * company as u64
}

fn cost_center_id(department: usize) -> u64 {
    82_957 + 5 * department as u64
}

const TRUTH: Truth =
    Truth { people, groups: |_| UNITS.groups(), memberships: |company| UNITS.memberships(company.staff()) };

const UNITS: Units = Units {
    person_id,
    department: Some(|at| department_id(at).to_string()),
    cost_center: Some(|at| cost_center_id(at).to_string()),
    team: Some(|at| team_id(at).to_string()),
    nested: true,
    location: Some(|at| office_id(at).to_string()),
    company: Some(|at| subcompany_id(at).to_string()),
};

fn person_id(person: &Person) -> String {
    person.personio_id.to_string()
}

fn people(company: &Company) -> Vec<Value> {
    let one = |row: &u32| {
        let person = company.person(*row);
        let mut told = truth::person(company, person, person_id);
        told["custom"] = json!({"dynamic_24408": person.number, BADGE: person.badge});
        told
    };
    company.employed.iter().map(one).collect()
}
