//! Somebody in scope whom no account is linked to: matched, created, or asked
//! about (R93..R104, C2, C11, C17, C18).

use rollcall_model::{Account, Owner, Reaction, Situation, Value, index_fold};

use super::{Decision, Directory, Planner};
use crate::person::{Person, Standing};
use crate::policy::{LocalAccounts, Matching, Sources};

/// How an account was found.
enum Found {
    /// By this attribute.
    Key(String),
    /// By these, which a rule of adoption names.
    Rule(String),
}

impl Found {
    fn words(&self) -> &str {
        match self {
            Self::Key(words) | Self::Rule(words) => words,
        }
    }
}

impl Planner<'_> {
    /// `values` are in the order of the mapping's targets.
    pub fn unlinked(
        &mut self,
        person: &Person,
        values: &dyn Fn() -> Vec<Option<Value>>,
        directory: &dyn Directory,
    ) -> Decision {
        let wait = |reason: String| Decision::new(Situation::Unmatched, Reaction::Wait, reason);
        if person.standing.is_ended() {
            return wait(format!("not created: {}", person.why_ended()));
        }
        if let Some(lacking) = &person.lacking {
            return wait(format!("not created: `{lacking}` is empty at the source"));
        }
        if let Some(dispute) = self.claim_keys(person) {
            return dispute;
        }
        if let Some((found, accounts)) = self.candidates(person, values, directory) {
            return self.matched(person, values, &found, &accounts, directory);
        }
        if let Some(merge) = &self.merge
            && !merge.leads()
        {
            return wait(format!("not in `{}`, which says who is there", merge.leader()));
        }
        if self.migrates_from.is_some() {
            return wait("no account to take over; the first sync creates one".to_owned());
        }
        if person.standing == Standing::Waiting {
            return wait("not created yet: the start date lies ahead".to_owned());
        }
        let create = Decision::new(Situation::Unmatched, Reaction::Create, "new in the source");
        if !self.chooses() {
            return create;
        }
        let mut values = values();
        if let Err(target) = self.choose(person, &mut values, None, directory) {
            return wait(format!("not created: every candidate for `{target}` is another account's"));
        }
        Decision { changes: self.chosen(values), ..create }
    }

    /// The accounts that the first key with any finds.
    fn candidates(
        &self,
        person: &Person,
        values: &dyn Fn() -> Vec<Option<Value>>,
        directory: &dyn Directory,
    ) -> Option<(Found, Vec<Account>)> {
        for (key, folded) in &person.keys {
            let found = self.same_key(directory, key, folded);
            if !found.is_empty() {
                return Some((Found::Key(key.clone()), found));
            }
        }
        let rules = &self.policies.adopt_rules;
        if rules.is_empty() {
            return None;
        }
        let values = values();
        let folded = |name: &String| {
            let at = self.mapping.targets().iter().position(|target| target == name)?;
            values.get(at)?.as_ref()?.as_text().map(index_fold)
        };
        rules.iter().find_map(|rule| {
            let folded: Option<Vec<_>> = rule.iter().map(folded).collect();
            let found = directory.adoptable(rule, &folded?);
            (!found.is_empty()).then(|| (Found::Rule(rule.join(", ")), found))
        })
    }

    fn matched(
        &mut self,
        person: &Person,
        values: &dyn Fn() -> Vec<Option<Value>>,
        found: &Found,
        accounts: &[Account],
        directory: &dyn Directory,
    ) -> Decision {
        let words = found.words().to_owned();
        let [account] = accounts else {
            return Decision::dispute(format!("several accounts have the same {words}"), accounts);
        };
        let dispute =
            |why: &str| Decision::dispute(format!("{} has the same {words} and {why}", account.id), accounts);
        if account.protected {
            return dispute("is protected");
        }
        let own = Owner { integration: self.integration.clone(), source_id: person.source_id.clone() };
        if account.not_same.contains(&own) {
            return dispute("is somebody else, by the word of an admin");
        }
        let replaces = match self.may_take(account, directory) {
            Ok(replaces) => replaces,
            Err(why) => return dispute(&why),
        };
        if let (Matching::FirstSync, true, None, Found::Key(_)) =
            (self.policies.matching, self.synced_before, &replaces, found)
        {
            return dispute("keys are tried in the first sync only");
        }
        if !self.claims.claim_account(account.id) {
            return dispute("is matched by somebody else");
        }
        let why = match &replaces {
            Some(owner) if owner.integration == self.integration => {
                format!("is back under another id; {} by {words}, which was {}", account.id, owner.source_id)
            }
            Some(owner) => format!("moves here from `{}` with {}, by {words}", owner.integration, account.id),
            None if account.owner.is_some() => format!("completes {} by {words}", account.id),
            None => format!("matches {} by {words}", account.id),
        };
        let mut values = values();
        if let Err(target) = self.choose(person, &mut values, Some(account), directory) {
            return dispute(&format!("every candidate for `{target}` is another account's"));
        }
        Decision {
            changes: self.changes(account, &values),
            groups: self.group_change(account, person),
            replaces,
            ..Decision::new(Situation::Unlinked, Reaction::Link, why)
        }
        .of(account.id)
    }

    /// Whether an account may be linked, and whose link goes for it. Err: why not.
    fn may_take(&self, account: &Account, directory: &dyn Directory) -> Result<Option<Owner>, String> {
        let Some(owner) = &account.owner else {
            return match self.policies.local_accounts {
                LocalAccounts::Allow => Err("is local, and local accounts stay so".to_owned()),
                LocalAccounts::AllowUntilMatched | LocalAccounts::Forbid => Ok(None),
            };
        };
        if owner.integration == self.integration {
            let leaves = directory.link(&owner.source_id).is_some_and(|link| link.leaving.is_some());
            return if leaves {
                Ok(Some(owner.clone()))
            } else {
                Err(format!("belongs to {} in the same source", owner.source_id))
            };
        }
        if self.migrates_from.as_ref() == Some(&owner.integration) {
            return Ok(Some(owner.clone()));
        }
        let completes = self.policies.sources == Sources::Merged
            && self.merge.as_ref().is_some_and(|merge| merge.has(&owner.integration))
            && !account.contributions.contains_key(&self.integration);
        if completes { Ok(None) } else { Err(format!("belongs to the source `{}`", owner.integration)) }
    }
}
