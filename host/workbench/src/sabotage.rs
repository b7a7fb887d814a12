//! The connector under test, spoilt on purpose: whoever trusts the stages wants
//! to see that each of them, on these very cassettes, finds something out.

use rollcall_model::{Failure, PullMode};
use rollcall_sandbox::{Called, LogLevel, LogSink, RunInput, WorkerPage};

use crate::report::StageName;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sabotage {
    /// Gives other values each time.
    Whimsical,
    /// Forgets an attribute.
    Forgetful,
    /// Has somebody on two pages.
    Repeating,
    /// Takes a checkpoint that it cannot read for an empty company.
    Careless,
    /// Takes a failure for the end.
    Deaf,
    /// Asks for what it has no grant for.
    Curious,
    /// Writes names into the log.
    Talkative,
    /// Writes secrets into the log.
    Leaky,
    /// Hands dates on as they come.
    Sloppy,
    /// Takes twice the instructions.
    Greedy,
}

impl Sabotage {
    pub const ALL: [Self; 10] = [
        Self::Whimsical,
        Self::Forgetful,
        Self::Repeating,
        Self::Careless,
        Self::Deaf,
        Self::Curious,
        Self::Talkative,
        Self::Leaky,
        Self::Sloppy,
        Self::Greedy,
    ];

    /// The stage that has to find it out.
    pub fn stage(self) -> StageName {
        match self {
            Self::Whimsical | Self::Forgetful => StageName::Replay,
            Self::Repeating => StageName::Paging,
            Self::Careless => StageName::Incremental,
            Self::Deaf => StageName::Faults,
            Self::Curious => StageName::Egress,
            Self::Talkative | Self::Leaky => StageName::Secrets,
            Self::Sloppy => StageName::Mapping,
            Self::Greedy => StageName::Budgets,
        }
    }

    /// What it does, after "a connector that".
    pub fn describe(self) -> &'static str {
        match self {
            Self::Whimsical => "gives other values each time",
            Self::Forgetful => "forgets an attribute",
            Self::Repeating => "has somebody twice",
            Self::Careless => "takes a spoilt checkpoint for an empty company",
            Self::Deaf => "takes a failure for the end",
            Self::Curious => "asks for what it has no grant for",
            Self::Talkative => "writes names into the log",
            Self::Leaky => "writes secrets into the log",
            Self::Sloppy => "hands dates on as they come",
            Self::Greedy => "takes twice the instructions",
        }
    }

    /// Spoils a page. `nth`: which call it is; `secret`: one that nobody may see.
    pub fn spoil(
        self,
        called: &mut Called<WorkerPage>,
        run: &RunInput,
        nth: u64,
        secret: &str,
        log: &dyn LogSink,
    ) {
        let changes = run.mode != PullMode::Full;
        match (self, &mut called.result) {
            (Self::Careless, result @ Err(Failure::CheckpointExpired)) if changes => {
                *result = Ok(WorkerPage::default())
            }
            (Self::Deaf, result @ Err(_)) => *result = Ok(WorkerPage::default()),
            (Self::Greedy, _) => called.usage.fuel = called.usage.fuel.map(|fuel| fuel.saturating_mul(2)),
            (Self::Leaky, _) => log.line(LogLevel::Info, &format!("signed in with {secret}")),
            (_, Ok(page)) => self.spoil_workers(page, nth, log),
            _ => {}
        }
    }

    fn spoil_workers(self, page: &mut WorkerPage, nth: u64, log: &dyn LogSink) {
        if let (Self::Repeating, Some(first)) = (self, page.workers.first().cloned()) {
            page.workers.push(first);
        }
        for worker in &mut page.workers {
            match self {
                Self::Whimsical => worker.user_name = Some(format!("call-{nth}")),
                Self::Forgetful => worker.name.given = None,
                Self::Talkative => {
                    let name = [&worker.name.given, &worker.name.display, &worker.contact.work_email];
                    let name = name.into_iter().flatten().next().cloned().unwrap_or_default();
                    log.line(LogLevel::Info, &format!("read {name}"));
                }
                Self::Sloppy => worker.employment.start_date = Some("01.02.2020".to_owned()),
                _ => {}
            }
        }
    }
}
