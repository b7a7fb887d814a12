//! A person as the application has them, and whose they are.

use std::collections::{BTreeMap, BTreeSet};

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
    /// No sync links it, changes it, or takes its access away.
    #[serde(skip_serializing_if = "is_false", default)]
    pub protected: bool,
    /// No source has this person (C17). Set by a complete read.
    #[serde(skip_serializing_if = "is_false", default)]
    pub non_matching: bool,
    /// What was edited by hand, with the source's value at that time (C15).
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub edited: BTreeMap<String, Option<Value>>,
    /// Who it is not, by the word of an admin: never matched with them again.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub not_same: Vec<Owner>,
    /// Keys of the groups that it belongs to, by the integration they come from.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub groups: BTreeMap<IntegrationId, BTreeSet<String>>,
    /// Where several sources complete one account: what each has to give.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default = "BTreeMap::new")]
    pub contributions: BTreeMap<IntegrationId, Contribution<A>>,
    /// Milliseconds since 1970.
    pub created_ms: i64,
    pub updated_ms: i64,
}

/// What one of several sources has for an account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contribution<A = Attributes> {
    pub source_id: SourceId,
    pub attributes: A,
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
    /// Somebody said that the two are the same person: believed even where
    /// nothing about them is the same any more.
    #[serde(skip_serializing_if = "is_false", default)]
    pub confirmed: bool,
}

/// Since when, and why, somebody is on the way out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Leaving {
    /// `out-of-scope`, `ended` or `missing`.
    pub situation: Situation,
    /// Milliseconds since 1970.
    pub since_ms: i64,
    /// When access was taken away: the days until removal run from here.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub deactivated_ms: Option<i64>,
    /// After an undo: nothing is taken away before.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub kept_until_ms: Option<i64>,
    /// Whether everything that is configured has been carried out.
    pub done: bool,
}

impl<A> Account<A> {
    /// An account with these attributes, and nothing else to it.
    pub fn new(id: AccountId, attributes: A, owner: Option<Owner>, now_ms: i64) -> Self {
        Self {
            id,
            status: AccountStatus::Active,
            attributes,
            owner,
            protected: false,
            non_matching: false,
            edited: BTreeMap::new(),
            not_same: Vec::new(),
            groups: BTreeMap::new(),
            contributions: BTreeMap::new(),
            created_ms: now_ms,
            updated_ms: now_ms,
        }
    }
}

impl Leaving {
    pub fn begin(situation: Situation, since_ms: i64) -> Self {
        Self { situation, since_ms, deactivated_ms: None, kept_until_ms: None, done: false }
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_false(value: &bool) -> bool {
    !value
}
