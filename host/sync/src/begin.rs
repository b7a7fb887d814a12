//! The beginning of a run: one that was interrupted, or a new one, and how much
//! it reads.

use rollcall_model::{Act, Entity, PullMode, Run, RunId, RunState};
use rollcall_pipeline::Pipeline;
use rollcall_store::{Checkpoints, StoreError};
use sha2::{Digest, Sha256};

use crate::progress::Phase;
use crate::run::{Job, ReadMode};

/// After so many hours a read of changes gives way to a full one: changes do
/// not show that time has passed, nor what a provider forgot to report. And a
/// read that was interrupted longer ago is begun anew.
const FULL_READ_EVERY_HOURS: i64 = 24;

/// Takes up the run that was interrupted, if there is one, or opens a new one.
pub(crate) fn begin(job: &Job, pipeline: &Pipeline) -> Result<Run, StoreError> {
    let connector = job.source.provider.digest().to_string();
    let configuration = configuration(job, pipeline);
    let integration = job.tenant.integration(&job.integration)?;
    let mode = mode(job, integration.as_ref().and_then(|known| known.checkpoints.as_ref()), &configuration);
    let open = |id| Run {
        id,
        integration: job.integration.clone(),
        act: job.act.clone(),
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
        let same = last.connector == connector && last.configuration == configuration && last.act == job.act;
        match last.state {
            // A plan that has begun to be applied is brought to its end, under
            // the configuration that it was made with.
            RunState::Applying { .. } => {
                job.progress.resumed(Phase::Applying);
                return Ok(last);
            }
            RunState::Reading if same && goes_on(&last, job.read, job.now_ms) => {
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

/// Whether an interrupted read is worth going on with: what it has is of today,
/// and no less than what is asked for.
fn goes_on(last: &Run, read: ReadMode, now_ms: i64) -> bool {
    is_recent(last.started_ms, now_ms) && (read == ReadMode::Auto || last.mode == PullMode::Full)
}

fn mode(job: &Job, checkpoints: Option<&Checkpoints>, configuration: &str) -> PullMode {
    let manifest = job.source.provider.manifest();
    let recent = |known: &&Checkpoints| {
        job.read == ReadMode::Auto
            && job.act == Act::Sync
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

#[cfg(test)]
mod tests {
    use rollcall_model::{Act, IntegrationId};

    use super::*;

    const FULL: i64 = 1_768_464_000_000;
    const DAY: i64 = 86_400_000;

    #[test]
    fn a_full_read_is_recent_for_a_day() {
        assert!(is_recent(FULL, FULL));
        assert!(is_recent(FULL, FULL + DAY - 1));
        assert!(!is_recent(FULL, FULL + DAY));
    }

    #[test]
    fn an_interrupted_read_goes_on_if_it_is_of_today_and_no_less_than_asked_for() {
        let last = |mode| Run {
            id: RunId(1),
            integration: IntegrationId::from("hr"),
            act: Act::Sync,
            state: RunState::Reading,
            mode,
            started_ms: FULL,
            connector: String::new(),
            configuration: String::new(),
            receipt: None,
        };
        let (full, changes) = (last(PullMode::Full), last(PullMode::Changes(vec![1])));
        assert!(goes_on(&full, ReadMode::Auto, FULL + 1));
        assert!(goes_on(&full, ReadMode::Full, FULL + 1));
        assert!(goes_on(&changes, ReadMode::Auto, FULL + 1));
        assert!(!goes_on(&changes, ReadMode::Full, FULL + 1));
        assert!(!goes_on(&full, ReadMode::Auto, FULL + DAY));
    }
}
