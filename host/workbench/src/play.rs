//! Plays a case to the shipped component: the same sandbox, limits, egress and
//! laws of paging as in a sync, with a cassette where the network would be.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use rollcall_egress::{AuditEvent, AuditSink, Egress, EgressOptions};
use rollcall_files::SessionOptions;
use rollcall_grants::{Grant, Manifest, Outside, Settings};
use rollcall_model::{EntityReceipt, Failure, PullMode};
use rollcall_sandbox::{
    Connector, GroupPage, LogLevel, LogSink, MembershipPage, Nesting, RunInput, WorkerPage,
};
use rollcall_sync::{Page, PageLaw, Reader, Source};
use serde::Serialize;
use serde_json::{Map, Value as Json};

use crate::cassette::{Head, Step};
use crate::dropped::{Dropped, Reading};
use crate::fault::Disturbance;
use crate::golden::{self, StepOutput};
use crate::player::{Player, Recorded, of_files, recorded};
use crate::project::Case;
use crate::sabotage::Sabotage;
use crate::sentinel::Sentinels;
use crate::tape::Tape;
use crate::timeless::Timeless;
use crate::watched::{Spent, Watch, Watched};

/// Noon of 15 January 2026: when a case takes place that does not say.
pub const USUAL_NOW_MS: u64 = 1_768_478_400_000;
const USUAL_PAGE_SIZE: u32 = 100;

/// A case, ready to be played any number of times.
pub struct Stage<'a> {
    pub connector: &'a Connector,
    pub case: &'a Case,
    pub entries: Arc<[Recorded]>,
    sentinels: Arc<Sentinels>,
    settings: Settings,
    grant: Arc<Grant>,
    sabotage: Option<Sabotage>,
}

/// How a case is played. The default: as it was recorded.
#[derive(Debug, Clone, Default)]
pub struct How {
    /// Only these; those of the case unless given.
    pub steps: Option<Vec<Step>>,
    pub disturbance: Option<Disturbance>,
    /// Unknown requests are answered with 400.
    pub lenient: bool,
    /// So much later than recorded, in milliseconds.
    pub later_ms: u64,
    pub settings_reversed: bool,
    /// Another checkpoint than the case's.
    pub checkpoint: Option<Vec<u8>>,
    /// Every call is made twice, from the same state, and compared.
    pub twice: bool,
}

/// What came of it.
#[derive(Debug, Clone, Default)]
pub struct Played {
    pub steps: BTreeMap<Step, StepPlayed>,
    pub log: Vec<(LogLevel, String)>,
    /// Requests that are not on the cassette.
    pub unexpected: Vec<String>,
    /// Exchanges of the cassette that nobody asked for.
    pub unused: Vec<String>,
    /// Calls that gave something else the second time.
    pub unsteady: Vec<String>,
    /// Secrets that the guest saw or wrote.
    pub leaks: Vec<String>,
    pub audit: Vec<AuditEvent>,
}

/// One step of it.
#[derive(Debug, Clone, Default)]
pub struct StepPlayed {
    pub output: StepOutput,
    pub spent: Spent,
    /// Entries of the cassette in the order asked.
    pub asked: Vec<usize>,
    /// Lines of the log with `warn` and above.
    pub warnings: Vec<String>,
}

impl StepPlayed {
    /// Whether it warns of something that the other does not warn of, or of it
    /// more often.
    pub fn warns_beyond(&self, other: &Self) -> bool {
        let mut known = other.warnings.clone();
        self.warnings.iter().any(|line| match known.iter().position(|one| one == line) {
            Some(at) => {
                known.swap_remove(at);
                false
            }
            None => true,
        })
    }
}

impl Played {
    /// As the golden file has it.
    pub fn golden(&self) -> String {
        let mut output: Map<String, Json> = self
            .steps
            .iter()
            .map(|(step, played)| (step.as_str().to_owned(), played.output.to_json(*step)))
            .collect();
        if !self.log.is_empty() {
            let lines =
                self.log.iter().map(|(level, text)| Json::String(format!("{}: {text}", level.as_str())));
            output.insert("log".to_owned(), lines.collect());
        }
        golden::text(&Json::Object(output))
    }

    pub fn failures(&self) -> impl Iterator<Item = (Step, &Failure)> {
        self.steps.iter().filter_map(|(step, played)| Some((*step, played.output.failure.as_ref()?)))
    }
}

impl<'a> Stage<'a> {
    /// Fails when the settings of the case are not those of the manifest.
    pub fn new(connector: &'a Connector, case: &'a Case, sentinels: &Arc<Sentinels>) -> Result<Self, String> {
        let manifest = connector.manifest();
        let settings = resolve(manifest, &settings(manifest, &case.cassette.head), sentinels.secrets())?;
        let grant = Grant::new(manifest, &settings, &[]).map_err(|error| error.to_string())?;
        let entries = match grant.files() {
            Some(_) => of_files(&case.files),
            None => recorded(&case.cassette),
        };
        let sentinels = Arc::clone(sentinels);
        Ok(Self { connector, case, entries, sentinels, settings, grant: Arc::new(grant), sabotage: None })
    }

