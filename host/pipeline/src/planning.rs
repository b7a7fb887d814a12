//! Planning: one situation and one reaction for each person, with the reason.

mod arrive;
mod leave;
mod local;
mod merge;
#[cfg(test)]
mod tests;
mod unique;

pub(crate) use merge::Merge;
pub use merge::MergeConfig;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use rollcall_model::{
    Account, AccountId, AccountStatus, Candidate, Change, IntegrationId, Leaving, Link, Owner, Reaction,
    Situation, SourceId, Value, fold, index_fold,
};
use serde::{Deserialize, Serialize};

use crate::mapping::{Mapping, REQUIRED};
use crate::matching::Claims;
use crate::person::Person;
use crate::policy::Policies;

/// A day, in milliseconds.
pub const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Accounts with the same key that are looked at, and shown side by side.
pub const MAX_CANDIDATES: usize = 20;

/// What is done about one person, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    pub situation: Situation,
    pub reaction: Reaction,
    pub reason: String,
    /// The account that it is done to.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub account: Option<AccountId>,
    /// Of a new account those alone that were chosen for it; all else is as read.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub changes: Vec<Change>,
    /// The groups that the account is in from now on, where that changes.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub groups: Option<BTreeSet<String>>,
    /// Where the person stands on the way out, after this.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub leaving: Option<Leaving>,
    /// The link that this one takes the place of.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub replaces: Option<Owner>,
    /// Accounts that may be theirs, where a person has to decide.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub candidates: Vec<Candidate>,
}

impl Decision {
    fn new(situation: Situation, reaction: Reaction, reason: impl Into<String>) -> Self {
        Self {
            situation,
            reaction,
            reason: reason.into(),
            account: None,
            changes: Vec::new(),
            groups: None,
            leaving: None,
            replaces: None,
            candidates: Vec::new(),
        }
    }

    /// A person has to decide between these.
    fn dispute(reason: impl Into<String>, candidates: &[Account]) -> Self {
        let candidates = candidates.iter().map(Candidate::from).collect();
        Self { candidates, ..Self::new(Situation::Disputed, Reaction::Review, reason) }
    }

    fn of(self, account: AccountId) -> Self {
        Self { account: Some(account), ..self }
    }
}

/// A link, and the account behind it.
#[derive(Debug, Clone, Copy)]
pub struct Linked<'a> {
    pub link: &'a Link,
    pub account: &'a Account,
}

/// What planning asks about the accounts there are.
pub trait Directory {
    /// Accounts with this value, folded as an index folds; at most
    /// [`MAX_CANDIDATES`].
    fn accounts_with(&self, attribute: &str, folded: &str) -> Vec<Account>;
    /// A link of this integration.
    fn link(&self, source: &SourceId) -> Option<Link>;
    /// Local accounts whose values of these attributes are these, folded as an
    /// index folds; at most [`MAX_CANDIDATES`].
    fn adoptable(&self, attributes: &[String], folded: &[String]) -> Vec<Account>;
}

/// What a run has to know of its surroundings to decide.
#[derive(Debug, Clone)]
pub struct Circumstances {
    pub integration: IntegrationId,
    /// Everything was read and applied once before.
    pub synced_before: bool,
    /// Attributes that the mapping of the last run kept as the source has them.
    pub governed: BTreeSet<String>,
    /// The integration whose accounts this run takes over (C18).
    pub migrates_from: Option<IntegrationId>,
    /// Whose values go first, where several sources complete one account.
    pub merge: Option<MergeConfig>,
}

/// Decides about one person after the other.
#[derive(Debug)]
pub struct Planner<'a> {
    mapping: &'a Mapping,
    policies: &'a Policies,
    integration: IntegrationId,
    synced_before: bool,
    /// Attributes that the mapping has let go of.
    dropped: BTreeSet<String>,
    migrates_from: Option<IntegrationId>,
    merge: Option<Merge>,
    now_ms: i64,
    claims: Claims,
}

impl<'a> Planner<'a> {
    pub(crate) fn new(
        mapping: &'a Mapping,
        policies: &'a Policies,
        now_ms: i64,
        circumstances: Circumstances,
    ) -> Self {
        let Circumstances { integration, synced_before, mut governed, migrates_from, merge } = circumstances;
        governed.retain(|name| !mapping.targets().contains(name));
        Self {
            mapping,
            policies,
            merge: merge.map(|config| Merge::new(config, integration.clone())),
            integration,
            synced_before,
            dropped: governed,
            migrates_from,
            now_ms,
            claims: Claims::default(),
        }
    }

