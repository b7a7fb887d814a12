//! One run, from its beginning to the last account.

use std::sync::Arc;

use rollcall_model::{Act, Entity, Failure, IntegrationId, Plan, PullMode, Receipt, Run, RunState};
use rollcall_pipeline::{Circumstances, Explanation, Pipeline, PipelineConfig};
use rollcall_store::{Checkpoints, Integration, Staging, Store, StoreError, TenantStore};
use serde::Serialize;
use serde_json::json;

use crate::begin::begin;
use crate::explain::Watch;
use crate::gate::gate;
use crate::members::group_members;
use crate::progress::{Phase, Progress};
use crate::surroundings::circumstances;
use crate::workers::read_workers;
use crate::{AuditBuffer, Source, SyncError, apply, plan, power};

/// What is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadMode {
    /// Changes where the connector can and the last full read is recent.
    Auto,
    Full,
}

/// Everything that one run needs.
pub struct Job {
    pub store: Store,
    pub tenant: TenantStore,
    pub integration: IntegrationId,
    pub source: Source,
    pub config: PipelineConfig,
    /// To sync, or to take over the accounts of another source.
    pub act: Act,
    /// Stop before the gate, with nothing written.
    pub plan_only: bool,
    pub read: ReadMode,
    /// Whom to explain. Their attributes are in memory alone.
    pub watch: Option<Watch>,
    /// Milliseconds since 1970.
    pub now_ms: i64,
    pub audit: AuditBuffer,
    pub progress: Arc<dyn Progress>,
}

/// What a run came to.
pub struct Outcome {
    pub run: Run,
    pub plan: Plan,
    pub receipt: Receipt,
}

/// When an integration ran last, and when it is due again; milliseconds since
/// 1970.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Times {
    pub last_run_ms: Option<i64>,
    /// None: when somebody asks for it, or the source says that something changed.
    pub next_run_ms: Option<i64>,
}

/// A plan that is ready, with its items.
pub struct Ready<'a> {
    pub plan: &'a Plan,
    pub receipt: &'a Receipt,
    pub tenant: &'a TenantStore,
    pub staging: &'a Staging,
    /// Those who were looked out for and came.
    pub watched: &'a [Explanation],
    pub times: Times,
}