    /// What stands before the paths of an alias, without a slash at the end.
    pub fn base_path(&self, alias: &str) -> String {
        let path = self.grant.alias(alias).map(|alias| alias.url().path().to_owned());
        path.unwrap_or_default().trim_end_matches('/').to_owned()
    }

    /// Spoilt on purpose.
    #[must_use]
    pub fn sabotaged(self, sabotage: Option<Sabotage>) -> Self {
        Self { sabotage, ..self }
    }

    pub async fn play(&self, how: How) -> Played {
        let now_ms = self.case.cassette.head.now_ms.unwrap_or(USUAL_NOW_MS).saturating_add(how.later_ms);
        let (audit, log) = (Arc::new(Audited::default()), Arc::new(Lines::default()));
        let (tape, outside) = match self.tape(&how, now_ms, &audit) {
            Ok(set_up) => set_up,
            // A stand-in needs no client, which is all that can fail there.
            Err(error) => {
                let failure = Failure::Host { detail: error.to_string() };
                let step = StepPlayed {
                    output: StepOutput { failure: Some(failure), ..StepOutput::default() },
                    ..StepPlayed::default()
                };
                return Played { steps: [(Step::Check, step)].into(), ..Played::default() };
            }
        };
        let watch = Watch { log: &log, sentinels: &self.sentinels, sabotage: self.sabotage };
        let watched = Watched::new(self.connector, outside, watch).twice(&tape, how.twice);
        let watched = Arc::new(watched);
        let source = Source { provider: watched.clone(), run: self.run(&how, now_ms), upstreams: Vec::new() };
        let mut played = Played::default();
        for step in how.steps.unwrap_or_else(|| self.case.cassette.steps()) {
            let (asked, warned) = (tape.asked().len(), log.warnings().len());
            let output = run(step, &source, &watched).await;
            let one = StepPlayed {
                output,
                spent: watched.take_spent(),
                asked: tape.asked().split_off(asked),
                warnings: log.warnings().split_off(warned),
            };
            played.steps.insert(step, one);
        }
        played.log = log.all();
        played.unexpected = tape.unexpected();
        played.unused = tape.unused();
        played.audit = audit.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        (played.unsteady, played.leaks) = watched.remarks();
        let given = played.golden();
        let written = played.log.iter().map(|(_, line)| line.as_str()).chain([given.as_str()]);
        let owners = written.filter_map(|text| self.sentinels.find(text.as_bytes()));
        played.leaks.extend(owners.map(|owner| format!("{owner} is in what the connector writes or gives")));
        played.leaks.sort();
        played.leaks.dedup();
        played
    }

    /// What stands in for the network, or for the folder, and the way there.
    fn tape(
        &self,
        how: &How,
        now_ms: u64,
        audit: &Arc<Audited>,
    ) -> Result<(Tape, Outside), rollcall_egress::EgressError> {
        let time = Arc::new(Timeless::at(now_ms));
        if let Some(files) = self.grant.files() {
            let (entries, disturbance) = (Arc::clone(&self.entries), how.disturbance.clone());
            let folder = Arc::new(Dropped::new(self.case, entries, now_ms, disturbance));
            let options = SessionOptions { clock: time.clone(), sleeper: time, audit: audit.clone() };
            let session = rollcall_files::Session::new(files.clone(), self.settings.clone(), folder, options);
            let reading = Arc::new(Reading::new(session, &self.entries));
            return Ok((Tape::Files(reading.clone()), Outside::Files(reading)));
        }
        let player = Player::new(Arc::clone(&self.entries), &self.grant, Arc::clone(&self.sentinels));
        let player = Arc::new(player.disturbed(how.disturbance.clone()).lenient(how.lenient));
        let options = EgressOptions {
            clock: time.clone(),
            sleeper: time.clone(),
            jitter: time,
            stand_in: Some(player.clone()),
            ..EgressOptions::new("", audit.clone())
        };
        let session = Egress::default().session(Arc::clone(&self.grant), self.settings.clone(), options)?;
        Ok((Tape::Conversation(player), Outside::Network(Arc::new(session))))
    }

    /// Whether it is played from a folder.
    pub fn is_of_files(&self) -> bool {
        self.grant.files().is_some()
    }

    fn run(&self, how: &How, now_ms: u64) -> RunInput {
        let head = &self.case.cassette.head;
        let mut run = input(head, "test", &self.settings, now_ms);
        if how.settings_reversed {
            run.settings = run.settings.iter().rev().cloned().collect();
        }
        if let Some(checkpoint) = &how.checkpoint {
            run.mode = PullMode::Changes(checkpoint.clone());
        }
        run
    }
}

