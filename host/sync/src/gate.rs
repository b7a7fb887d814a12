//! The gate: a plan that takes access from many people passes with a person's
//! approval (safety rule 3).

use rollcall_model::{Plan, RunState};
use rollcall_store::StoreError;
use serde_json::json;

use crate::run::Job;

/// Whether a plan may be applied: it takes access from few enough people, or a
/// person has approved it.
pub(crate) fn gate(job: &Job, plan: &Plan) -> Result<RunState, StoreError> {
    let applying = RunState::Applying { applied: 0 };
    let Some(reason) = &plan.held else { return Ok(applying) };
    let held = |why: &str| RunState::Held { reason: format!("{reason}{why}") };
    let Some(approval) = job.tenant.approval(&job.integration)? else { return Ok(held("")) };
    let told = |kind| job.audit.note(kind, json!({"plan": approval.plan.to_string(), "by": approval.by}));
    if approval.plan != plan.hash {
        told("approval-stale");
        return Ok(held("; the plan that was approved is another: data or configuration changed since"));
    }
    if job.now_ms >= approval.expires_ms {
        told("approval-expired");
        return Ok(held("; its approval has expired"));
    }
    told("approval-used");
    Ok(applying)
}
