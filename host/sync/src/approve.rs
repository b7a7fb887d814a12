//! Letting a held plan go on (safety rule 3).

use rollcall_model::{Approval, IntegrationId, Plan, PlanHash, Run, RunState};
use rollcall_store::{AuditEntry, Store, StoreError, TenantStore};
use serde_json::json;

/// A name or a reason of so many bytes is none.
pub const MAX_WORDS: usize = 1_000;

/// Hours that an approval may wait to be used.
pub const MAX_HOURS: u32 = 14 * 24;

/// Why a plan was not approved.
#[derive(Debug, thiserror::Error)]
pub enum ApproveError {
    #[error("no plan of this integration waits for approval; `rollcall sync` makes one")]
    NothingWaits,
    #[error("the plan that waits is {waits}, not {asked}; look at it with `rollcall plan`")]
    Another { waits: PlanHash, asked: String },
    #[error("{what}: write 1 to {MAX_WORDS} bytes; it goes into the audit")]
    Words { what: &'static str },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The plan of an integration that waits for a person, with its run.
pub fn waiting(tenant: &TenantStore, id: &IntegrationId) -> Result<Option<(Run, Plan)>, StoreError> {
    let Some(run) = tenant.latest_run(id)? else { return Ok(None) };
    let RunState::Held { .. } = run.state else { return Ok(None) };
    Ok(tenant.staging().plan(run.id)?.map(|plan| (run, plan)))
}

/// What a person says to a plan.
pub struct Consent<'a> {
    /// The plan's hash, as it was shown.
    pub plan: &'a str,
    pub by: &'a str,
    pub reason: &'a str,
    pub hours: u32,
    /// Milliseconds since 1970.
    pub now_ms: i64,
}

/// Approves the plan that waits. It is applied by the next sync, if that comes to
/// the same plan.
pub fn approve(
    store: &Store,
    tenant: &TenantStore,
    integration: &IntegrationId,
    consent: &Consent<'_>,
) -> Result<Approval, ApproveError> {
    for (what, words) in [("the name", consent.by), ("the reason", consent.reason)] {
        if words.trim().is_empty() || words.len() > MAX_WORDS {
            return Err(ApproveError::Words { what });
        }
    }
    let (run, plan) = waiting(tenant, integration)?.ok_or(ApproveError::NothingWaits)?;
    if plan.hash.to_string() != consent.plan {
        return Err(ApproveError::Another { waits: plan.hash, asked: consent.plan.to_owned() });
    }
    let hours = i64::from(consent.hours.min(MAX_HOURS));
    let approval = Approval {
        plan: plan.hash,
        by: consent.by.to_owned(),
        reason: consent.reason.to_owned(),
        approved_ms: consent.now_ms,
        expires_ms: consent.now_ms.saturating_add(hours * 60 * 60 * 1000),
    };
    // The audit first: an approval that nobody can read about is none.
    store.append_audit(&[AuditEntry {
        at_ms: consent.now_ms,
        tenant: tenant.id.to_string(),
        kind: "plan-approved".to_owned(),
        detail: json!({
            "integration": integration,
            "run": run.id.to_string(),
            "plan": plan.hash.to_string(),
            "by": approval.by,
            "reason": approval.reason,
            "expires_ms": approval.expires_ms,
        }),
    }])?;
    tenant.put_approval(integration, &approval)?;
    Ok(approval)
}
