//! From a component and its folder to a report.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use jiff::civil::Date;
use rollcall_sandbox::{Connector, inspect};
use tokio::sync::OnceCell;

use crate::live::{Live, RecordError, record};
use crate::play::{How, Stage};
use crate::project::Project;
use crate::redact::Redactor;
use crate::report::{Notebook, Report, StageName};
use crate::sabotage::Sabotage;
use crate::sentinel::Sentinels;
use crate::stages::{self, Tested, TestedCase};

/// What is to be looked at.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// Only these; all but the self-check unless given.
    pub stages: Vec<StageName>,
    /// Only these; all unless given.
    pub cases: Vec<String>,
}

/// A connector on the bench.
pub struct Workbench {
    connector: Connector,
    project: Project,
    sentinels: Arc<Sentinels>,
}

/// What is on the bench before a change, to be compared with what is there
/// after it: the output of each case.
pub type Outputs = BTreeMap<String, String>;

/// What an author has to know of a recording that was kept.
pub struct Recorded {
    /// What each step came to: a provider that was not reached is a conversation
    /// too.
    pub steps: Vec<String>,
    /// What looked like a word of the provider's, and was left as it is.
    pub kept: Vec<String>,
}

impl Workbench {
    /// `folder`: where cassettes and golden output are. The connector's sandbox
    /// has to count instructions.
    pub fn open(connector: Connector, folder: &Path) -> anyhow::Result<Self> {
        let project = Project::read(folder, &connector.manifest().id)?;
        let sentinels =
            Sentinels::new(connector.manifest(), &project.config.secrets).map_err(anyhow::Error::msg)?;
        Ok(Self { connector, project, sentinels: Arc::new(sentinels) })
    }

    pub fn case_names(&self) -> Vec<String> {
        self.project.cases.iter().map(|case| case.name.clone()).collect()
    }

    /// Plays all cases and looks at them from every side. `each`: told of each
    /// stage that begins. `today`: for exemptions.
    pub async fn test(&self, choice: &Choice, today: Date, mut each: impl FnMut(StageName)) -> Report {
        let tested = self.tested(choice).await;
        let wanted = |stage: &StageName| match choice.stages.is_empty() {
            true => *stage != StageName::SelfCheck,
            false => choice.stages.contains(stage),
        };
        let mut reports = Vec::new();
        for stage in StageName::ALL.into_iter().filter(wanted) {
            each(stage);
            let mut book = Notebook::default();
            match stage {
                StageName::SelfCheck => stages::self_check::run(self, &tested, &mut book).await,
                stage => stages::run(stage, &tested, &mut book).await,
            }
            reports.push(book.close(stage, &self.project.config.exemptions, today));
        }
        Report {
            connector: self.connector.manifest().id.clone(),
            version: self.connector.manifest().version.clone(),
            digest: self.connector.digest().to_string(),
            cases: tested.cases.len(),
            stages: reports,
            fuel_per_worker: tested.measured().await.fuel_per_worker(),
        }
    }

    /// What each case gives now.
    pub async fn outputs(&self, choice: &Choice) -> Outputs {
        let tested = self.tested(choice).await;
        tested.cases.iter().map(|case| (case.name().to_owned(), case.clean.golden())).collect()
    }

    /// What each case gave when its golden file was written.
    pub fn golden(&self) -> Outputs {
        let written =
            self.project.cases.iter().filter_map(|case| Some((case.name.clone(), case.golden.clone()?)));
        written.collect()
    }

    /// Writes golden files and budgets; the names of cases that changed.
    pub async fn update(&self, choice: &Choice) -> anyhow::Result<Vec<String>> {
        let tested = self.tested(choice).await;
        let mut changed = Vec::new();
        for case in &tested.cases {
            let now = case.clean.golden();
            if case.stage.case.golden.as_deref() != Some(now.as_str()) {
                self.project.write_golden(case.name(), &now)?;
                changed.push(case.name().to_owned());
            }
        }
        let mut budgets = self.project.budgets.clone();
        budgets.retain(|case, _| self.project.case(case).is_some());
        budgets.extend(tested.measured().await.0.clone());
        if budgets != self.project.budgets {
            self.project.write_budgets(&budgets)?;
        }
        Ok(changed)
    }

    /// Records a case and writes it, with its golden output: the words that were
    /// left in it. Nothing is written when it does not play.
    pub async fn record(
        &self,
        name: &str,
        live: Live<'_>,
        mut redactor: Option<Redactor>,
    ) -> Result<Recorded, RecordError> {
        let recorded = record(&self.connector, &self.sentinels, name, live, redactor.as_mut()).await?;
        let host = |error: anyhow::Error| RecordError::Host(format!("{error:#}"));
        self.project.write_cassette(name, &recorded.cassette).map_err(host)?;
        self.project.write_golden(name, &recorded.golden).map_err(host)?;
        let kept = redactor.iter().flat_map(Redactor::kept).map(str::to_owned).collect();
        Ok(Recorded { steps: recorded.steps, kept })
    }

    /// The cases as a spoilt connector plays them.
    pub(crate) async fn sabotaged(&self, sabotage: Sabotage) -> Tested<'_> {
        self.spoilt(&Choice::default(), Some(sabotage)).await
    }

    async fn tested(&self, choice: &Choice) -> Tested<'_> {
        self.spoilt(choice, None).await
    }

    async fn spoilt(&self, choice: &Choice, sabotage: Option<Sabotage>) -> Tested<'_> {
        let mut cases = Vec::new();
        let mut broken = Vec::new();
        let wanted = |name: &String| choice.cases.is_empty() || choice.cases.contains(name);
        for case in self.project.cases.iter().filter(|case| wanted(&case.name)) {
            match Stage::new(&self.connector, case, &self.sentinels) {
                Ok(stage) => {
                    let stage = stage.sabotaged(sabotage);
                    let clean = stage.play(How { twice: true, ..How::default() }).await;
                    cases.push(TestedCase { stage, clean });
                }
                Err(why) => broken.push((case.name.clone(), why)),
            }
        }
        let published = self.project.published.as_deref();
        let manifest =
            |bytes| inspect(bytes).and_then(|file| file.manifest()).map_err(|error| error.to_string());
        Tested {
            connector: &self.connector,
            project: &self.project,
            cases,
            broken,
            published: published.map(manifest),
            measured: OnceCell::new(),
        }
    }
}
