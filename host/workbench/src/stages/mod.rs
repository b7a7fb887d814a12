//! The stages, one file each. Each looks at one thing, all run even when one
//! fails, and each finding says how to mend it.

mod budgets;
mod compatibility;
mod describe;
mod egress;
mod faults;
mod incremental;
mod mapping;
mod paging;
mod replay;
mod secrets;
pub mod self_check;
mod statics;

use std::collections::{BTreeMap, BTreeSet};

use futures::StreamExt as _;
use rollcall_grants::Manifest;
use rollcall_sandbox::Connector;
use tokio::sync::OnceCell;

use self::budgets::Measured;
use crate::fault::Disturbance;
use crate::play::{How, Played, Stage};
use crate::project::Project;
use crate::report::{Notebook, StageName};

/// Plays under way at once: as many as the sandbox has places.
const AT_ONCE: usize = 4;

/// Everything the stages look at.
pub struct Tested<'a> {
    pub connector: &'a Connector,
    pub project: &'a Project,
    /// Every case as it was recorded, each call made twice.
    pub cases: Vec<TestedCase<'a>>,
    /// Cases whose settings are not those of the manifest.
    pub broken: Vec<(String, String)>,
    /// The manifest that was published last.
    pub published: Option<Result<Manifest, String>>,
    /// What each case used, measured when it is first asked for.
    pub measured: OnceCell<Measured>,
}

impl Tested<'_> {
    pub async fn measured(&self) -> &Measured {
        self.measured.get_or_init(|| budgets::measure(self)).await
    }
}

pub struct TestedCase<'a> {
    pub stage: Stage<'a>,
    pub clean: Played,
}

impl TestedCase<'_> {
    pub fn name(&self) -> &str {
        &self.stage.case.name
    }

    pub fn succeeded(&self) -> bool {
        self.clean.failures().next().is_none()
    }

    /// The first exchange of each purpose that a step asks for with success, and
    /// the steps that meet it so. Steps may share a purpose and not an exchange:
    /// a fault in the one page that a test of the connection reads would spoil no
    /// read.
    fn exchanges(&self) -> BTreeMap<usize, Vec<crate::Step>> {
        let mut met: BTreeMap<usize, Vec<crate::Step>> = BTreeMap::new();
        for (step, played) in &self.clean.steps {
            let mut seen = BTreeSet::new();
            for &at in &played.asked {
                let Some(entry) = self.stage.entries.get(at) else { continue };
                let answered = entry.answer.as_ref().is_ok_and(|answer| (200..300).contains(&answer.status));
                if answered && played.output.failure.is_none() && seen.insert(entry.purpose.as_str()) {
                    met.entry(at).or_default().push(*step);
                }
            }
        }
        met
    }

    /// Plays the steps that meet these faults, each by itself.
    pub(crate) async fn disturbed(
        &self,
        faults: Vec<(Disturbance, Vec<crate::Step>)>,
    ) -> Vec<(Disturbance, Played)> {
        let plays = faults.into_iter().map(|(disturbance, steps)| async move {
            let met = Some(disturbance.clone());
            let how = How { steps: Some(steps), disturbance: met, lenient: true, ..How::default() };
            (disturbance, self.stage.play(how).await)
        });
        futures::stream::iter(plays).buffered(AT_ONCE).collect().await
    }
}

pub async fn run(stage: StageName, tested: &Tested<'_>, book: &mut Notebook) {
    match stage {
        StageName::Static => statics::run(tested, book),
        StageName::Describe => describe::run(tested, book),
        StageName::Replay => replay::run(tested, book).await,
        StageName::Paging => paging::run(tested, book).await,
        StageName::Incremental => incremental::run(tested, book).await,
        StageName::Faults => faults::run(tested, book).await,
        StageName::Egress => egress::run(tested, book).await,
        StageName::Secrets => secrets::run(tested, book).await,
        StageName::Mapping => mapping::run(tested, book),
        StageName::Budgets => budgets::run(tested, book).await,
        StageName::Compatibility => compatibility::run(tested, book),
        // Needs the bench, to spoil what is on it.
        StageName::SelfCheck => {}
    }
}
