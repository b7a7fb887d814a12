//! The ways out: what is done about somebody who is no longer due, and when.

use serde::{Deserialize, Serialize};

use crate::problem::Problem;

/// First the days of grace, then access is taken away, then, with `remove` and
/// some days later, the account goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeaveConfig {
    pub action: LeaveAction,
    /// Days between finding it and taking access away.
    #[serde(default)]
    pub grace_days: u16,
    /// Days between taking access away and removing the account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remove_after_days: Option<u16>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LeaveAction {
    Flag,
    Deactivate,
    Remove,
}

impl LeaveConfig {
    pub const fn flag() -> Self {
        Self { action: LeaveAction::Flag, grace_days: 0, remove_after_days: None }
    }

    pub const fn deactivate(grace_days: u16) -> Self {
        Self { action: LeaveAction::Deactivate, grace_days, remove_after_days: None }
    }

    pub const fn remove(grace_days: u16, after: u16) -> Self {
        Self { action: LeaveAction::Remove, grace_days, remove_after_days: Some(after) }
    }

    /// Rule 6: access is taken away before anything is removed, and between the
    /// two there is time for an undo.
    pub(super) fn check(self, place: &str, problems: &mut Vec<Problem>) {
        let mut problem = |why: &str, remedy: &str| problems.push(Problem::new(place, why, remedy));
        match (self.action, self.remove_after_days) {
            (LeaveAction::Remove, Some(0)) => {
                problem("`remove_after_days = 0` leaves no way back", "give it a day or more");
            }
            (LeaveAction::Remove, None) => problem(
                "`remove` does not say when",
                "add `remove_after_days`; people are deactivated until then",
            ),
            (LeaveAction::Flag | LeaveAction::Deactivate, Some(_)) => {
                problem("`remove_after_days` goes with `action = \"remove\"`", "leave it out");
            }
            _ => {}
        }
        if self.action == LeaveAction::Flag && self.grace_days > 0 {
            problem("`flag` takes nothing away, so there is no grace", "leave `grace_days` out");
        }
    }
}
