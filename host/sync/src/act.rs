//! What a decision does to accounts, links, groups and events.

use std::collections::BTreeSet;

use rollcall_model::{
    Account, AccountId, AccountStatus, Attributes, Change, Contribution, EventKind, Fingerprint, GroupChange,
    GroupReaction, GroupRecord, IntegrationId, Link, Owner, Plan, Reaction, Review, RunId, SourceId, Value,
    ValueRef,
};
use rollcall_pipeline::{Decision, Holder, MANAGER, Person, ReportingLine, hash_source};
use rollcall_store::{Apply, StoreError, decode};
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::apply::Part;
use crate::batch::Chunk;
use crate::events;
use crate::lines::ByHash;

/// The attributes of a new account, straight from what was staged, but for what
/// the plan has chosen.
#[derive(Clone, Copy)]
struct NewAttributes<'a> {
    targets: &'a [String],
    values: &'a [Option<ValueRef<'a>>],
    chosen: &'a [Change],
}

impl<'a> NewAttributes<'a> {
    fn text(self, name: &str) -> Option<&'a str> {
        if let Some(chosen) = self.chosen(name) {
            return chosen.after.as_ref()?.as_text();
        }
        let at = self.targets.iter().position(|target| target == name)?;
        match self.values.get(at)?.as_ref()? {
            ValueRef::Text(text) => Some(text),
            _ => None,
        }
    }

    fn chosen(self, name: &str) -> Option<&'a Change> {
        self.chosen.iter().find(|chosen| chosen.attribute == name)
    }
}

impl Serialize for NewAttributes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let read = self.targets.iter().zip(self.values);
        let read = read.filter_map(|(target, value)| Some((target, value.as_ref()?)));
        let read = read.filter(|(target, _)| self.chosen(target).is_none());
        let chosen =
            self.chosen.iter().filter_map(|chosen| Some((&chosen.attribute, chosen.after.as_ref()?)));
        let mut map = serializer.serialize_map(Some(read.clone().count() + chosen.clone().count()))?;
        for (target, value) in read {
            map.serialize_entry(target, value)?;
        }
        for (target, value) in chosen {
            map.serialize_entry(target, value)?;
        }
        map.end()
    }
}

/// One transaction's worth of acts, for one integration.
pub(crate) struct Acting<'a, 'b> {
    apply: &'a mut Apply<'b>,
    run: RunId,
    integration: &'a IntegrationId,
    now_ms: i64,
    full: bool,
    made: &'a mut Made,
}

/// Accounts that this plan has made, by the hash of their source's id: reporting
/// lines lead to them. None: the plan has no lines.
pub(crate) type Made = Option<ByHash<AccountId>>;

impl<'a, 'b> Acting<'a, 'b> {
    pub fn new(
        apply: &'a mut Apply<'b>,
        plan: &Plan,
        integration: &'a IntegrationId,
        made: &'a mut Made,
        now_ms: i64,
    ) -> Self {
        let (run, full) = (plan.run, plan.counts.full);
        Self { apply, run, integration, now_ms, full, made }
    }

    /// Before the first part: groups that people are going to join.
    pub fn begin(&mut self, plan: &Plan) -> Result<(), StoreError> {
        if plan.counts.full {
            self.apply.clear_reviews(self.integration)?;
        }
        for group in &plan.groups {
            let kind = match group.reaction {
                GroupReaction::Create => EventKind::GroupCreated,
                GroupReaction::Change => EventKind::GroupChanged,
                GroupReaction::Members | GroupReaction::Remove => continue,
            };
            let members = self.apply.group(self.integration, &group.key)?.map_or(0, |known| known.members);
            let GroupChange { key, name, kind: of, parent, .. } = group.clone();
            let record = GroupRecord { name, kind: of, parent, members };
            self.apply.put_group(self.integration, &key, Some(&record))?;
            let group = (self.integration.clone(), key);
            events::of_group(self.apply, Some(self.run), kind, group, self.now_ms)?;
        }
        Ok(())
    }

    /// At the end of a transaction; `ended`: of the whole plan.
    pub fn finish(self, ended: bool) -> Result<(), StoreError> {
        if ended {
            events::remove_empty_groups(self.apply, Some(self.run), self.now_ms)?;
        }
        Ok(())
    }

    /// The number of acts in it.
    pub fn part(&mut self, Part { chunk, batch }: &Part) -> Result<usize, StoreError> {
        let people = batch.iter().flat_map(|batch| &batch.people);
        for (person, decision) in people.zip(&chunk.decisions) {
            if let Some(decision) = decision {
                self.review(&person.source_id, &person.label, decision)?;
                match decision.reaction {
                    Reaction::Create => self.create(chunk, person, &decision.changes)?,
                    _ => self.decision(chunk, &person.source_id, Some(person), decision)?,
                }
            }
        }
        for (source, decision) in &chunk.absent {
            self.review(source, "", decision)?;
            self.decision(chunk, source, None, decision)?;
        }
        for decision in &chunk.local {
            self.local(decision)?;
        }
        for line in &chunk.lines {
            self.line(line)?;
        }
        let decided = chunk.decisions.iter().flatten().count();
        Ok(decided + chunk.absent.len() + chunk.local.len() + chunk.lines.len())
    }

