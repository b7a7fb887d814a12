//! Matching: which existing account, if any, a person is (R93..R104).

use std::collections::{HashMap, HashSet};

use rollcall_model::{AccountId, SourceId, fold, index_fold};
use twox_hash::XxHash3_128;

use crate::policy::Ignores;

/// How two values of a key are compared. Space around them never counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fold {
    Case,
    CaseAndAccents,
}

impl Fold {
    pub fn ignoring(ignores: Ignores) -> Self {
        match ignores {
            Ignores::Case => Self::Case,
            Ignores::CaseAndAccents => Self::CaseAndAccents,
        }
    }

    pub fn fold(self, text: &str) -> String {
        match self {
            Self::Case => fold(text),
            Self::CaseAndAccents => index_fold(text),
        }
    }
}

/// What earlier people of the same plan have taken: two people with one e-mail
/// must not become two accounts with one e-mail (R95, R104).
#[derive(Debug, Default)]
pub struct Claims {
    /// Hash of a key, and the source's id of whose it is. One for each person of a
    /// plan: as small as may be.
    keys: HashMap<u128, Box<str>>,
    accounts: HashSet<AccountId>,
}

impl Claims {
    /// Takes a key for this person. Err: whose it is already.
    pub fn claim_key(&mut self, attribute: &str, folded: &str, person: &SourceId) -> Result<(), SourceId> {
        let hash = XxHash3_128::oneshot(format!("{attribute}\0{folded}").as_bytes());
        match self.keys.get(&hash) {
            Some(taken) if **taken != *person.as_str() => Err(SourceId::from(&**taken)),
            _ => {
                self.keys.insert(hash, person.as_str().into());
                Ok(())
            }
        }
    }

    /// Takes an account. False: it is taken already.
    pub fn claim_account(&mut self, account: AccountId) -> bool {
        self.accounts.insert(account)
    }

    pub fn has_account(&self, account: AccountId) -> bool {
        self.accounts.contains(&account)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c11_accents_count_unless_they_are_ignored() {
        assert_ne!(Fold::Case.fold("Zoë"), Fold::Case.fold("ZOE"));
        assert_eq!(Fold::CaseAndAccents.fold("Zoë"), Fold::CaseAndAccents.fold("ZOE"));
    }

    #[test]
    fn r95_a_key_belongs_to_who_came_first() {
        let mut claims = Claims::default();
        let (a, b) = ("a".into(), "b".into());
        assert_eq!(claims.claim_key("email", "x", &a), Ok(()));
        assert_eq!(claims.claim_key("email", "x", &a), Ok(()));
        assert_eq!(claims.claim_key("email", "x", &b), Err(a));
        assert_eq!(claims.claim_key("user_name", "x", &b), Ok(()));
    }
}
