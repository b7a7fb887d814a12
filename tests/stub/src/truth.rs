//! Plain facts, as far as they are the same whichever provider tells them. What
//! a provider tells otherwise, its own file puts right.

use serde_json::{Value, json};

use crate::clock;
use crate::people::{
    COMPANIES, Company, DEPARTMENTS, Group, LOCATIONS, Person, Standing, TEAMS, cost_center,
};

/// A person as a personnel system knows them, under the ids of the provider.
pub fn person(company: &Company, person: &Person, id: fn(&Person) -> String) -> Value {
    json!({
        "index": person.index,
        "id": id(person),
        "user_name": person.email(),
        "email": person.email(),
        "given": person.given(),
        "family": person.family(),
        "display": person.display(),
        "department": person.department_name(),
        "team": person.team_name(),
        "location": person.place().name,
        "company": person.company_name(),
        "cost_center": person.cost_center(),
        "manager_id": company.manager(person).map(id),
        "status": person.standing.word(),
        "company_status": person.standing.word(),
        "guest": person.guest(),
        "kind": person.kind_word(),
        "title": person.title,
        "start_date": person.start,
        "end_date": person.end,
        "employee_number": person.number,
        "custom": {},
        "updated_at": clock::utc(person.changed),
    })
}

/// The standing that a directory tells, which knows of no leave and no end.
pub fn directory_standing(standing: Standing) -> Standing {
    match standing {
        Standing::Terminated | Standing::Inactive => Standing::Inactive,
        Standing::Pending => Standing::Pending,
        Standing::Active | Standing::OnLeave => Standing::Active,
    }
}

pub fn group(id: String, name: &str, kind: &str, parents: Vec<String>) -> Value {
    json!({"id": id, "name": name, "kind": kind, "parent_ids": parents})
}

pub fn membership(kind: &str, group: String, member: &str, id: String) -> Value {
    json!({"group_id": group, "group_kind": kind, "member": member, "member_id": id})
}

/// The groups of a directory, which may be within one another.
pub struct Directory {
    pub group_id: fn(&Group) -> String,
    pub kind: fn(&Group) -> &'static str,
    pub person_id: fn(&Person) -> String,
}

impl Directory {
    pub fn groups(&self, company: &Company) -> Vec<Value> {
        let one = |(number, of): (usize, &Group)| {
            let parents = company.groups.iter().filter(|parent| parent.groups.contains(&number));
            group((self.group_id)(of), &of.name, (self.kind)(of), parents.map(self.group_id).collect())
        };
        company.groups.iter().enumerate().map(one).collect()
    }

    pub fn memberships(&self, company: &Company) -> Vec<Value> {
        let mut all = Vec::new();
        for of in &company.groups {
            let (kind, id) = ((self.kind)(of), (self.group_id)(of));
            for child in &of.groups {
                all.push(membership(kind, id.clone(), "group", (self.group_id)(&company.groups[*child])));
            }
            for row in &of.people {
                all.push(membership(kind, id.clone(), "worker", (self.person_id)(company.person(*row))));
            }
        }
        all
    }
}

/// The units of a personnel system by their place in the company's lists. A
/// kind that the provider does not have is left out.
#[derive(Clone, Copy)]
pub struct Units {
    pub person_id: fn(&Person) -> String,
    pub department: Option<fn(usize) -> String>,
    pub cost_center: Option<fn(usize) -> String>,
    pub team: Option<fn(usize) -> String>,
    /// Whether a team names its department as the one above it.
    pub nested: bool,
    pub location: Option<fn(usize) -> String>,
    pub company: Option<fn(usize) -> String>,
}

impl Units {
    pub fn groups(&self) -> Vec<Value> {
        let mut all = Vec::new();
        for (at, (name, _)) in DEPARTMENTS.iter().enumerate() {
            all.extend(self.department.map(|id| group(id(at), name, "department", Vec::new())));
            all.extend(self.cost_center.map(|id| group(id(at), &cost_center(at), "cost-center", Vec::new())));
        }
        for (at, (name, of)) in TEAMS.iter().enumerate() {
            let parent = self.department.filter(|_| self.nested).map(|id| id(*of));
            all.extend(self.team.map(|id| group(id(at), name, "team", parent.into_iter().collect())));
        }
        for (at, place) in LOCATIONS.iter().enumerate() {
            all.extend(self.location.map(|id| group(id(at), place.name, "location", Vec::new())));
        }
        for (at, name) in COMPANIES.iter().enumerate() {
            all.extend(self.company.map(|id| group(id(at), name, "legal-entity", Vec::new())));
        }
        all
    }

    pub fn memberships<'a>(&self, people: impl Iterator<Item = &'a Person>) -> Vec<Value> {
        let mut all = Vec::new();
        for person in people {
            let mut add = |kind: &str, id: Option<fn(usize) -> String>, at: Option<usize>| {
                let group = id.zip(at).map(|(id, at)| id(at));
                all.extend(group.map(|group| membership(kind, group, "worker", (self.person_id)(person))));
            };
            add("department", self.department, person.department);
            add("cost-center", self.cost_center, person.department);
            add("team", self.team, person.team);
            add("location", self.location, Some(person.location));
            add("legal-entity", self.company, Some(person.company()));
        }
        all
    }
}