    /// Somebody in scope whose account is known. `values` are in the order of
    /// the mapping's targets.
    pub fn linked(
        &mut self,
        person: &Person,
        values: &[Option<Value>],
        linked: Linked<'_>,
        directory: &dyn Directory,
    ) -> Decision {
        let Linked { link, account } = linked;
        if person.standing.is_ended() {
            return self.leave(Situation::Ended, linked, person.why_ended());
        }
        // Nobody new is given the account of somebody who is back.
        self.claims.claim_account(account.id);
        if let Some(lacking) = &person.lacking {
            let reason = format!("left as it is: `{lacking}` is empty at the source");
            return Decision::new(Situation::Linked, Reaction::Wait, reason).of(account.id);
        }
        if let Some(dispute) = self.claim_keys(person) {
            return dispute.of(account.id);
        }
        let dispute = |reason: &str| Decision::dispute(reason, std::slice::from_ref(account)).of(account.id);
        if !link.confirmed && self.is_somebody_else(account, values) {
            return dispute(
                "nothing of this person is as it was: the source may have given the id to another",
            );
        }
        let mut values = Cow::Borrowed(values);
        if self.chooses()
            && let Err(target) = self.choose(person, values.to_mut(), Some(account), directory)
        {
            let reason = format!("left as it is: every candidate for `{target}` is another account's");
            return Decision::new(Situation::Linked, Reaction::Wait, reason).of(account.id);
        }
        let changes = self.changes(account, &values);
        let groups = self.group_change(account, person);
        // Whether somebody is there is said by the source whose account it is.
        let ours = account.owner.as_ref().is_none_or(|owner| owner.integration == self.integration);
        let back = ours && account.status == AccountStatus::Deactivated;
        if account.protected && (back || !changes.is_empty() || groups.is_some()) {
            return dispute("the account is protected: nothing of it is changed");
        }
        for (key, folded) in &person.keys {
            if changes.iter().any(|change| change.attribute == *key) {
                let others = self.same_key(directory, key, folded);
                let others: Vec<_> = others.into_iter().filter(|other| other.id != account.id).collect();
                if !others.is_empty() {
                    let reason = format!("another account has the new `{key}` already");
                    return Decision::dispute(reason, &others).of(account.id);
                }
            }
        }
        let count = changes.len() + usize::from(groups.is_some());
        let (reaction, reason) = match (back, count) {
            (true, _) => (Reaction::Reactivate, "is back in the source".to_owned()),
            (false, 0) => (Reaction::Keep, "nothing changed".to_owned()),
            (false, 1) => (Reaction::Update, "1 attribute changed in the source".to_owned()),
            (false, count) => (Reaction::Update, format!("{count} attributes changed in the source")),
        };
        Decision { changes, groups, ..Decision::new(Situation::Linked, reaction, reason) }.of(account.id)
    }

    /// Whether this source decides who is there: of several that complete one
    /// account, one does.
    pub fn leads(&self) -> bool {
        self.merge.as_ref().is_none_or(Merge::leads)
    }

    /// Everybody is decided on: what they have taken need not be kept in mind.
    pub fn end(&mut self) {
        self.claims = Claims::default();
    }

    /// Accounts whose key is the same by the way of comparing that is set.
    fn same_key(&self, directory: &dyn Directory, key: &str, folded: &str) -> Vec<Account> {
        let fold = self.policies.fold;
        let mut found = directory.accounts_with(key, &index_fold(folded));
        found.retain(|account| {
            account.attributes.get(key).and_then(Value::as_text).is_some_and(|text| fold.fold(text) == folded)
        });
        found
    }

    /// What there is to decide if somebody else of this plan has one of the keys.
    fn claim_keys(&mut self, person: &Person) -> Option<Decision> {
        for (key, folded) in &person.keys {
            if let Err(other) = self.claims.claim_key(key, folded, &person.source_id) {
                let reason = format!("{other} in the same source has the same `{key}`");
                return Some(Decision::dispute(reason, &[]));
            }
        }
        None
    }

    /// Whether of e-mail and names, all of which were there, none is left: a
    /// source that gives the ids of leavers to newcomers.
    fn is_somebody_else(&self, account: &Account, values: &[Option<Value>]) -> bool {
        REQUIRED.iter().all(|name| {
            let at = self.mapping.targets().iter().position(|target| target == name);
            let after = at.and_then(|at| values.get(at)?.as_ref()?.as_text());
            let before = account.attributes.get(*name).and_then(Value::as_text);
            matches!((before, after), (Some(before), Some(after)) if fold(before) != fold(after))
        })
    }

    /// What a run would change in an account. An attribute that the source no
    /// longer has is emptied, and one that the mapping has let go of (R140); one
    /// that it never named is not ours.
    pub fn changes(&self, account: &Account, values: &[Option<Value>]) -> Vec<Change> {
        let before = &account.attributes;
        let after: BTreeMap<&str, Option<Value>> = match &self.merge {
            None => {
                let dropped = self.dropped.iter().map(|name| (name.as_str(), None));
                dropped.chain(self.given(values).map(|(target, value)| (target, value.clone()))).collect()
            }
            Some(merge) => merge.values(account, self.given(values)),
        };
        let by_hand = |target: &str, after: &Option<Value>| {
            // Stays as somebody wrote it, until the source says something new.
            account.edited.get(target).is_some_and(|then| then == after)
        };
        let each = after
            .into_iter()
            .filter(|(target, after)| before.get(*target) != after.as_ref() && !by_hand(target, after));
        each.map(|(target, after)| Change {
            attribute: target.to_owned(),
            before: before.get(target).cloned(),
            after,
        })
        .collect()
    }

    /// What the mapping gives for an account that exists, by target.
    fn given<'v>(
        &'v self,
        values: &'v [Option<Value>],
    ) -> impl Iterator<Item = (&'v str, &'v Option<Value>)> {
        let each = self.mapping.targets().iter().zip(values).enumerate();
        each.filter(|(at, (_, value))| !self.mapping.keeps(*at, value.as_ref()))
            .map(|(_, (target, value))| (target.as_str(), value))
    }

    fn group_change(&self, account: &Account, person: &Person) -> Option<BTreeSet<String>> {
        let after: BTreeSet<_> = person.groups.keys().cloned().collect();
        let before = account.groups.get(&self.integration);
        let same = before.map_or(after.is_empty(), |before| *before == after);
        (!same).then_some(after)
    }
}
