//! Somebody whose account is known and who is no longer due (C3..C5, rule 6).

use std::collections::BTreeSet;

use rollcall_model::{AccountStatus, Leaving, Reaction, Situation};

use super::{DAY_MS, Decision, Linked, Planner};
use crate::policy::{LeaveAction, LeaveConfig};

impl Planner<'_> {
    /// `why` for the admin: `no longer in the source`.
    pub fn leave(&self, situation: Situation, linked: Linked<'_>, why: &str) -> Decision {
        let Linked { link, account } = linked;
        if let Some(merge) = &self.merge
            && account.owner.as_ref().is_some_and(|owner| owner.integration != self.integration)
        {
            return Decision {
                changes: merge.without(account),
                groups: self.no_groups(linked),
                ..Decision::new(
                    situation,
                    Reaction::Unlink,
                    format!("{why}; the account is another source's"),
                )
            }
            .of(account.id);
        }
        let policy = match situation {
            Situation::OutOfScope => self.policies.out_of_scope,
            Situation::Missing => self.policies.missing,
            _ => self.policies.ended,
        };
        let before = link.leaving.clone().filter(|leaving| leaving.situation == situation);
        let mut leaving = before.clone().unwrap_or_else(|| Leaving::begin(situation, self.now_ms));
        if leaving.done {
            let decision = Decision::new(situation, Reaction::Keep, format!("{why}; done already"));
            return Decision { leaving: Some(leaving), ..decision }.of(account.id);
        }
        let (reaction, then) = self.step(policy, linked, before.is_some(), &mut leaving);
        if account.protected && reaction.takes_away() {
            let reason = format!("{why}; the account is protected, so a person decides");
            return Decision::dispute(reason, std::slice::from_ref(account)).of(account.id);
        }
        let groups = if reaction.takes_away() { self.no_groups(linked) } else { None };
        Decision {
            leaving: Some(leaving),
            groups,
            ..Decision::new(situation, reaction, format!("{why}{then}"))
        }
        .of(account.id)
    }

    /// The next step out, and what is said about what comes after it.
    fn step(
        &self,
        policy: LeaveConfig,
        linked: Linked<'_>,
        known: bool,
        leaving: &mut Leaving,
    ) -> (Reaction, String) {
        if policy.action == LeaveAction::Flag {
            leaving.done = true;
            return (Reaction::Flag, String::new());
        }
        let removes = policy.action == LeaveAction::Remove;
        let after = |since: i64, days: u16| since.saturating_add(i64::from(days) * DAY_MS);
        if linked.account.status == AccountStatus::Active {
            let kept = leaving.kept_until_ms.unwrap_or(i64::MIN);
            let due = after(leaving.since_ms, policy.grace_days).max(kept);
            if due > self.now_ms {
                let reaction = if known { Reaction::Keep } else { Reaction::Flag };
                return (reaction, format!("; nothing is done before {}", self.policies.day(due)));
            }
            leaving.deactivated_ms = Some(self.now_ms);
            leaving.done = !removes;
            return (Reaction::Deactivate, String::new());
        }
        // Without access already, by an earlier step or for another reason.
        if !removes {
            leaving.done = true;
            return (Reaction::Keep, "; has no access already".to_owned());
        }
        let since = *leaving.deactivated_ms.get_or_insert(self.now_ms);
        let due = after(since, policy.remove_after_days.unwrap_or_default());
        if due > self.now_ms {
            return (Reaction::Keep, format!("; removed on {}", self.policies.day(due)));
        }
        leaving.done = true;
        (Reaction::Remove, String::new())
    }

    /// What belongs to the team goes with the access (R111).
    fn no_groups(&self, linked: Linked<'_>) -> Option<BTreeSet<String>> {
        linked.account.groups.contains_key(&self.integration).then(BTreeSet::new)
    }
}
