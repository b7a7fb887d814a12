//! Applying a plan: chunk by chunk, in transactions of bounded size, each with
//! the run's progress in it. A killed process goes on after the last one.

use rollcall_model::{Plan, Run, RunId, RunState};
use rollcall_pipeline::hash_source;
use rollcall_store::{Integration, Staging, StoreError, TenantStore};

use crate::act::{Acting, Made};
use crate::ahead::ahead;
use crate::batch::{Batch, Chunk};
use crate::lines::ByHash;
use crate::progress::Progress;

/// Decisions that one transaction carries out at most. Fewer and larger ones
/// write less: people come in an order that is random to the links' tree, so
/// each transaction touches most of it. Few in tests, so that a dozen people are
/// several transactions.
pub(crate) const TRANSACTION_PEOPLE: usize = if cfg!(test) { 4 } else { 25_000 };

/// Carries out what is left of a plan and ends the run with the last of it.
pub(crate) fn apply(
    tenant: &TenantStore,
    staging: &Staging,
    run: &mut Run,
    plan: &Plan,
    integration: &Integration,
    now_ms: i64,
    progress: &dyn Progress,
) -> Result<(), StoreError> {
    let total = plan.counts.reactions.values().sum::<u64>() + plan.lines;
    let RunState::Applying { applied: first } = run.state else { return Ok(()) };
    let id = run.id;
    let load = |number| load(staging, id, number);
    let mut made = made_before(tenant, plan, integration, first)?;
    // Chunks are read and decoded on another thread, one ahead.
    ahead(first..plan.chunks, load, |parts| {
        loop {
            let RunState::Applying { applied: first } = run.state else { return Ok(()) };
            let mut next = first;
            let done = tenant.apply(|apply| {
                let mut acting = Acting::new(apply, plan, &integration.id, &mut made, now_ms);
                if first == 0 {
                    acting.begin(plan)?;
                }
                let mut people = 0;
                while people < TRANSACTION_PEOPLE
                    && let Some(part) = parts.next()
                {
                    people += acting.part(&part?)?;
                    next += 1;
                }
                let ended = next >= plan.chunks;
                acting.finish(ended)?;
                let state = if ended { RunState::Done } else { RunState::Applying { applied: next } };
                let run = Run { state, ..run.clone() };
                apply.save_run(&run)?;
                if ended {
                    apply.save_integration(integration)?;
                    apply.clear_staging(run.id)?;
                }
                progress.records(people as u64, Some(total));
                parts.settle();
                Ok(run)
            })?;
            *run = done;
        }
    })
}

/// Where a process was killed, somebody whom a line is about was made by that one.
fn made_before(
    tenant: &TenantStore,
    plan: &Plan,
    integration: &Integration,
    first: u32,
) -> Result<Made, StoreError> {
    if plan.lines == 0 {
        return Ok(None);
    }
    let mut made = ByHash::default();
    if first > 0 {
        tenant.each_link(&integration.id, |source, link| {
            made.insert(hash_source(&source), link.account);
            Ok(())
        })?;
    }
    Ok(Some(made))
}

/// Part of a plan, with the people that it is about.
pub(crate) struct Part {
    pub chunk: Chunk,
    pub batch: Option<Batch>,
}

fn load(staging: &Staging, run: RunId, number: u32) -> Result<Part, StoreError> {
    let gone = |what| move || StoreError::Unknown { what, id: number.to_string() };
    let chunk: Chunk = staging.chunk(run, number)?.ok_or_else(gone("plan chunk"))?;
    let batch = match chunk.batch {
        Some(batch) => Some(staging.batch(run, batch)?.ok_or_else(gone("staged batch"))?),
        None => None,
    };
    Ok(Part { chunk, batch })
}
