//! Cases that a person has to decide.

use serde::{Deserialize, Serialize};

use crate::{Account, AccountId, AccountStatus, Owner, Value};

/// Somebody from a source about whom nothing is done until a person decides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Review {
    /// Who it is at the source, for a person to read.
    pub label: String,
    pub reason: String,
    pub candidates: Vec<Candidate>,
}

/// An account that may be theirs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    pub account: AccountId,
    pub label: String,
    pub status: AccountStatus,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub owner: Option<Owner>,
    pub protected: bool,
}

impl From<&Account> for Candidate {
    fn from(account: &Account) -> Self {
        Self {
            account: account.id,
            label: account.label(),
            status: account.status,
            owner: account.owner.clone(),
            protected: account.protected,
        }
    }
}

impl Account {
    /// Who it is, for a person to read: name and e-mail.
    pub fn label(&self) -> String {
        let text = |name: &str| self.attributes.get(name).and_then(Value::as_text).unwrap_or("?");
        format!("{} {} <{}>", text("given_name"), text("family_name"), text("email"))
    }
}
