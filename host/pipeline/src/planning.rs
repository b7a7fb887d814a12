//! Planning: one situation and one reaction for each person, with the reason.

use rollcall_model::{
    Account, AccountId, AccountStatus, Attributes, Change, Leaving, Link, Reaction, Situation, Value,
};
use serde::{Deserialize, Serialize};

use crate::mapping::Mapping;
use crate::matching::{Candidates, Claims};
use crate::person::{Person, Standing};
use crate::policy::{LeaveAction, LeavePolicy, Policies};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// What is done about one person, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    pub situation: Situation,
    pub reaction: Reaction,
    pub reason: String,
    /// The account that it is done to.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub account: Option<AccountId>,
    /// Empty for a new account: there, everything is new.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub changes: Vec<Change>,
    /// Where the person stands on the way out, after this.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub leaving: Option<Leaving>,
}

impl Decision {
    fn new(situation: Situation, reaction: Reaction, reason: impl Into<String>) -> Self {
        Self { situation, reaction, reason: reason.into(), account: None, changes: Vec::new(), leaving: None }
    }
}

/// A link, and the account behind it.
#[derive(Debug, Clone, Copy)]
pub struct Linked<'a> {
    pub link: &'a Link,
    pub account: &'a Account,
}

/// Decides about one person after the other.
#[derive(Debug)]
pub struct Planner<'a> {
    pub(crate) mapping: &'a Mapping,
    pub(crate) policies: &'a Policies,
    pub(crate) now_ms: i64,
    pub(crate) claims: Claims,
}

