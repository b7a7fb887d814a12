//! What admins do to accounts and links themselves, beside the syncs. Each act is
//! in the audit, by account and never by name.

mod accounts;
mod links;

pub(crate) use accounts::links_of;
pub use accounts::{Edit, add, edit, protect};
pub use links::{LinkRow, break_link, exclude, include, links, repair};
pub(crate) use links::{idle, released};

use rollcall_model::{Account, AccountId, IntegrationId, SourceId};
use rollcall_pipeline::MANAGER;
use rollcall_store::{AuditEntry, Store, StoreError, TenantStore};
use serde_json::Value as Json;

/// Who does it, and why.
#[derive(Debug, Clone)]
pub struct Hand<'a> {
    pub by: &'a str,
    pub reason: &'a str,
    /// Milliseconds since 1970.
    pub now_ms: i64,
}

/// Why it was not done. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum HandError {
    #[error("`{0}` is not an e-mail address; write it as name@example.com")]
    Email(String),
    #[error("{account} has the e-mail `{email}` already; use another, or edit that account")]
    Taken { account: AccountId, email: String },
    #[error(
        "local accounts are not allowed beside {source_name}; add the person there, or set `local_accounts` of \
         `{integration}` to `allow-until-matched`"
    )]
    Forbidden { integration: IntegrationId, source_name: String },
    #[error("there is no account `{0}`; `rollcall account list` has them")]
    NoAccount(String),
    #[error("`{attribute}` is kept as {source_name} has it; change it there")]
    Locked { attribute: String, source_name: String },
    #[error("`{MANAGER}` is another account, and said by a source: map the manager's id to it")]
    Manager,
    #[error("`{0}` cannot be emptied: every account has one")]
    Required(String),
    #[error("there is no source `{0}`; `rollcall link list` names those there are")]
    NoIntegration(IntegrationId),
    #[error("`{integration}` has no link of `{source_id}`; `rollcall link list` has them")]
    NoLink { integration: IntegrationId, source_id: SourceId },
    #[error("{account} belongs to {owner} of `{integration}`; break that link first, or migrate the source")]
    Owned { account: AccountId, owner: SourceId, integration: IntegrationId },
    #[error("{0} is protected; `rollcall account unprotect` it first")]
    Protected(AccountId),
    #[error("`{0}` is not kept out")]
    NotExcluded(SourceId),
    #[error("a run of `{0}` is under way or waits; let it end with `rollcall sync`, then do this again")]
    Busy(IntegrationId),
    #[error(transparent)]
    Store(#[from] StoreError),
}

pub(crate) fn find(tenant: &TenantStore, id: AccountId) -> Result<Account, HandError> {
    tenant.account(id)?.ok_or_else(|| HandError::NoAccount(id.to_string()))
}

/// Writes what was done before it is done: an act that nobody can read about is
/// none.
pub(crate) fn note(
    store: &Store,
    tenant: &TenantStore,
    hand: &Hand<'_>,
    kind: &str,
    mut detail: Json,
) -> Result<(), StoreError> {
    detail["by"] = hand.by.into();
    detail["reason"] = hand.reason.into();
    store.append_audit(&[AuditEntry {
        at_ms: hand.now_ms,
        tenant: tenant.id.to_string(),
        kind: kind.to_owned(),
        detail,
    }])
}

/// Has the next run of every source read everything.
pub(crate) fn read_again(tenant: &TenantStore) -> Result<(), StoreError> {
    tenant.integrations()?.iter().try_for_each(|known| tenant.forget_checkpoints(&known.id))
}
