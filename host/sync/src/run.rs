//! One run, from the question whether an earlier one was interrupted to the
//! last account.

use std::sync::Arc;

use rollcall_model::{Entity, Failure, IntegrationId, Plan, PullMode, Receipt, Run, RunId, RunState};
use rollcall_pipeline::{Explanation, GroupMembers, Pipeline, PipelineConfig};
use rollcall_sandbox::WorkerPage;
use rollcall_store::{Checkpoints, Integration, Staging, Store, StoreError, TenantStore};
use serde_json::json;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;

use crate::explain::Watch;
use crate::index::Index;
use crate::law::PageLaw;
use crate::members::filter_members;
use crate::progress::{Phase, Progress};
use crate::read::{Reader, SoFar};
use crate::stage::Stage;
use crate::{AuditBuffer, Source, SyncError, apply, plan};

/// Pages that may wait to be staged while the connector computes the next.
const PAGES_AHEAD: usize = 2;

/// After so many hours a read of changes gives way to a full one: changes do
/// not show that time has passed, nor what a provider forgot to report.
const FULL_READ_EVERY_HOURS: i64 = 24;

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

/// A plan that is ready, with its items.
pub struct Ready<'a> {
    pub plan: &'a Plan,
    pub receipt: &'a Receipt,
    pub tenant: &'a TenantStore,
    pub staging: &'a Staging,
    /// Those who were looked out for and came.
    pub watched: &'a [Explanation],
}