    /// A case for a person is kept until it is decided.
    fn review(&mut self, source: &SourceId, label: &str, decision: &Decision) -> Result<(), StoreError> {
        if decision.reaction != Reaction::Review {
            return match self.full {
                true => Ok(()),
                false => self.apply.put_review(self.integration, source, None),
            };
        }
        let of_account = || decision.candidates.first().map(|candidate| candidate.label.clone());
        let review = Review {
            label: if label.is_empty() { of_account().unwrap_or_default() } else { label.to_owned() },
            reason: decision.reason.clone(),
            candidates: decision.candidates.clone(),
        };
        self.apply.put_review(self.integration, source, Some(&review))
    }

    fn create(&mut self, chunk: &Chunk, person: &Person, chosen: &[Change]) -> Result<(), StoreError> {
        let id = self.apply.new_account_id();
        let values: Vec<Option<ValueRef<'_>>> = decode("staged person", &person.values)?;
        let attributes = NewAttributes { targets: &chunk.targets, values: &values, chosen };
        let mut account = Account::new(id, attributes, Some(self.owner(&person.source_id)), self.now_ms);
        if chunk.merged {
            let contribution = Contribution { source_id: person.source_id.clone(), attributes };
            account.contributions.insert(self.integration.clone(), contribution);
        }
        if !person.groups.is_empty() {
            let keys: BTreeSet<_> = person.groups.keys().cloned().collect();
            account.groups.insert(self.integration.clone(), keys);
        }
        self.apply.create_account(&account, |name| attributes.text(name))?;
        let link = Link { account: id, fingerprint: person.fingerprint, leaving: None, confirmed: false };
        self.apply.put_link(self.integration, &person.source_id, &link)?;
        if let Some(made) = self.made {
            made.insert(hash_source(&person.source_id), id);
        }
        self.emit(EventKind::Created, id, Vec::new())
    }

    /// What is done to an account that exists. `person` is none for somebody
    /// who was not read.
    fn decision(
        &mut self,
        chunk: &Chunk,
        source: &SourceId,
        person: Option<&Person>,
        decision: &Decision,
    ) -> Result<(), StoreError> {
        let Some(id) = decision.account else { return Ok(()) };
        let kind = match decision.reaction {
            Reaction::Create => return Ok(()),
            Reaction::Review | Reaction::Wait => return self.stays(source, person),
            Reaction::Remove => return self.remove(source, id),
            Reaction::Unlink => return self.unlink(source, id, decision),
            Reaction::Keep => None,
            Reaction::Flag => Some(EventKind::Flagged),
            Reaction::Link => Some(EventKind::Linked),
            Reaction::Update => Some(EventKind::Updated),
            Reaction::Reactivate => Some(EventKind::Reactivated),
            Reaction::Deactivate => Some(EventKind::Deactivated),
        };
        let contribution = match person {
            Some(person) if chunk.merged => Some(contribution(chunk, person)?),
            _ => None,
        };
        self.change(source, id, decision, contribution)?;
        let link = Link {
            account: id,
            // Whoever was not read comes back as changed, whatever they are like.
            fingerprint: person.map_or(Fingerprint(0), |person| person.fingerprint),
            leaving: decision.leaving.clone(),
            confirmed: false,
        };
        self.apply.put_link(self.integration, source, &link)?;
        match kind {
            Some(kind) => {
                let changed = decision.changes.iter().map(|change| change.attribute.clone()).collect();
                self.emit(kind, id, changed)
            }
            None => Ok(()),
        }
    }

    /// Nothing is done about somebody who is linked. If they are back in the source,
    /// they are no longer on the way out: days that run on would remove them.
    fn stays(&mut self, source: &SourceId, person: Option<&Person>) -> Result<(), StoreError> {
        if person.is_none_or(|person| person.standing.is_ended()) {
            return Ok(());
        }
        match self.apply.link(self.integration, source)? {
            Some(link) if link.leaving.is_some() => {
                let link = Link { fingerprint: Fingerprint(0), leaving: None, ..link };
                self.apply.put_link(self.integration, source, &link)
            }
            _ => Ok(()),
        }
    }

    fn change(
        &mut self,
        source: &SourceId,
        id: AccountId,
        decision: &Decision,
        contribution: Option<Contribution>,
    ) -> Result<(), StoreError> {
        let status = match decision.reaction {
            Reaction::Deactivate => Some(AccountStatus::Deactivated),
            Reaction::Reactivate => Some(AccountStatus::Active),
            _ => None,
        };
        let links = decision.reaction == Reaction::Link;
        let touched = status.is_some() || links || decision.groups.is_some() || !decision.changes.is_empty();
        if !touched && contribution.is_none() {
            return Ok(());
        }
        let before = self.account(id)?;
        let mut after = before.clone();
        set(&mut after, decision);
        if let Some(contribution) = contribution {
            after.contributions.insert(self.integration.clone(), contribution);
        }
        if after.contributions == before.contributions && !touched {
            return Ok(());
        }
        after.status = status.unwrap_or(after.status);
        after.updated_ms = self.now_ms;
        if links {
            after.non_matching = false;
            if let Some(old) = &decision.replaces {
                self.release(&mut after, old);
            }
            let own = self.owner(source);
            let is_ours = *after.owner.get_or_insert_with(|| own.clone()) == own;
            if is_ours && before.status == AccountStatus::Deactivated {
                after.status = AccountStatus::Active;
                self.emit(EventKind::Reactivated, id, Vec::new())?;
            }
        }
        self.regroup(&mut after, decision);
        self.apply.change_account(&before, &after)
    }

