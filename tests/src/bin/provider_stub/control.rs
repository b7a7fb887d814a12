//! What a test does to the stub and learns from it: changes, faults, counts
//! and the plain facts that every reader should arrive at.

use std::sync::atomic::Ordering;

use axum::response::Response;
use serde_json::{Value, json};

use crate::changes::Batch;
use crate::clock;
use crate::faults::Fault;
use crate::people::{COMPANIES, Company, DEPARTMENTS, LOCATIONS, Person, Standing, TEAMS, cost_center};
use crate::server::Stub;
use crate::web::{self, Ask, JSON};
use crate::{google, graph, personio_v1};

pub fn answer(stub: &Stub, ask: &Ask) -> Response {
    let segments = ask.segments();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    match (ask.method.as_str(), &segments[1..]) {
        ("POST", ["change"]) => match change(stub, &ask.body) {
            Ok(changed) => web::value(200, JSON, &changed),
            Err(error) => refuse(&error),
        },
        ("POST", ["faults"]) => {
            let parsed: Result<Vec<Fault>, String> = serde_json::from_slice::<Vec<String>>(&ask.body)
                .map_err(|error| error.to_string())
                .and_then(|texts| texts.iter().map(|text| text.parse()).collect());
            match parsed {
                Ok(faults) => {
                    let count = faults.len();
                    stub.set_faults(faults);
                    web::value(200, JSON, &json!({"faults": count}))
                }
                Err(error) => refuse(&error),
            }
        }
        ("POST", ["reset-stats"]) => {
            stub.stats.reset();
            web::value(200, JSON, &json!({}))
        }
        ("GET", ["stats"]) => {
            let requests = stub.stats.requests();
            web::value(
                200,
                JSON,
                &json!({
                    "total": requests.values().sum::<u64>(),
                    "requests": requests,
                    "most_at_once": stub.stats.most_under_way.load(Ordering::Relaxed),
                    "offsite": stub.stats.offsite.load(Ordering::Relaxed),
                    "offsite_with_authorization": stub.stats.offsite_authorized.load(Ordering::Relaxed),
                }),
            )
        }
        ("GET", ["truth", provider, what @ ..]) => {
            let Some(provider) = Side::new(provider) else { return refuse("no such provider") };
            let company = stub.company();
            match what {
                [] => lines(&provider.people(&company)),
                ["groups"] => lines(&provider.groups(&company)),
                ["memberships"] => lines(&provider.memberships(&company)),
                _ => refuse("only people, groups and memberships are known"),
            }
        }
        _ => web::value(404, JSON, &json!({"error": "no such control"})),
    }
}

/// Carries out a batch of changes, and tells whom it met.
pub fn change(stub: &Stub, batch: &[u8]) -> Result<Value, String> {
    let batch = serde_json::from_slice::<Batch>(batch).map_err(|error| error.to_string())?;
    let (affected, number, now, people) = stub.change(|company| {
        let affected = company.change(&batch);
        (affected, company.batch, company.now, company.present.len())
    });
    Ok(json!({"batch": number, "now": clock::utc(now), "people": people, "affected": affected}))
}

fn refuse(why: &str) -> Response {
    web::value(400, JSON, &json!({"error": why}))
}

fn lines(values: &[Value]) -> Response {
    let mut text = String::new();
    for value in values {
        text.push_str(&value.to_string());
        text.push('\n');
    }
    web::answer(200, "application/x-ndjson", text)
}

/// The facts as one provider has them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Graph,
    Google,
    Personio,
    Scim,
}

impl Side {
    pub fn new(name: &str) -> Option<Self> {
        match name {
            "graph" => Some(Self::Graph),
            "google" => Some(Self::Google),
            "personio" => Some(Self::Personio),
            "scim" => Some(Self::Scim),
            _ => None,
        }
    }

    pub fn id(self, person: &Person) -> String {
        match self {
            Self::Graph => person.graph_id.clone(),
            Self::Google => person.google_id.clone(),
            Self::Personio => person.personio_id.to_string(),
            Self::Scim => person.scim_id.clone(),
        }
    }

    fn list(self, company: &Company) -> &[u32] {
        if self == Self::Personio { &company.employed } else { &company.present }
    }

    /// The standing that the provider's standard fields tell.
    fn standing(self, person: &Person) -> Standing {
        match (self, person.standing) {
            (Self::Personio, standing) => standing,
            (_, Standing::Terminated | Standing::Inactive) => Standing::Inactive,
            (Self::Graph, Standing::Active) if graph::invited(person) => Standing::Pending,
            (Self::Graph | Self::Google, Standing::Pending) => Standing::Pending,
            _ => Standing::Active,
        }
    }

    pub fn people(self, company: &Company) -> Vec<Value> {
        self.list(company).iter().map(|row| self.person(company, company.person(*row))).collect()
    }

