//! What admins do between two runs, to the product and to the model.

use std::collections::BTreeSet;

use rollcall_model::{AccountId, RunState, Value};

use super::World;
use crate::histories::company::tokens;
use crate::histories::model::Number;
use crate::histories::story::{ByHand, Local, Step};
use crate::{Hand, HandError, add, break_link, edit, exclude, include, protect, repair, undo};

fn hand<'a>(now_ms: i64) -> Hand<'a> {
    Hand { by: "Ada", reason: "asked to", now_ms }
}

/// The how-manieth.
fn pick<T>(from: impl IntoIterator<Item = T>, at: u64) -> Option<T> {
    let mut all: Vec<_> = from.into_iter().collect();
    let place = (at % all.len().max(1) as u64) as usize;
    (place < all.len()).then(|| all.swap_remove(place))
}

/// That an act was done, or refused, as the model says.
fn agrees<T: std::fmt::Debug>(result: Result<T, HandError>, done: bool) {
    assert!(!matches!(result, Err(HandError::Store(_))), "{result:?}");
    assert_eq!(result.is_ok(), done, "{result:?}");
}

impl World<'_> {
    /// A local account.
    pub(super) fn add(&mut self, local: &Local, now_ms: i64) {
        let text = |text: &String| Value::Text(text.clone());
        let attributes: rollcall_model::Attributes =
            [("email", &local.email), ("given_name", &local.given), ("family_name", &local.family)]
                .map(|(name, value)| (name.to_owned(), text(value)))
                .into();
        let added = add(&self.store, &self.tenant, attributes, &hand(now_ms));
        match self.model.add(local) {
            Some(number) => {
                self.names.insert(number, added.expect("adds").id);
                self.allowed.extend(local.tokens());
                self.read_in_full = None;
            }
            None => assert!(matches!(added, Err(HandError::Taken { .. })), "{added:?}"),
        }
    }

    pub(super) fn by_hand(&mut self, act: &ByHand, step: &Step) {
        let (store, tenant) = (self.store.clone(), self.tenant.clone());
        let (people, hand) = ("people".into(), hand(step.now_ms));
        let done = match *act {
            ByHand::Edit(whose, attribute, ref value) => {
                let Some(number) = self.account(whose) else { return };
                let edits = [(attribute.to_owned(), value.clone().map(Value::Text))];
                let done = self.model.edit(number, attribute, value.as_ref());
                agrees(edit(&store, &tenant, self.names[&number], &edits, &hand), done);
                self.allowed.extend(value.iter().filter(|_| done).flat_map(|text| tokens(text.as_bytes())));
                // A local account is no concern of a source.
                done && self.model.accounts[&number].owner.is_some()
            }
            ByHand::Protect(whose, protected) => {
                let Some(number) = self.account(whose) else { return };
                self.model.accounts.get_mut(&number).expect("is there").protected = protected;
                agrees(protect(&store, &tenant, self.names[&number], protected, &hand), true);
                true
            }
            ByHand::Exclude(who) => {
                let Some(id) = self.person(who, step) else { return };
                let done = self.model.rules.is_some();
                agrees(exclude(&store, &tenant, &people, &id.as_str().into(), &hand), done);
                self.allowed.extend(tokens(id.as_bytes()));
                self.model.excluded.extend(Some(id).filter(|_| done));
                done
            }
            ByHand::Include(who) => {
                let Some(id) = pick(self.model.excluded.clone(), who) else { return };
                self.model.excluded.remove(&id);
                agrees(include(&store, &tenant, &people, &id.as_str().into(), &hand), true);
                true
            }
            ByHand::Break(who) => {
                let Some(id) = pick(self.model.links.keys().cloned(), who) else { return };
                self.model.break_link(&id);
                agrees(break_link(&store, &tenant, &people, &id.as_str().into(), &hand), true);
                true
            }
            ByHand::Repair(who, whose) => {
                let (Some(id), Some(number)) = (self.person(who, step), self.account(whose)) else { return };
                let done = self.model.repair(&id, number);
                let id = id.as_str();
                agrees(repair(&store, &tenant, &people, &id.into(), self.names[&number], &hand), done);
                self.allowed.extend(tokens(id.as_bytes()));
                done
            }
            ByHand::Undo => {
                let Some(run) = tenant.latest_run(&people).expect("reads") else { return };
                // A run that failed or waits has taken nothing away.
                let restored =
                    if run.state == RunState::Done { self.model.undo(step.now_ms) } else { Vec::new() };
                let expected: BTreeSet<AccountId> = restored.iter().map(|n| self.names[n]).collect();
                let undone = undo(&store, &tenant, run.id, &hand).expect("undoes");
                assert_eq!(undone.restored.into_iter().collect::<BTreeSet<_>>(), expected);
                self.undone |= !restored.is_empty();
                restored.iter().any(|number| self.model.accounts[number].owner.is_some())
            }
        };
        if done {
            self.read_in_full = None;
            self.played.by_hand += 1;
        }
    }

    /// Somebody who is linked, or at the source.
    fn person(&self, at: u64, step: &Step) -> Option<String> {
        let known = self.model.links.keys().chain(step.company.people.iter().map(|human| &human.id));
        pick(known.collect::<BTreeSet<_>>(), at).cloned()
    }

    /// By what they have, not by number: numbers follow the order of a read.
    fn account(&self, at: u64) -> Option<Number> {
        let all: BTreeSet<_> =
            self.model.accounts.iter().map(|(number, account)| (&account.values, *number)).collect();
        pick(all, at).map(|(_, number)| number)
    }
}
