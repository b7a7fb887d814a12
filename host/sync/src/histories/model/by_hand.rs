//! What admins do between two runs, and whether it is done or refused.

use rollcall_model::EventKind;

use super::{Account, Model, Number};
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
}