    fn person(self, company: &Company, person: &Person) -> Value {
        let email = match self {
            // Google knows nobody without an address.
            Self::Google => Some(person.user_name.as_str()),
            _ => person.email(),
        };
        let user_name = match self {
            Self::Graph => Some(graph::user_principal_name(person)),
            Self::Personio => person.email().map(str::to_owned),
            _ => Some(person.user_name.clone()),
        };
        // Google and SCIM have dates in custom attributes only, Graph has the
        // leave date only for who asks for it.
        let dates = matches!(self, Self::Graph | Self::Personio);
        let custom = match self {
            Self::Graph => json!({graph::BADGE: person.badge}),
            Self::Google => json!({
                "HR.hireDate": person.start,
                "HR.leaveDate": person.end,
                "HR.badges": person.badge.as_ref().map(|badge| vec![badge]),
            }),
            Self::Personio => json!({
                "dynamic_24408": person.number,
                personio_v1::BADGE: person.badge,
            }),
            Self::Scim => json!({
                "startDate": person.start,
                "endDate": person.end,
                "employmentStatus": person.standing.word(),
                "badge": person.badge,
            }),
        };
        json!({
            "index": person.index,
            "id": self.id(person),
            "user_name": user_name,
            "email": email,
            "given": person.given(),
            "family": person.family(),
            "display": person.display(),
            "department": person.department_name(),
            "team": if self == Self::Personio { person.team_name() } else { None },
            // In SCIM a place of work is an address, not an office.
            "location": (self != Self::Scim).then_some(person.place().name),
            "company": person.company_name(),
            "cost_center": person.cost_center(),
            "manager_id": company.manager(person).map(|manager| self.id(manager)),
            "status": self.standing(person).word(),
            "company_status": person.standing.word(),
            "guest": person.guest(),
            "kind": person.kind_word(),
            "title": person.title,
            "start_date": dates.then_some(&person.start),
            "end_date": if dates { person.end.as_ref() } else { None },
            "employee_number": person.number,
            "custom": custom,
            "updated_at": clock::utc(person.changed),
        })
    }

    fn group_id(self, company: &Company, number: usize) -> String {
        let group = &company.groups[number];
        match self {
            Self::Graph => group.graph_id.clone(),
            Self::Google => group.google_id.clone(),
            _ => group.scim_id.clone(),
        }
    }

    pub fn groups(self, company: &Company) -> Vec<Value> {
        let line = |id: String, name: &str, kind: &str, parents: Vec<String>| json!({"id": id, "name": name, "kind": kind, "parent_ids": parents});
        let mut all = Vec::new();
        if self == Self::Personio {
            for (at, (name, _)) in DEPARTMENTS.iter().enumerate() {
                all.push(line(personio_v1::department_id(at).to_string(), name, "department", Vec::new()));
                let id = personio_v1::cost_center_id(at).to_string();
                all.push(line(id, &cost_center(at), "cost-center", Vec::new()));
            }
            for (at, (name, of)) in TEAMS.iter().enumerate() {
                let parent = personio_v1::department_id(*of).to_string();
                all.push(line(personio_v1::team_id(at).to_string(), name, "team", vec![parent]));
            }
            for (at, place) in LOCATIONS.iter().enumerate() {
                all.push(line(personio_v1::office_id(at).to_string(), place.name, "location", Vec::new()));
            }
            for (at, name) in COMPANIES.iter().enumerate() {
                all.push(line(personio_v1::subcompany_id(at).to_string(), name, "legal-entity", Vec::new()));
            }
            return all;
        }
        for (number, group) in company.groups.iter().enumerate() {
            let kind = if self == Self::Graph && graph::is_team(group) { "team" } else { "security-group" };
            let parents = (0..company.groups.len())
                .filter(|parent| company.groups[*parent].groups.contains(&number))
                .map(|parent| self.group_id(company, parent))
                .collect();
            all.push(line(self.group_id(company, number), &group.name, kind, parents));
        }
        match self {
            Self::Graph => {
                for (id, name) in graph::administrative_units(company) {
                    all.push(line(id, name, "org-unit", Vec::new()));
                }
            }
            Self::Google => {
                for (path, name, parent) in google::org_unit_list() {
                    let parents = (parent != "/").then(|| google::org_unit_id(company.seed, &parent));
                    let id = google::org_unit_id(company.seed, &path);
                    all.push(line(id, name, "org-unit", parents.into_iter().collect()));
                }
                for place in LOCATIONS {
                    all.push(line(place.building.to_owned(), place.name, "location", Vec::new()));
                }
            }
            _ => {}
        }
        all
    }

    /// Direct memberships.
    pub fn memberships(self, company: &Company) -> Vec<Value> {
        let line = |kind: &str, group: String, member: &str, id: String| json!({"group_id": group, "group_kind": kind, "member": member, "member_id": id});
        let mut all = Vec::new();
        if self != Self::Personio {
            for (number, group) in company.groups.iter().enumerate() {
                let kind =
                    if self == Self::Graph && graph::is_team(group) { "team" } else { "security-group" };
                let id = self.group_id(company, number);
                for child in &group.groups {
                    all.push(line(kind, id.clone(), "group", self.group_id(company, *child)));
                }
                for row in &group.people {
                    all.push(line(kind, id.clone(), "worker", self.id(company.person(*row))));
                }
            }
        }
        let units = graph::administrative_units(company);
        for row in self.list(company) {
            let person = company.person(*row);
            let id = self.id(person);
            let mut add = |kind: &str, group: String| all.push(line(kind, group, "worker", id.clone()));
            match self {
                Self::Graph => add("org-unit", units[person.company()].0.clone()),
                Self::Google => {
                    let path = google::org_unit_path(person);
                    if path != "/" {
                        add("org-unit", google::org_unit_id(company.seed, &path));
                    }
                }
                Self::Personio => {
                    if let Some(at) = person.department {
                        add("department", personio_v1::department_id(at).to_string());
                        add("cost-center", personio_v1::cost_center_id(at).to_string());
                    }
                    if let Some(at) = person.team {
                        add("team", personio_v1::team_id(at).to_string());
                    }
                    add("location", personio_v1::office_id(person.location).to_string());
                    add("legal-entity", personio_v1::subcompany_id(person.company()).to_string());
                }
                Self::Scim => {}
            }
        }
        all
    }
}