/// What the connector is told of a run, as a cassette's head has it.
pub fn input(head: &Head, id: &str, settings: &Settings, now_ms: u64) -> RunInput {
    RunInput {
        id: id.into(),
        mode: head.checkpoint.clone().map_or(PullMode::Full, |text| PullMode::Changes(text.into_bytes())),
        now_ms,
        settings: settings.public().into(),
        wanted_attributes: head.wanted_attributes.clone().into(),
        wanted_groups: head.wanted_groups.clone().into(),
        nesting: if head.flattened { Nesting::Flattened } else { Nesting::Direct },
        page_size: head.page_size.unwrap_or(USUAL_PAGE_SIZE),
    }
}

/// Settings that fit the manifest, or in one line what does not.
pub fn resolve(
    manifest: &Manifest,
    given: &BTreeMap<String, String>,
    secrets: &BTreeMap<String, String>,
) -> Result<Settings, String> {
    Settings::resolve(manifest, given, secrets)
        .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
}

/// Those of the case; for what it leaves out and the manifest requires, the
/// manifest's example.
fn settings(manifest: &Manifest, head: &Head) -> BTreeMap<String, String> {
    let mut given = head.settings.clone();
    for setting in manifest
        .settings
        .iter()
        .filter(|setting| !setting.secret && setting.required && setting.default.is_none())
    {
        if let (None, Some(example)) = (given.get(&setting.key), &setting.example) {
            given.insert(setting.key.clone(), example.clone());
        }
    }
    given
}

/// One step, as a sync would take it.
pub async fn run(step: Step, source: &Source, watched: &Watched) -> StepOutput {
    match step {
        Step::Check => StepOutput::answer(watched.check(&source.run).await),
        Step::Discover => StepOutput::answer(watched.discover(&source.run).await),
        Step::Groups => {
            read(source, |page: GroupPage| (records("group", page.groups), texts(page.deleted))).await
        }
        Step::Memberships => {
            read(source, |page: MembershipPage| {
                (records("membership", page.memberships), records("membership", page.deleted))
            })
            .await
        }
        Step::Workers => {
            let mut workers = Vec::new();
            let output = read(source, |page: WorkerPage| {
                let records = page.workers.iter().map(golden::worker).collect();
                workers.extend(page.workers);
                (records, texts(page.deleted))
            })
            .await;
            StepOutput { workers, ..output }
        }
    }
}

/// Reads to the end as a run does.
async fn read<P: Page>(source: &Source, mut take: impl FnMut(P) -> (Vec<Json>, Vec<Json>)) -> StepOutput {
    let mut output = StepOutput::default();
    let mut law = PageLaw::default();
    let mut pages = Reader::<P>::new(source, &mut law, None);
    let failure = loop {
        match pages.next().await {
            Ok(Some((page, so_far))) => {
                let checkpoint = page.checkpoint().map(<[u8]>::to_vec);
                output.checkpoint = checkpoint.or(output.checkpoint);
                output.total = page.total().or(output.total);
                output.pages = so_far.receipt.pages;
                let (records, deleted) = take(page);
                output.records.extend(records);
                output.deleted.extend(deleted);
            }
            Ok(None) => break None,
            Err(failure) => break Some(failure),
        }
    };
    output.failure = failure.or_else(|| law.finish(&source.run.mode).map(|_: EntityReceipt| ()).err());
    output
}

fn records<T: Serialize>(kind: &'static str, all: Vec<T>) -> Vec<Json> {
    all.iter().map(|record| golden::record(kind, record)).collect()
}

fn texts(all: Vec<String>) -> Vec<Json> {
    all.into_iter().map(Json::String).collect()
}

#[derive(Default)]
struct Audited(Mutex<Vec<AuditEvent>>);

impl AuditSink for Audited {
    fn record(&self, event: AuditEvent) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(event);
    }
}

/// The connector's log.
#[derive(Default)]
pub struct Lines(Mutex<Vec<(LogLevel, String)>>);

impl Lines {
    pub fn all(&self) -> Vec<(LogLevel, String)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn truncate(&self, to: usize) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).truncate(to);
    }

    fn warnings(&self) -> Vec<String> {
        let warnings = self.all().into_iter().filter(|(level, _)| *level >= LogLevel::Warn);
        warnings.map(|(_, line)| line).collect()
    }
}

impl LogSink for Lines {
    fn line(&self, level: LogLevel, message: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((level, message.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::StepPlayed;

    #[test]
    fn a_warning_more_is_one_that_was_not_there() {
        let step = |lines: &[&str]| StepPlayed {
            warnings: lines.iter().map(|line| (*line).to_owned()).collect(),
            ..StepPlayed::default()
        };
        let clean = step(&["a", "b"]);
        assert!(!step(&["b", "a"]).warns_beyond(&clean));
        assert!(!step(&[]).warns_beyond(&clean));
        // As many lines, and one of them is new.
        assert!(step(&["a", "c"]).warns_beyond(&clean));
        assert!(step(&["a", "b", "a"]).warns_beyond(&clean));
    }
}
