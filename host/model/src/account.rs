//! A person as the application has them, and whose they are.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{AccountId, Fingerprint, IntegrationId, Situation, SourceId, Value};

/// Attributes of an account, by name.
pub type Attributes = BTreeMap<String, Value>;

/// `A` is another form of the attributes where an account is only written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Account<A = Attributes> {
    pub id: AccountId,
    pub status: AccountStatus,
    pub attributes: A,
    /// The source that governs it. None: a local account (C2, C17).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub owner: Option<Owner>,
    /// Milliseconds since 1970.
    pub created_ms: i64,
    pub updated_ms: i64,
}

/// The one integration, and the one person in it, that an account belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    pub integration: IntegrationId,
    pub source_id: SourceId,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccountStatus {
    Active,
    Deactivated,
}

/// That a worker and an account are the same person, with what the last run
/// knew of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Link {
    pub account: AccountId,
    /// Of the record that was applied last.
    pub fingerprint: Fingerprint,
    /// Set while the person is on the way out: grace runs from here.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub leaving: Option<Leaving>,
}

/// Since when, and why, somebody is on the way out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Leaving {
    /// `out-of-scope`, `ended` or `missing`.
    pub situation: Situation,
    /// Milliseconds since 1970.
    pub since_ms: i64,
    /// Whether the configured reaction has been carried out.
    pub done: bool,
}
