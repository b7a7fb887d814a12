//! From a live account, or a stand-in for one, to a case.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use rollcall_egress::{AuditSink, Egress, EgressOptions};
use rollcall_grants::{Grant, Outside, Upstream};
use rollcall_sandbox::Connector;
use rollcall_sync::Source;
use serde_json::Value as Json;

use crate::cassette::{Cassette, Head, Step};
use crate::golden::StepOutput;
use crate::play::{How, Lines, Played, Stage, StepPlayed, input, resolve, run};
use crate::project::Case;
use crate::record::Recorder;
use crate::redact::Redactor;
use crate::sentinel::Sentinels;
use crate::watched::{Watch, Watched};

/// What a recording is made with.
pub struct Live<'a> {
    pub settings: &'a BTreeMap<String, String>,
    pub secrets: &'a BTreeMap<String, String>,
    pub upstreams: &'a [Upstream],
    /// The run; settings and time are filled in.
    pub head: Head,
    /// Milliseconds since 1970.
    pub now_ms: u64,
    pub audit: Arc<dyn AuditSink>,
}

/// A conversation that plays, and what the connector makes of it.
pub struct Recording {
    pub cassette: Cassette,
    pub golden: String,
    /// What each step came to.
    pub steps: Vec<String>,
}

/// Why nothing was kept.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    #[error("the settings: {0}")]
    Settings(String),
    #[error("{0}")]
    Host(String),
    /// What was recorded, once people were taken out, does not play.
    #[error("the recording does not play as the live run did, and was not kept: {}", .0.join("; "))]
    Unlike(Vec<String>),
}

/// Reads the provider step by step, and gives what was said, fit to be kept.
pub async fn record(
    connector: &Connector,
    sentinels: &Arc<Sentinels>,
    name: &str,
    live: Live<'_>,
    redactor: Option<&mut Redactor>,
) -> Result<Recording, RecordError> {
    let manifest = connector.manifest();
    let settings = resolve(manifest, live.settings, live.secrets).map_err(RecordError::Settings)?;
    let grant = |upstreams: &[Upstream]| {
        Grant::new(manifest, &settings, upstreams).map_err(|error| RecordError::Settings(error.to_string()))
    };
    let (own, sent) = (Arc::new(grant(&[])?), Arc::new(grant(live.upstreams)?));
    sent.uses_every_upstream().map_err(|error| RecordError::Settings(error.to_string()))?;
    let session = Egress::default()
        .session(sent, settings.clone(), EgressOptions::new("", live.audit))
        .map_err(|error| RecordError::Host(error.to_string()))?;
    let started = i64::try_from(live.now_ms).ok().and_then(|now| Timestamp::from_millisecond(now).ok());
    let started = started.unwrap_or_default().to_string();
    let recorder = Arc::new(Recorder::new(Arc::new(session), own, live.upstreams, started));
    let public: BTreeMap<_, _> = settings.public().iter().cloned().collect();
    let head = Head { settings: public, now_ms: Some(live.now_ms), ..live.head };
    let log = Arc::new(Lines::default());
    let watch = Watch { log: &log, sentinels, sabotage: None };
    let watched = Arc::new(Watched::new(connector, Outside::Network(recorder.clone()), watch));
    let source = Source {
        provider: watched.clone(),
        run: input(&head, "recording", &settings, live.now_ms),
        upstreams: Vec::new(),
    };
    let mut cassette = recorder.cassette(head);
    let mut outputs = BTreeMap::new();
    for step in cassette.steps() {
        outputs.insert(step, run(step, &source, &watched).await);
    }
    cassette.log = recorder.cassette(Head::default()).log;
    drop_repeats(&mut cassette);
    if let Some(redactor) = redactor {
        redactor.cassette(&mut cassette);
    }
    let case = Case { name: name.to_owned(), cassette, files: BTreeMap::new(), golden: None };
    let stage = Stage::new(connector, &case, sentinels).map_err(RecordError::Settings)?;
    let played = stage.play(How { twice: true, ..How::default() }).await;
    match compare(&outputs, &played) {
        unlike if unlike.is_empty() => {
            let told = |(step, played): (&Step, &StepPlayed)| {
                format!("{}: {}", step.as_str(), played.output.summary())
            };
            let steps = played.steps.iter().map(told).collect();
            Ok(Recording { golden: played.golden(), steps, cassette: case.cassette })
        }
        unlike => Err(RecordError::Unlike(unlike)),
    }
}

/// The same exchange again is played from the first.
fn drop_repeats(cassette: &mut Cassette) {
    let mut seen: Vec<String> = Vec::new();
    cassette.log.entries.retain(|entry| {
        let text = serde_json::to_string(&(&entry.note, &entry.request, &entry.response)).unwrap_or_default();
        let is_new = !seen.contains(&text);
        if is_new {
            seen.push(text);
        }
        is_new
    });
}

/// Whether the cassette tells the same: as many records, of the same standing,
/// and the same end.
fn compare(live: &BTreeMap<Step, StepOutput>, played: &Played) -> Vec<String> {
    let mut unlike: Vec<String> = played
        .unexpected
        .iter()
        .map(|request| format!("asks for {request}, which was not recorded"))
        .collect();
    for (step, was) in live {
        let Some(is) = played.steps.get(step).map(|step| &step.output) else { continue };
        let code = |output: &StepOutput| {
            output.failure.as_ref().map(|failure| serde_json::json!(failure)["code"].clone())
        };
        if code(was) != code(is) {
            let end = |output: &StepOutput| {
                output.failure.as_ref().map_or("ended well".to_owned(), ToString::to_string)
            };
            unlike.push(format!("{}: live `{}`, played `{}`", step.as_str(), end(was), end(is)));
            continue;
        }
        let standing = |output: &StepOutput| {
            output
                .records
                .iter()
                .map(|record| record.get("status").or(record.get("kind")).cloned())
                .collect::<Vec<Option<Json>>>()
        };
        if standing(was) != standing(is) || was.deleted.len() != is.deleted.len() {
            unlike.push(format!(
                "{}: {} records live, {} played, or of another standing; a word of the provider's was taken for a person's, keep its place with --keep",
                step.as_str(),
                was.records.len(),
                is.records.len()
            ));
        }
    }
    unlike
}