/// Runs a job. `look` sees the plan before anything of it is applied.
pub async fn sync(
    job: &Job,
    look: impl FnOnce(&Ready<'_>) -> Result<(), StoreError>,
) -> Result<Outcome, SyncError> {
    let offer = job.source.offer();
    let compile = |now_ms| Pipeline::compile(&job.config, &offer, now_ms).map_err(SyncError::Configuration);
    let fresh = compile(job.now_ms)?;
    let circumstances = circumstances(job)?;
    let mut run = begin(job, &fresh)?;
    // A resumed run goes on in its own day.
    let pipeline = compile(run.started_ms)?;
    note_begin(job, &run);
    let result = drive(job, &mut run, Arc::new(pipeline), circumstances, look).await;
    note_end(job, &run, &result);
    job.audit.flush(&job.store)?;
    if let (Err(error), false) = (&result, job.plan_only) {
        // What failed in the store stays as it is and is resumed.
        let failure = match error {
            SyncError::Failed(failure) => failure.clone(),
            SyncError::Configuration(problems) => {
                let first = problems.first();
                let key = first.map(|problem| problem.place.clone()).unwrap_or_default();
                Failure::BadSetting { key, why: first.map(ToString::to_string).unwrap_or_default() }
            }
            SyncError::Store(_) | SyncError::Host(_) => return result,
        };
        run.state = RunState::Failed { failure: failure.for_the_record() };
        job.tenant.save_run(&run)?;
        job.tenant.staging().clear_up_to(run.id)?;
    }
    result
}

fn note_begin(job: &Job, run: &Run) {
    let mode = if run.mode == PullMode::Full { "full" } else { "changes" };
    job.audit.note(
        "run-begun",
        json!({
            "run": run.id.to_string(),
            "integration": job.integration,
            "connector": job.source.provider.manifest().id,
            "component": run.connector,
            "configuration": run.configuration,
            "mode": mode,
            "plan_only": job.plan_only,
        }),
    );
}

fn note_end(job: &Job, run: &Run, result: &Result<Outcome, SyncError>) {
    let ended = match result {
        Ok(Outcome { run, plan, .. }) => json!({
            "state": if job.plan_only { &RunState::Done } else { &run.state },
            "plan": plan.hash.to_string(),
            "reactions": plan.counts.reactions,
        }),
        Err(error) => json!({"failed": error.code(), "blame": error.blame()}),
    };
    job.audit.note("run-ended", json!({"run": run.id.to_string(), "ended": ended}));
}

async fn drive(
    job: &Job,
    run: &mut Run,
    pipeline: Arc<Pipeline>,
    circumstances: Circumstances,
    look: impl FnOnce(&Ready<'_>) -> Result<(), StoreError>,
) -> Result<Outcome, SyncError> {
    let source = job.source.of_run(run.id);
    let staging = if job.plan_only { Staging::in_memory()? } else { job.tenant.staging() };
    let known = job.tenant.integration(&job.integration)?;
    if let RunState::Applying { .. } = run.state {
        let unknown = || StoreError::Unknown { what: "plan", id: run.id.to_string() };
        let plan = staging.plan(run.id)?.ok_or_else(unknown)?;
        let receipt = run.receipt.clone().unwrap_or_default();
        // Where changes begin was known to the process that was killed, not to
        // this one: the next run reads everything, which is always right.
        let integration = integration(job, run, &pipeline, known);
        return finish(job, run.clone(), plan, receipt, integration, staging).await;
    }

    let mut receipt = Receipt::default();
    let members = group_members(&source, &pipeline, &mut receipt, &*job.progress).await?;
    let digest = members.digest().to_vec();
    let before = known.as_ref().and_then(|known| known.checkpoints.clone());
    let moved = before.as_ref().is_none_or(|before| before.members != digest);
    if moved && run.mode != PullMode::Full {
        // Somebody joined or left a group: a read of changes of people would
        // not bring their records.
        reread(job, run)?;
    }
    let members = Arc::new(members);
    let stage = match read_workers(job, &source, run, &pipeline, &members, &staging).await {
        Err(SyncError::Failed(Failure::CheckpointExpired)) if run.mode != PullMode::Full => {
            reread(job, run)?;
            read_workers(job, &source, run, &pipeline, &members, &staging).await?
        }
        other => other?,
    };
    let (mut stage, workers) = stage;
    let mut notes = power::notes(job);
    let watched = std::mem::take(&mut stage.watched);
    receipt.workers = workers.receipt;
    receipt.requests += workers.requests;
    receipt.bytes += workers.bytes;
    let full = run.mode == PullMode::Full;
    if full && receipt.workers.records == 0 && stage.index.len() > 0 {
        let detail = format!("no people came, and {} were there before", stage.index.len());
        return Err(Failure::Incomplete { detail }.into());
    }
    if full && receipt.workers.records == 0 {
        notes.push(NOBODY.to_owned());
    }
    receipt.complete = true;
    run.receipt = Some(receipt.clone());

    let checkpoints = stage.checkpoint.clone().map(|checkpoint| Checkpoints {
        configuration: run.configuration.clone(),
        cursor_version: job.source.provider.manifest().cursor_version,
        full_ms: match (&before, full) {
            (Some(before), false) => before.full_ms,
            _ => run.started_ms,
        },
        entities: [(Entity::Workers.as_str().to_owned(), checkpoint)].into(),
        members: digest,
    });
    job.progress.phase(Phase::Planning);
    let next_sync = {
        let pipeline = Arc::clone(&pipeline);
        move |last_ms| pipeline.policies().next_sync_ms(last_ms)
    };
    let plan = blocking({
        let (tenant, mode, plan_only) = (job.tenant.clone(), run.mode.clone(), job.plan_only);
        let (progress, read) = (Arc::clone(&job.progress), receipt.workers.records);
        move || {
            if !plan_only {
                tenant.index_keys(stage.pipeline.indexed_targets())?;
            }
            plan::plan(&tenant, &circumstances, &stage, &mode, read, notes, &*progress)
        }
    })
    .await?;
    let tenant = &job.tenant;
    let last_run_ms = known.as_ref().map(|known| known.synced_ms);
    let next_run_ms = next_sync(last_run_ms.unwrap_or(job.now_ms));
    let times = Times { last_run_ms, next_run_ms };
    look(&Ready { plan: &plan, receipt: &receipt, tenant, staging: &staging, watched: &watched, times })?;
    if job.plan_only {
        return Ok(Outcome { run: run.clone(), plan, receipt });
    }
    run.state = gate(job, &plan)?;
    job.audit.flush(&job.store)?;
    if plan.chunks > 0 {
        job.tenant.pass_gate(run)?;
    }
    if let RunState::Held { .. } = run.state {
        return Ok(Outcome { run: run.clone(), plan, receipt });
    }
    // Changes would not bring those who get their manager back when somebody else
    // leaves a circle.
    let checkpoints = checkpoints.filter(|_| plan.circles.is_empty());
    let integration = Integration { checkpoints, ..integration(job, run, &pipeline, known) };
    finish(job, run.clone(), plan, receipt, integration, staging).await
}

/// Of a first read that brings no people.
const NOBODY: &str = "the provider answered, and named nobody: either the company is empty, or the \
                      credential may not see people; look at its permissions at the provider";

/// An integration as it is after this run, but for what was read.
fn integration(job: &Job, run: &Run, pipeline: &Pipeline, known: Option<Integration>) -> Integration {
    let manifest = job.source.provider.manifest();
    let now_synced = (run.mode == PullMode::Full).then_some(run.started_ms);
    Integration {
        id: job.integration.clone(),
        connector: manifest.id.clone(),
        name: manifest.name.clone(),
        aliases: manifest.aliases.clone(),
        // Encoding into memory fails only for types that this is not.
        config: serde_json::to_value(&job.config).unwrap_or_default(),
        governs: pipeline.governs(),
        first_synced_ms: known.and_then(|known| known.first_synced_ms).or(now_synced),
        synced_ms: job.now_ms,
        disconnected_ms: None,
        checkpoints: None,
    }
}

/// Turns a read of changes into a full one.
fn reread(job: &Job, run: &mut Run) -> Result<(), StoreError> {
    run.mode = PullMode::Full;
    if job.plan_only {
        return Ok(());
    }
    job.tenant.staging().clear_up_to(run.id)?;
    job.tenant.save_run(run)
}

/// Applies what is left of the plan.
async fn finish(
    job: &Job,
    mut run: Run,
    plan: Plan,
    receipt: Receipt,
    integration: Integration,
    staging: Staging,
) -> Result<Outcome, SyncError> {
    job.progress.phase(Phase::Applying);
    let (tenant, progress, now_ms) = (job.tenant.clone(), Arc::clone(&job.progress), job.now_ms);
    let (run, plan) = blocking(move || {
        apply::apply(&tenant, &staging, &mut run, &plan, &integration, now_ms, &*progress)?;
        Ok((run, plan))
    })
    .await?;
    Ok(Outcome { run, plan, receipt })
}

/// Runs work that computes or writes beside the tasks that wait.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, SyncError> {
    let result = tokio::task::spawn_blocking(work).await;
    Ok(result.map_err(|error| SyncError::Host(error.to_string()))??)
}
