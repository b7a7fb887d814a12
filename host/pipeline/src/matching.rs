//! Matching: which existing account, if any, a person is (R93..R104).

use std::collections::{HashMap, HashSet};

use rollcall_model::{AccountId, SourceId};
use twox_hash::XxHash3_128;

/// A key as it is compared: case counts for nothing, nor does space around it.
pub fn fold(text: &str) -> String {
    text.trim().to_lowercase()
}

/// Accounts that one key finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidates {
    /// The attribute by which they were found.
    pub key: String,
    /// Each with whether somebody owns it already.
    pub accounts: Vec<(AccountId, bool)>,
}

/// What earlier people of the same plan have taken: two people with one e-mail
/// must not become two accounts with one e-mail (R95, R104).
#[derive(Debug, Default)]
pub struct Claims {
    keys: HashMap<u128, SourceId>,
    accounts: HashSet<AccountId>,
}

impl Claims {
    /// Takes a key for this person. Err: whose it is already.
    pub fn claim_key(&mut self, attribute: &str, folded: &str, person: &SourceId) -> Result<(), SourceId> {
        let hash = XxHash3_128::oneshot(format!("{attribute}\0{folded}").as_bytes());
        match self.keys.get(&hash) {
            Some(taken) if taken != person => Err(taken.clone()),
            _ => {
                self.keys.insert(hash, person.clone());
                Ok(())
            }
        }
    }

    /// Takes an account. False: it is taken already.
    pub fn claim_account(&mut self, account: AccountId) -> bool {
        self.accounts.insert(account)
    }
}