impl Planner<'_> {
    /// Somebody in scope whom no account is linked to. `find` gives the accounts
    /// that have this attribute with this folded value.
    pub fn unlinked(
        &mut self,
        person: &Person,
        mut find: impl FnMut(&str, &str) -> Vec<(AccountId, bool)>,
    ) -> Decision {
        let wait = |reason: String| Decision::new(Situation::Unmatched, Reaction::Wait, reason);
        if person.standing == Standing::Ended {
            return wait("not created: the employment has ended at the source".to_owned());
        }
        if let Some(lacking) = &person.lacking {
            return wait(format!("not created: `{lacking}` is empty at the source"));
        }
        if let Err(dispute) = self.claim_keys(person) {
            return dispute;
        }
        let found = person.keys.iter().find_map(|(key, folded)| {
            let accounts = find(key, folded);
            (!accounts.is_empty()).then(|| Candidates { key: key.clone(), accounts })
        });
        match found {
            Some(candidates) => self.matched(&candidates),
            None if person.standing == Standing::Waiting => {
                wait("not created yet: the start date lies ahead".to_owned())
            }
            None => Decision::new(Situation::Unmatched, Reaction::Create, "new in the source"),
        }
    }

    fn claim_keys(&mut self, person: &Person) -> Result<(), Decision> {
        for (key, folded) in &person.keys {
            if let Err(other) = self.claims.claim_key(key, folded, &person.source_id) {
                return Err(Decision::new(
                    Situation::Disputed,
                    Reaction::Review,
                    format!("{other} in the same source has the same `{key}`"),
                ));
            }
        }
        Ok(())
    }

    fn matched(&mut self, candidates: &Candidates) -> Decision {
        let dispute = |reason: String| Decision::new(Situation::Disputed, Reaction::Review, reason);
        let key = &candidates.key;
        match candidates.accounts.as_slice() {
            [(account, true)] => dispute(format!("{account} has the same `{key}` and belongs to a source")),
            [(account, false)] if !self.claims.claim_account(*account) => {
                dispute(format!("{account} has the same `{key}` and is matched by somebody else"))
            }
            [(account, false)] => Decision {
                account: Some(*account),
                ..Decision::new(Situation::Unlinked, Reaction::Link, format!("matches {account} by `{key}`"))
            },
            several => {
                let names: Vec<_> = several.iter().map(|(account, _)| account.to_string()).collect();
                dispute(format!("several accounts have the same `{key}`: {}", names.join(", ")))
            }
        }
    }

    /// Somebody in scope whose account is known. `values` are in the order of
    /// the mapping's targets; `taken` tells whether another account has this
    /// attribute with this folded value.
    pub fn linked(
        &mut self,
        person: &Person,
        values: &[Option<Value>],
        linked: Linked<'_>,
        mut taken: impl FnMut(&str, &str) -> bool,
    ) -> Decision {
        let account = Some(linked.link.account);
        if person.standing == Standing::Ended {
            return self.leave(Situation::Ended, linked);
        }
        if let Some(lacking) = &person.lacking {
            let reason = format!("left as it is: `{lacking}` is empty at the source");
            return Decision { account, ..Decision::new(Situation::Linked, Reaction::Wait, reason) };
        }
        if let Err(dispute) = self.claim_keys(person) {
            return Decision { account, ..dispute };
        }
        let changes = self.changes(&linked.account.attributes, values);
        for (key, folded) in &person.keys {
            if changes.iter().any(|change| change.attribute == *key) && taken(key, folded) {
                let reason = format!("another account has the new `{key}` already");
                return Decision { account, ..Decision::new(Situation::Disputed, Reaction::Review, reason) };
            }
        }
        let back = linked.account.status == AccountStatus::Deactivated;
        let (reaction, reason) = match (back, changes.len()) {
            (true, _) => (Reaction::Reactivate, "is back in the source".to_owned()),
            (false, 0) => (Reaction::Keep, "nothing changed".to_owned()),
            (false, 1) => (Reaction::Update, "1 attribute changed in the source".to_owned()),
            (false, count) => (Reaction::Update, format!("{count} attributes changed in the source")),
        };
        Decision { account, changes, ..Decision::new(Situation::Linked, reaction, reason) }
    }

    /// Somebody whose account is known and who is out of scope, or absent.
    pub fn leave(&self, situation: Situation, linked: Linked<'_>) -> Decision {
        let (policy, why) = match situation {
            Situation::OutOfScope => (self.policies.out_of_scope, "no longer passes the filter"),
            Situation::Missing => (self.policies.missing, "no longer in the source"),
            _ => (self.policies.ended, "the employment has ended at the source"),
        };
        let decision = |reaction, reason: String, leaving| Decision {
            account: Some(linked.link.account),
            leaving: Some(leaving),
            ..Decision::new(situation, reaction, reason)
        };
        let before = linked.link.leaving.clone().filter(|leaving| leaving.situation == situation);
        if let Some(leaving) = before.clone().filter(|leaving| leaving.done) {
            return decision(Reaction::Keep, format!("{why}; done already"), leaving);
        }
        let since_ms = before.as_ref().map_or(self.now_ms, |leaving| leaving.since_ms);
        let leaving = |done| Leaving { situation, since_ms, done };
        let LeavePolicy { action, grace_days } = policy;
        let until = since_ms.saturating_add(i64::from(grace_days) * DAY_MS);
        if action == LeaveAction::Flag {
            return decision(Reaction::Flag, why.to_owned(), leaving(true));
        }
        if until > self.now_ms {
            let reason = format!("{why}; nothing is done before {}", self.policies.day(until));
            let reaction = if before.is_some() { Reaction::Keep } else { Reaction::Flag };
            return decision(reaction, reason, leaving(false));
        }
        let reaction = if action == LeaveAction::Remove { Reaction::Remove } else { Reaction::Deactivate };
        decision(reaction, why.to_owned(), leaving(true))
    }

    /// What a run would change in an account. An attribute that the source no
    /// longer has is emptied; one that the mapping does not name is not ours.
    pub fn changes(&self, before: &Attributes, values: &[Option<Value>]) -> Vec<Change> {
        let each = self.mapping.targets().iter().zip(values).enumerate();
        each.filter(|(at, (target, after))| {
            !self.mapping.on_create_only(*at) && before.get(*target) != after.as_ref()
        })
        .map(|(_, (target, after))| Change {
            attribute: target.clone(),
            before: before.get(target).cloned(),
            after: after.clone(),
        })
        .collect()
    }
}
