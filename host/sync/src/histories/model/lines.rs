//! Who reports to whom, after a run.

use std::collections::{BTreeMap, BTreeSet};

use rollcall_model::{EventKind, Reaction};

use super::{Decision, Model, Number, Plan};

/// Somebody with an account, or who gets one by the plan.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holder {
    Account(Number),
    New(String),
}

/// By who reports, to whom from now on.
pub type Lines = BTreeMap<Holder, Option<Holder>>;

impl Model {
    /// `read`: people in scope, with the id of their manager. None: nobody says
    /// who reports to whom.
    pub(super) fn lines(&self, plan: &mut Plan, read: Option<BTreeMap<String, Option<String>>>, full: bool) {
        let decision = |id: &str| plan.decisions.iter().find(|one| one.id == id);
        let removed = |number: Number| {
            let removes = |one: &Decision| one.reaction == Reaction::Remove && one.account == Some(number);
            plan.decisions.iter().any(removes)
        };
        let holder = |id: &str| match decision(id) {
            Some(Decision { reaction: Reaction::Create, .. }) => Some(Holder::New(id.to_owned())),
            Some(Decision { reaction: Reaction::Link, account: Some(number), .. }) => {
                Some(Holder::Account(*number))
            }
            _ => {
                let number = self.links.get(id)?.account;
                (!removed(number)).then_some(Holder::Account(number))
            }
        };
        let is_left = |id: &str| {
            let linked = self.links.get(id).is_some_and(|link| self.accounts[&link.account].protected);
            linked
                || decision(id).is_some_and(|one| matches!(one.reaction, Reaction::Review | Reaction::Wait))
        };
        let before = |holder: &Holder| match holder {
            Holder::Account(number) => self.managers.get(number).map(|manager| Holder::Account(*manager)),
            Holder::New(_) => None,
        };
        let mut after: Lines = BTreeMap::new();
        match read {
            Some(read) => {
                for (id, manager) in read {
                    let Some(report) = holder(&id).filter(|_| !is_left(&id)) else { continue };
                    after.insert(report, manager.as_deref().and_then(holder));
                }
            }
            None if full => {
                let theirs = self.links.values().map(|link| link.account);
                after.extend(theirs.map(|number| (Holder::Account(number), None)));
            }
            None => {}
        }
        // Whoever comes back to themselves is in a circle.
        let above = |holder: &Holder| after.get(holder).cloned().unwrap_or_else(|| before(holder));
        let everybody: BTreeSet<_> = after
            .keys()
            .cloned()
            .chain(self.managers.keys().map(|number| Holder::Account(*number)))
            .collect();
        let is_met_again = |begin: &&Holder| {
            let mut at = above(begin);
            for _ in 0..everybody.len() {
                at = match at {
                    Some(holder) if holder == **begin => return true,
                    Some(holder) => above(&holder),
                    None => return false,
                };
            }
            false
        };
        let circles = everybody.iter().filter(is_met_again);
        let circles: Vec<_> = circles.cloned().collect();
        plan.circles = circles.iter().any(|holder| above(holder).as_ref() != Some(holder));
        for holder in circles {
            after.entry(holder).and_modify(|manager| *manager = None);
        }
        after.retain(|report, manager| before(report) != *manager);
        plan.lines = after;
    }

    pub(super) fn apply_lines(&mut self, lines: &Lines) {
        self.managers.retain(|report, manager| {
            self.accounts.contains_key(report) && self.accounts.contains_key(manager)
        });
        let number = |model: &Self, holder: &Holder| match holder {
            Holder::Account(number) => *number,
            Holder::New(id) => model.links[id].account,
        };
        for (report, manager) in lines {
            let is_new = matches!(report, Holder::New(_));
            let report = number(self, report);
            let manager = manager.as_ref().map(|manager| number(self, manager));
            self.report(report, manager, is_new);
        }
    }

    fn report(&mut self, report: Number, manager: Option<Number>, is_new: bool) {
        match manager {
            Some(manager) => self.managers.insert(report, manager),
            None => self.managers.remove(&report),
        };
        // Of somebody new no more is told than that they are there.
        if !is_new {
            self.emit(EventKind::Updated, report);
        }
    }
}
