//! The connector between its cassette and its reader, with somebody looking on.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

use rollcall_grants::{Manifest, Method, Outside, Request, Target};
use rollcall_model::Failure;
use rollcall_sandbox::{
    AccountInfo, AttributeDefinition, Call, Called, Connector, Digest, GroupPage, MembershipPage, RunInput,
    Usage, WorkerPage,
};
use rollcall_sync::{Provider, Pulling};

use crate::overheard::Overheard;
use crate::play::Lines;
use crate::sabotage::Sabotage;
use crate::sentinel::Sentinels;
use crate::tape::Tape;

/// What calls used, all together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spent {
    pub fuel: u64,
    /// Bytes, of the largest.
    pub memory: u64,
    pub requests: u64,
    pub bytes: u64,
}

impl Spent {
    fn add(&mut self, usage: &Usage) {
        self.fuel += usage.fuel.unwrap_or_default();
        self.memory = self.memory.max(usage.peak_memory);
        self.requests += u64::from(usage.fetches);
        self.bytes += usage.bytes_in;
    }
}

/// A provider as a run knows it.
pub struct Watched {
    connector: Connector,
    outside: Arc<Overheard>,
    log: Arc<Lines>,
    sabotage: Option<Sabotage>,
    /// Who can be asked the same again, if every call is to be made twice.
    again: Option<Tape>,
    spent: Mutex<Spent>,
    calls: AtomicU64,
    unsteady: Mutex<Vec<String>>,
}

/// What is looked for, and what is done to find it.
pub struct Watch<'a> {
    pub log: &'a Arc<Lines>,
    pub sentinels: &'a Arc<Sentinels>,
    pub sabotage: Option<Sabotage>,
}

impl Watched {
    pub fn new(connector: &Connector, outside: Outside, watch: Watch<'_>) -> Self {
        let outside = Overheard::new(outside, Arc::clone(watch.sentinels));
        Self {
            connector: connector.clone(),
            outside: Arc::new(outside),
            log: Arc::clone(watch.log),
            sabotage: watch.sabotage,
            again: None,
            spent: Mutex::default(),
            calls: AtomicU64::new(0),
            unsteady: Mutex::default(),
        }
    }

    /// Each call is made twice from the same state of the tape.
    #[must_use]
    pub fn twice(self, tape: &Tape, twice: bool) -> Self {
        Self { again: twice.then(|| tape.clone()), ..self }
    }

    pub async fn check(&self, run: &RunInput) -> Result<AccountInfo, Failure> {
        self.steadily("check", || self.connector.check(self.call(run.clone(), None))).await.result
    }

    pub async fn discover(&self, run: &RunInput) -> Result<Vec<AttributeDefinition>, Failure> {
        self.steadily("discover", || self.connector.discover(self.call(run.clone(), None))).await.result
    }

    /// What was used since it was last asked.
    pub fn take_spent(&self) -> Spent {
        std::mem::take(&mut *self.spent.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Calls that gave something else the second time, and secrets that the
    /// guest saw or wrote.
    pub fn remarks(&self) -> (Vec<String>, Vec<String>) {
        let unsteady = self.unsteady.lock().unwrap_or_else(PoisonError::into_inner).clone();
        (unsteady, self.outside.leaks())
    }

    fn call(&self, run: RunInput, cursor: Option<Vec<u8>>) -> Call {
        let log: Arc<Lines> = Arc::clone(&self.log);
        Call { run, cursor, outside: self.outside.outside(), log, limits: self.connector.limits() }
    }

    async fn spoilt(&self, run: RunInput, cursor: Option<Vec<u8>>) -> Called<WorkerPage> {
        let Some(sabotage) = self.sabotage else {
            return self.connector.pull_workers(self.call(run, cursor)).await;
        };
        if sabotage == Sabotage::Curious {
            self.ask_elsewhere().await;
        }
        let mut called = self.connector.pull_workers(self.call(run.clone(), cursor)).await;
        let nth = self.calls.fetch_add(1, Relaxed);
        sabotage.spoil(&mut called, &run, nth, self.outside.sentinels().any(), &*self.log);
        called
    }

    /// A request that no manifest allows: a wildcard may reach any path, and
    /// none reaches a host that is not declared. Nor a file that is not listed.
    async fn ask_elsewhere(&self) {
        let request = Request {
            method: Method::Get,
            host: "not declared".to_owned(),
            target: Target::Path("/".to_owned()),
            query: Vec::new(),
            headers: Vec::new(),
            body: None,
            credential: None,
            purpose: "sabotage".to_owned(),
        };
        // What comes back is for nobody.
        match self.outside.outside() {
            Outside::Network(network) => drop(network.fetch(request).await),
            Outside::Files(files) => drop(files.read("not declared".to_owned(), 0, 1).await),
        }
    }

    /// Makes a call; with `twice` once before from the same state, in another
    /// instance: nothing may survive in one, and nothing be made up by chance.
    async fn steadily<T, F>(&self, what: &str, mut call: impl FnMut() -> F) -> Called<T>
    where
        T: PartialEq,
        F: Future<Output = Called<T>>,
    {
        let before = match &self.again {
            Some(tape) => {
                let (begun, lines) = (tape.mark(), self.log.all().len());
                let first = call().await.result;
                tape.rewind(begun);
                self.log.truncate(lines);
                Some(first)
            }
            None => None,
        };
        let called = call().await;
        self.spent.lock().unwrap_or_else(PoisonError::into_inner).add(&called.usage);
        if before.is_some_and(|before| before != called.result) {
            self.unsteady.lock().unwrap_or_else(PoisonError::into_inner).push(what.to_owned());
        }
        called
    }
}

macro_rules! pull {
    ($self:ident . $function:ident ($run:ident, $cursor:ident) as $what:literal) => {
        Box::pin(async move {
            $self
                .steadily($what, || $self.connector.$function($self.call($run.clone(), $cursor.clone())))
                .await
        })
    };
}

impl Provider for Watched {
    fn manifest(&self) -> &Manifest {
        self.connector.manifest()
    }

    fn digest(&self) -> &Digest {
        self.connector.digest()
    }

    fn pull_workers(&self, run: RunInput, cursor: Option<Vec<u8>>) -> Pulling<'_, WorkerPage> {
        Box::pin(async move {
            let call = || self.spoilt(run.clone(), cursor.clone());
            self.steadily("pull-workers", call).await
        })
    }

    fn pull_groups(&self, run: RunInput, cursor: Option<Vec<u8>>) -> Pulling<'_, GroupPage> {
        pull!(self.pull_groups(run, cursor) as "pull-groups")
    }

    fn pull_memberships(&self, run: RunInput, cursor: Option<Vec<u8>>) -> Pulling<'_, MembershipPage> {
        pull!(self.pull_memberships(run, cursor) as "pull-memberships")
    }
}
