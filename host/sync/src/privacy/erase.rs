//! Erasing one person (R139), with what the audit may say about it.

use rollcall_model::{IntegrationId, RunId, RunState};
use rollcall_store::{AuditEntry, Erasure, Store, StoreError, TenantStore};
use serde_json::json;

use super::export::Export;
use super::subject::Subject;
use crate::approve::MAX_WORDS;

/// Why nobody was erased.
#[derive(Debug, thiserror::Error)]
pub enum EraseError {
    #[error(
        "{run} of `{integration}` is being applied, and may name them; bring it to its end first, with `rollcall sync`"
    )]
    Applying { run: RunId, integration: IntegrationId },
    #[error("{what}: write 1 to {MAX_WORDS} bytes; it goes into the audit")]
    Words { what: &'static str },
    #[error("{what} names the person: the audit keeps it for good; say it in other words")]
    Named { what: &'static str },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Who wants it, and why: in their own words, if they give any.
#[derive(Debug, Clone, Copy)]
pub struct Wish<'a> {
    pub by: Option<&'a str>,
    pub reason: Option<&'a str>,
    /// Milliseconds since 1970.
    pub now_ms: i64,
}

/// Fails if this person cannot be erased now, or not with these words.
pub fn refusal(tenant: &TenantStore, subject: &Subject, wish: &Wish<'_>) -> Result<(), EraseError> {
    for (what, words) in [("the name", wish.by), ("the reason", wish.reason)] {
        let Some(words) = words else { continue };
        if words.trim().is_empty() || words.len() > MAX_WORDS {
            return Err(EraseError::Words { what });
        }
        if subject.is_named_by(words) {
            return Err(EraseError::Named { what });
        }
    }
    let applying = tenant.runs()?.into_iter().find(|run| matches!(run.state, RunState::Applying { .. }));
    applying.map_or(Ok(()), |run| Err(EraseError::Applying { run: run.id, integration: run.integration }))
}

/// Erases what `export` has. Lets go of the tenant, so that its file is written
/// anew.
pub fn erase(
    store: &Store,
    tenant: TenantStore,
    subject: &Subject,
    export: &Export,
    wish: &Wish<'_>,
) -> Result<(), EraseError> {
    refusal(&tenant, subject, wish)?;
    let mut runs: Vec<_> = export.staged.iter().map(|one| one.run).collect();
    runs.sort_unstable();
    runs.dedup();
    // The audit first: it says that somebody wanted it, which is true also when
    // the process is killed before it was done.
    store.append_audit(&[AuditEntry {
        at_ms: wish.now_ms,
        tenant: tenant.id.to_string(),
        kind: "erasure".to_owned(),
        detail: json!({
            "by": wish.by,
            "reason": wish.reason,
            "digest": export.digest()?,
            "runs_given_up": runs.iter().map(ToString::to_string).collect::<Vec<_>>(),
        }),
    }])?;
    tenant.erase(&Erasure { account: subject.account, sources: subject.sources.clone(), runs })?;
    Ok(store.close(tenant)?)
}
