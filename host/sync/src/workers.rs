//! Reading people: the connector computes a page while the one before is staged.

use std::sync::Arc;

use rollcall_model::{Failure, Run};
use rollcall_pipeline::{GroupMembers, Pipeline, hash_source};
use rollcall_sandbox::WorkerPage;
use rollcall_store::{Staging, StoreError};
use tokio::sync::mpsc;

use crate::index::Index;
use crate::law::PageLaw;
use crate::progress::Phase;
use crate::read::{Reader, SoFar};
use crate::run::Job;
use crate::stage::Stage;
use crate::{Source, SyncError, power};

/// Pages that may wait to be staged while the connector computes the next.
const PAGES_AHEAD: usize = 2;

/// Reads to the end, from where an interrupted run had got to.
pub(crate) async fn read_workers(
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
    let excluded = job.tenant.exclusions(&job.integration)?;
    stage.excluded = excluded.iter().map(|(id, _)| hash_source(id)).collect();
    let mut law = PageLaw::default();
    let mut cursor = None;
    let mut begun = SoFar::default();
    let (mut ended, mut interrupted) = (false, false);
    if let Some(last) = stage.restore()? {
        interrupted = true;
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
        let read = forward(job, &source, cursor, &mut law, &begun, pages).await;
        // If staging failed, that is the reason why reading did.
        stage = staged.await.map_err(|error| SyncError::Host(error.to_string()))??;
        read?;
    }
    let receipt = law.finish(&run.mode)?;
    let (requests, bytes) = law.traffic();
    let mut so_far = SoFar { receipt, requests: begun.requests + requests, bytes: begun.bytes + bytes };
    if interrupted && pipeline.has_manager() {
        read_lines(&source, run, &mut stage, &mut so_far).await?;
    }
    Ok((stage, so_far))
}

/// Reads once more who reports to whom, which was not written down.
async fn read_lines(
    source: &Source,
    run: &Run,
    stage: &mut Stage,
    so_far: &mut SoFar,
) -> Result<(), SyncError> {
    let mut law = PageLaw::default();
    let mut pages = Reader::<WorkerPage>::new(source, &mut law, None);
    while let Some((page, _)) = pages.next().await? {
        stage.take_lines(page)?;
    }
    law.finish(&run.mode)?;
    let (requests, bytes) = law.traffic();
    (so_far.requests, so_far.bytes) = (so_far.requests + requests, so_far.bytes + bytes);
    Ok(())
}

/// Reads to the end, and sends each page on. Lets go of `pages` with it.
async fn forward(
    job: &Job,
    source: &Source,
    cursor: Option<Vec<u8>>,
    law: &mut PageLaw,
    begun: &SoFar,
    pages: mpsc::Sender<(WorkerPage, SoFar)>,
) -> Result<(), SyncError> {
    let mut reader = Reader::new(source, law, cursor);
    while let Some((page, so_far)) = reader.next().await? {
        power::check(job)?;
        let (requests, bytes) = (begun.requests + so_far.requests, begun.bytes + so_far.bytes);
        let stopped = |_| Failure::Host { detail: "staging stopped".to_owned() };
        pages.send((page, SoFar { requests, bytes, ..so_far })).await.map_err(stopped)?;
    }
    Ok(())
}
