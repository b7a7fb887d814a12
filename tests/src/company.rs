//! The company as the stub knows it: what every reader should arrive at.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;

/// A person as one provider has them.
#[derive(Debug, Clone, Deserialize)]
pub struct Person {
    pub index: u32,
    pub id: String,
    pub user_name: Option<String>,
    pub email: Option<String>,
    pub given: Option<String>,
    pub family: String,
    pub display: String,
    pub department: Option<String>,
    pub team: Option<String>,
    pub location: Option<String>,
    pub company: Option<String>,
    pub cost_center: Option<String>,
    pub manager_id: Option<String>,
    pub status: String,
    pub company_status: String,
    pub kind: Option<String>,
    pub title: Option<String>,
    pub start_date: Option<String>,
    pub end_date: Option<String>,
    pub employee_number: String,
    pub custom: BTreeMap<String, Value>,
}

impl Person {
    /// Whether a sync makes an account: works there, and has what an account
    /// cannot be without.
    pub fn is_due(&self) -> bool {
        !matches!(self.status.as_str(), "inactive" | "terminated")
            && self.end_date.is_none()
            && self.email.is_some()
            && self.given.is_some()
    }

    pub fn is_in(&self, departments: &[&str]) -> bool {
        self.department.as_deref().is_some_and(|department| departments.contains(&department))
    }
}

#[derive(Debug, Clone, Deserialize)]
pub struct Group {
    pub id: String,
    pub name: String,
    pub kind: String,
    pub parent_ids: Vec<String>,
}

/// A direct membership.
#[derive(Debug, Clone, Deserialize)]
pub struct Membership {
    pub group_id: String,
    pub group_kind: String,
    /// `worker` or `group`.
    pub member: String,
    pub member_id: String,
}

/// Ids of everybody below a group, through nested groups.
pub fn below(group: &str, memberships: &[Membership]) -> BTreeSet<String> {
    let mut people = BTreeSet::new();
    let mut groups = vec![group.to_owned()];
    let mut visited = BTreeSet::new();
    while let Some(group) = groups.pop() {
        if !visited.insert(group.clone()) {
            continue;
        }
        for membership in memberships.iter().filter(|membership| membership.group_id == group) {
            if membership.member == "group" {
                groups.push(membership.member_id.clone());
            } else {
                people.insert(membership.member_id.clone());
            }
        }
    }
    people
}