    /// Another link goes for the one that is made.
    fn release(&mut self, account: &mut Account, old: &Owner) {
        self.apply.remove_link(&old.integration, &old.source_id);
        account.owner = None;
        if old.integration != *self.integration {
            account.contributions.remove(&old.integration);
            account.groups.remove(&old.integration);
        }
    }

    fn regroup(&self, account: &mut Account, decision: &Decision) {
        let Some(keys) = &decision.groups else { return };
        match keys.is_empty() {
            true => account.groups.remove(self.integration),
            false => account.groups.insert(self.integration.clone(), keys.clone()),
        };
    }

    fn remove(&mut self, source: &SourceId, id: AccountId) -> Result<(), StoreError> {
        let account = self.account(id)?;
        for (integration, given) in &account.contributions {
            self.apply.remove_link(integration, &given.source_id);
        }
        self.apply.remove_account(&account)?;
        self.apply.remove_link(self.integration, source);
        self.emit(EventKind::Removed, id, Vec::new())
    }

    /// This source adds nothing to the account any more.
    fn unlink(&mut self, source: &SourceId, id: AccountId, decision: &Decision) -> Result<(), StoreError> {
        let before = self.account(id)?;
        let mut after = before.clone();
        set(&mut after, decision);
        after.contributions.remove(self.integration);
        after.updated_ms = self.now_ms;
        self.regroup(&mut after, decision);
        self.apply.change_account(&before, &after)?;
        self.apply.remove_link(self.integration, source);
        self.emit(EventKind::Unlinked, id, Vec::new())
    }

    /// Nobody's account: shown as such from now on.
    fn local(&mut self, decision: &Decision) -> Result<(), StoreError> {
        let (Reaction::Flag, Some(id)) = (decision.reaction, decision.account) else { return Ok(()) };
        let before = self.account(id)?;
        let after = Account { non_matching: true, ..before.clone() };
        self.apply.change_account(&before, &after)?;
        self.emit(EventKind::Flagged, id, Vec::new())
    }

    /// By now everybody whom it is about has an account. Of a new one no more is
    /// told than that it was made.
    fn line(&mut self, line: &ReportingLine) -> Result<(), StoreError> {
        let report = self.holder(line.report)?;
        let manager = line.manager.map(|manager| self.holder(manager)).transpose()?;
        self.apply.put_manager(report, manager);
        match line.report {
            Holder::New(_) => Ok(()),
            Holder::Account(_) => self.emit(EventKind::Updated, report, vec![MANAGER.to_owned()]),
        }
    }

    fn holder(&self, holder: Holder) -> Result<AccountId, StoreError> {
        match holder {
            Holder::Account(id) => Ok(id),
            Holder::New(hash) => {
                let made = self.made.as_ref().and_then(|made| made.get(&hash));
                made.copied()
                    .ok_or_else(|| StoreError::Unknown { what: "new account", id: format!("{hash:032x}") })
            }
        }
    }

    fn account(&self, id: AccountId) -> Result<Account, StoreError> {
        self.apply.account(id)?.ok_or_else(|| StoreError::Unknown { what: "account", id: id.to_string() })
    }

    fn owner(&self, source: &SourceId) -> Owner {
        Owner { integration: self.integration.clone(), source_id: source.clone() }
    }

    fn emit(&mut self, kind: EventKind, account: AccountId, changed: Vec<String>) -> Result<(), StoreError> {
        events::of_account(self.apply, Some(self.run), kind, account, changed, self.now_ms)
    }
}

/// Sets the attributes that a decision changes. What the source sets is no
/// longer what somebody wrote by hand.
fn set(account: &mut Account, decision: &Decision) {
    for change in &decision.changes {
        account.edited.remove(&change.attribute);
        match &change.after {
            Some(value) => account.attributes.insert(change.attribute.clone(), value.clone()),
            None => account.attributes.remove(&change.attribute),
        };
    }
}

/// What a person's record gives to an account that several sources complete.
fn contribution(chunk: &Chunk, person: &Person) -> Result<Contribution, StoreError> {
    let values: Vec<Option<Value>> = decode("staged person", &person.values)?;
    let each = chunk.targets.iter().zip(values);
    let attributes: Attributes = each.filter_map(|(target, value)| Some((target.clone(), value?))).collect();
    Ok(Contribution { source_id: person.source_id.clone(), attributes })
}