/// Runs a job. `look` sees the plan before anything of it is applied.
pub async fn sync(
    job: &Job,
    look: impl FnOnce(&Ready<'_>) -> Result<(), StoreError>,
) -> Result<Outcome, SyncError> {
    let fresh = Pipeline::compile(&job.config, job.now_ms).map_err(SyncError::Configuration)?;
    let mut run = begin(job, &fresh)?;
    // A resumed run goes on in its own day.
    let pipeline = Pipeline::compile(&job.config, run.started_ms).map_err(SyncError::Configuration)?;
    note_begin(job, &run);
    let result = drive(job, &mut run, Arc::new(pipeline), look).await;
    note_end(job, &run, &result);
    job.audit.flush(&job.store)?;
    if let (Err(error), false) = (&result, job.plan_only) {
        // What failed in the store stays as it is and is resumed.
        let failure = match error {
            SyncError::Failed(failure) => failure.clone(),
            SyncError::Configuration(problems) => {
                let why = problems.first().map(ToString::to_string).unwrap_or_default();
                Failure::BadSetting { key: "filter".to_owned(), why }
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
            "connector": job.source.connector.manifest().id,
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

/// Takes up the run that was interrupted, if there is one, or opens a new one.
fn begin(job: &Job, pipeline: &Pipeline) -> Result<Run, StoreError> {
    let connector = job.source.connector.digest().to_string();
    let configuration = configuration(job, pipeline);
    let integration = job.tenant.integration(&job.integration)?;
    let mode = mode(job, integration.as_ref().and_then(|known| known.checkpoints.as_ref()), &configuration);
    let open = |id| Run {
        id,
        integration: job.integration.clone(),
        state: RunState::Reading,
        mode,
        started_ms: job.now_ms,
        connector: connector.clone(),
        configuration: configuration.clone(),
        receipt: None,
    };
    if job.plan_only {
        return Ok(open(RunId(0)));
    }
    if let Some(mut last) = job.tenant.latest_run(&job.integration)? {
        let same = last.connector == connector && last.configuration == configuration;
        match last.state {
            // A plan that has begun to be applied is brought to its end, under
            // the configuration that it was made with.
            RunState::Applying { .. } => {
                job.progress.resumed(Phase::Applying);
                return Ok(last);
            }
            RunState::Reading if same => {
                job.progress.resumed(Phase::Workers);
                return Ok(last);
            }
            RunState::Reading | RunState::Held { .. } => {
                last.state = RunState::Superseded;
                job.tenant.save_run(&last)?;
                job.tenant.staging().clear_up_to(last.id)?;
            }
            RunState::Done | RunState::Failed { .. } | RunState::Superseded => {}
        }
    }
    job.tenant.open_run(open)
}

fn mode(job: &Job, checkpoints: Option<&Checkpoints>, configuration: &str) -> PullMode {
    let manifest = job.source.connector.manifest();
    let recent = |known: &&Checkpoints| {
        job.read == ReadMode::Auto
            && manifest.changes.iter().any(|entity| entity == Entity::Workers.as_str())
            && known.cursor_version == manifest.cursor_version
            && known.configuration == configuration
            && is_recent(known.full_ms, job.now_ms)
    };
    let checkpoint = checkpoints.filter(recent).and_then(|known| known.of(Entity::Workers));
    checkpoint.map_or(PullMode::Full, |checkpoint| PullMode::Changes(checkpoint.to_vec()))
}

/// Whether a read of changes will still do.
fn is_recent(full_ms: i64, now_ms: i64) -> bool {
    now_ms.saturating_sub(full_ms) < FULL_READ_EVERY_HOURS * 60 * 60 * 1000
}

/// SHA-256 over what decides about people, hexadecimal.
fn configuration(job: &Job, pipeline: &Pipeline) -> String {
    let mut hash = Sha256::new_with_prefix(pipeline.configuration());
    for (key, value) in job.source.run.settings.iter() {
        hash.update(format!("{}:{key}={}:{value}", key.len(), value.len()));
    }
    // Cursors and checkpoints may be links, which lead to where they were made.
    for upstream in &job.source.upstreams {
        hash.update(format!("{}:{upstream}", upstream.len()));
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn drive(
    job: &Job,
    run: &mut Run,
    pipeline: Arc<Pipeline>,
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
        let integration = Integration { checkpoints: None, ..integration(job, known) };
        return finish(job, run.clone(), plan, receipt, integration, staging).await;
    }

    let mut receipt = Receipt::default();
    let members = filter_members(&source, &pipeline, &mut receipt, &*job.progress).await?;
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
    let watched = std::mem::take(&mut stage.watched);
    receipt.workers = workers.receipt;
    receipt.requests += workers.requests;
    receipt.bytes += workers.bytes;
    let full = run.mode == PullMode::Full;
    if full && receipt.workers.records == 0 && stage.index.len() > 0 {
        let detail = format!("no people came, and {} were there before", stage.index.len());
        return Err(Failure::Incomplete { detail }.into());
    }
    receipt.complete = true;
    run.receipt = Some(receipt.clone());

    let checkpoints = stage.checkpoint.clone().map(|checkpoint| Checkpoints {
        configuration: run.configuration.clone(),
        cursor_version: job.source.connector.manifest().cursor_version,
        full_ms: match (&before, full) {
            (Some(before), false) => before.full_ms,
            _ => run.started_ms,
        },
        entities: [(Entity::Workers.as_str().to_owned(), checkpoint)].into(),
        members: digest,
    });
    job.progress.phase(Phase::Planning);
    let plan = blocking({
        let (tenant, integration, mode) = (job.tenant.clone(), job.integration.clone(), run.mode.clone());
        let (progress, read) = (Arc::clone(&job.progress), receipt.workers.records);
        move || plan::plan(&tenant, &integration, &stage, &mode, read, &*progress)
    })
    .await?;
    let tenant = &job.tenant;
    look(&Ready { plan: &plan, receipt: &receipt, tenant, staging: &staging, watched: &watched })?;
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
    let integration = Integration { checkpoints, ..integration(job, known) };
    finish(job, run.clone(), plan, receipt, integration, staging).await
}

/// Whether a plan may be applied: it takes access from few enough people, or a
/// person has approved it.
fn gate(job: &Job, plan: &Plan) -> Result<RunState, StoreError> {
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

fn integration(job: &Job, known: Option<Integration>) -> Integration {
    known.unwrap_or_else(|| Integration {
        id: job.integration.clone(),
        connector: job.source.connector.manifest().id.clone(),
        checkpoints: None,
    })
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

/// Reads and stages at once: the connector computes a page while the one before
/// is staged.
async fn read_workers(
    job: &Job,
    source: &Source,
    run: &Run,
    pipeline: &Arc<Pipeline>,
    members: &Arc<GroupMembers>,
    staging: &Staging,
) -> Result<(Stage, SoFar), SyncError> {
    let index = Index::open(&job.tenant, &job.integration, &run.mode)?;
    let flush = {
        let (audit, store, plan_only) = (job.audit.clone(), job.store.clone(), job.plan_only);
        move || if plan_only { Ok(()) } else { audit.flush(&store) }
    };
    let mut stage = Stage::new(
        run.id,
        index,
        staging.clone(),
        Arc::clone(pipeline),
        Arc::clone(members),
        Box::new(flush),
    );
    stage.watch.clone_from(&job.watch);
    let mut law = PageLaw::default();
    let mut cursor = None;
    let mut begun = SoFar::default();
    let mut ended = false;
    if let Some(last) = stage.restore()? {
        begun = SoFar { receipt: last.receipt, requests: last.requests, bytes: last.bytes };
        law.resume(begun.receipt.clone(), stage.known());
        ended = last.cursor.is_none();
        cursor = last.cursor;
    }
    let source = source.reading(run.mode.clone()).wanting(pipeline.wanted());
    job.progress.phase(Phase::Workers);
    if !ended {
        let (pages, mut waiting) = mpsc::channel::<(WorkerPage, SoFar)>(PAGES_AHEAD);
        let progress = Arc::clone(&job.progress);
        let staged = tokio::task::spawn_blocking(move || {
            while let Some((page, so_far)) = waiting.blocking_recv() {
                let (done, total) = (so_far.receipt.records, so_far.receipt.stated);
                stage.take(page, so_far)?;
                progress.records(done, total);
            }
            Ok::<_, StoreError>(stage)
        });
        let read = forward(&source, cursor, &mut law, &begun, pages).await;
        // If staging failed, that is the reason why reading did.
        stage = staged.await.map_err(|error| SyncError::Host(error.to_string()))??;
        read?;
    }
    let receipt = law.finish(&run.mode)?;
    let (requests, bytes) = law.traffic();
    let so_far = SoFar { receipt, requests: begun.requests + requests, bytes: begun.bytes + bytes };
    Ok((stage, so_far))
}

/// Reads to the end, and sends each page on. Lets go of `pages` with it.
async fn forward(
    source: &Source,
    cursor: Option<Vec<u8>>,
    law: &mut PageLaw,
    begun: &SoFar,
    pages: mpsc::Sender<(WorkerPage, SoFar)>,
) -> Result<(), Failure> {
    let mut reader = Reader::new(source, law, cursor);
    while let Some((page, so_far)) = reader.next().await? {
        let (requests, bytes) = (begun.requests + so_far.requests, begun.bytes + so_far.bytes);
        let stopped = |_| Failure::Host { detail: "staging stopped".to_owned() };
        pages.send((page, SoFar { requests, bytes, ..so_far })).await.map_err(stopped)?;
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::is_recent;

    #[test]
    fn a_full_read_is_recent_for_a_day() {
        let (full, day) = (1_768_464_000_000, 86_400_000);
        assert!(is_recent(full, full));
        assert!(is_recent(full, full + day - 1));
        assert!(!is_recent(full, full + day));
    }
}
