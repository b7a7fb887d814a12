//! What admins do between two runs, and whether it is done or refused.

use rollcall_model::{EventKind, Leaving};
use rollcall_pipeline::ManualEdit;

use super::{Account, Link, Model, Number, Subject};
use crate::UNDO_DAYS;
use crate::histories::calendar::DAY_MS;
use crate::histories::story::Local;

impl Model {
    /// Somebody makes an account by hand. None: another has the e-mail.
    pub fn add(&mut self, local: &Local) -> Option<Number> {
        if !self.with_email(&local.email).is_empty() {
            return None;
        }
        let values = [("email", &local.email), ("given_name", &local.given), ("family_name", &local.family)];
        let values = values.map(|(name, text)| (name, text.clone())).into();
        let number = self.new_account(Account { active: true, values, ..Account::default() });
        self.emit(EventKind::Created, number);
        Some(number)
    }

    /// As far as the source allows it (C15).
    pub fn edit(&mut self, number: Number, attribute: &'static str, value: Option<&String>) -> bool {
        let taken = value.is_some_and(|email| self.with_email(email).iter().any(|other| *other != number));
        if attribute == "email" && taken {
            return false;
        }
        let account = self.accounts.get_mut(&number).expect("is there");
        if let Some(owner) = &account.owner {
            match self.rules.as_ref().expect("something was synced").manual_edit {
                ManualEdit::Lock => return false,
                ManualEdit::Overwrite => {}
                ManualEdit::KeepUntilSourceChanges => {
                    let then = account.values.get(attribute).cloned();
                    account.edited.entry(attribute).or_insert(then);
                }
            }
            self.links.get_mut(owner).expect("is there").applied = None;
        }
        account.values.remove(attribute);
        account.values.extend(value.map(|text| (attribute, text.clone())));
        self.emit(EventKind::Updated, number);
        true
    }

    /// They are not the same: the account is nobody's.
    pub fn break_link(&mut self, id: &str) {
        let link = self.links.remove(id).expect("is there");
        self.release(link.account);
        let account = self.accounts.get_mut(&link.account).expect("is there");
        account.not_same.insert(id.to_owned());
    }

    /// They are the same, if nothing speaks against it.
    pub fn repair(&mut self, id: &str, number: Number) -> bool {
        let account = &self.accounts[&number];
        let others = account.owner.as_ref().is_some_and(|owner| owner != id);
        if self.rules.is_none() || account.protected || others {
            return false;
        }
        if let Some(link) = self.links.get(id).filter(|link| link.account != number) {
            self.release(link.account);
        }
        let account = self.accounts.get_mut(&number).expect("is there");
        (account.owner, account.non_matching) = (Some(id.to_owned()), false);
        account.not_same.remove(id);
        let link = Link { account: number, applied: None, leaving: None, confirmed: true };
        self.links.insert(id.to_owned(), link);
        self.emit(EventKind::Linked, number);
        true
    }

    /// The source lets go of it.
    fn release(&mut self, number: Number) {
        let before = self.members();
        let account = self.accounts.get_mut(&number).expect("is there");
        account.owner = None;
        account.groups.clear();
        account.edited.clear();
        self.emit(EventKind::Unlinked, number);
        let after = self.members();
        let gone = before.into_keys().filter(|key| !after.contains_key(key));
        self.events.extend(gone.map(|key| (EventKind::GroupRemoved, Subject::Group(key))));
    }

    /// Gives back the access that the last run took, and holds the next step.
    pub fn undo(&mut self, now_ms: i64) -> Vec<Number> {
        let mut restored = std::mem::take(&mut self.taken);
        restored.retain(|number| self.accounts.get(number).is_some_and(|account| !account.active));
        for number in &restored {
            let account = self.accounts.get_mut(number).expect("is there");
            account.active = true;
            if let Some(link) = account.owner.as_ref().and_then(|owner| self.links.get_mut(owner)) {
                link.leaving = link.leaving.take().map(|leaving| Leaving {
                    since_ms: now_ms,
                    deactivated_ms: None,
                    kept_until_ms: Some(now_ms + i64::from(UNDO_DAYS) * DAY_MS),
                    done: false,
                    ..leaving
                });
            }
            self.emit(EventKind::Reactivated, *number);
        }
        restored
    }
}
