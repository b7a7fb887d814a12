//! The connector between its cassette and its reader, with somebody looking on.

use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

use rollcall_grants::{FetchError, Fetching, Manifest, Method, Network, Request, Response, Target};
use rollcall_model::Failure;
use rollcall_sandbox::{
    AccountInfo, AttributeDefinition, Call, Called, Connector, Digest, GroupPage, MembershipPage, RunInput,
    Usage, WorkerPage,
};
use rollcall_sync::{Provider, Pulling};

use crate::play::Lines;
use crate::player::Player;
use crate::sabotage::Sabotage;
use crate::sentinel::Sentinels;

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
    network: Arc<Overheard>,
    log: Arc<Lines>,
    sabotage: Option<Sabotage>,
    /// Who can be asked the same again, if every call is to be made twice.
    again: Option<Arc<Player>>,
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
    pub fn new(connector: &Connector, network: Arc<dyn Network>, watch: Watch<'_>) -> Self {
        let network = Overheard { network, sentinels: Arc::clone(watch.sentinels), leaks: Mutex::default() };
        Self {
            connector: connector.clone(),
            network: Arc::new(network),
            log: Arc::clone(watch.log),
            sabotage: watch.sabotage,
            again: None,
            spent: Mutex::default(),
            calls: AtomicU64::new(0),
            unsteady: Mutex::default(),
        }
    }

    /// Each call is made twice from the same state of the player.
    #[must_use]
    pub fn twice(self, player: &Arc<Player>, twice: bool) -> Self {
        Self { again: twice.then(|| Arc::clone(player)), ..self }
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
        (unsteady, self.network.leaks.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    fn call(&self, run: RunInput, cursor: Option<Vec<u8>>) -> Call {
        let log: Arc<Lines> = Arc::clone(&self.log);
        Call { run, cursor, network: self.network.clone(), log, limits: self.connector.limits() }
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
        sabotage.spoil(&mut called, &run, nth, self.network.sentinels.any(), &*self.log);
        called
    }

    /// A request that no manifest allows: a wildcard may reach any path, and
    /// none reaches a host that is not declared.
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
        drop(self.network.fetch(request).await);
    }

    /// Makes a call; with `twice` once before from the same state, in another
    /// instance: nothing may survive in one, and nothing be made up by chance.
    async fn steadily<T, F>(&self, what: &str, mut call: impl FnMut() -> F) -> Called<T>
    where
        T: PartialEq,
        F: Future<Output = Called<T>>,
    {
        let before = match &self.again {
            Some(player) => {
                let (mark, lines) = (player.mark(), self.log.all().len());
                let first = call().await.result;
                player.rewind(&mark);
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

/// The network as the guest has it: whatever passes is searched for secrets.
struct Overheard {
    network: Arc<dyn Network>,
    sentinels: Arc<Sentinels>,
    leaks: Mutex<Vec<String>>,
}

impl Overheard {
    fn search(&self, bytes: &[u8], where_: &str) {
        if let Some(owner) = self.sentinels.find(bytes) {
            self.leaks.lock().unwrap_or_else(PoisonError::into_inner).push(format!("{owner} is in {where_}"));
        }
    }

    fn request(&self, request: &Request) {
        let (Target::Path(target) | Target::NextLink(target)) = &request.target;
        let pairs = request.query.iter().chain(&request.headers).flat_map(|(name, value)| [name, value]);
        for text in pairs.chain([target, &request.purpose]) {
            self.search(text.as_bytes(), "a request that the connector makes");
        }
        self.search(request.body.as_deref().unwrap_or_default(), "a request that the connector makes");
    }

    fn response(&self, response: &Result<Response, FetchError>) {
        const WHERE: &str = "an answer that the connector gets";
        match response {
            Ok(response) => {
                self.search(&response.body, WHERE);
                response.headers.iter().for_each(|(_, value)| self.search(value.as_bytes(), WHERE));
            }
            Err(error) => self.search(error.to_string().as_bytes(), WHERE),
        }
    }
}

impl Network for Overheard {
    fn fetch(&self, request: Request) -> Fetching<'_, Result<Response, FetchError>> {
        self.request(&request);
        Box::pin(async move {
            let response = self.network.fetch(request).await;
            self.response(&response);
            response
        })
    }

    fn fetch_all(&self, requests: Vec<Request>) -> Fetching<'_, Vec<Result<Response, FetchError>>> {
        requests.iter().for_each(|request| self.request(request));
        Box::pin(async move {
            let responses = self.network.fetch_all(requests).await;
            responses.iter().for_each(|response| self.response(response));
            responses
        }) as Pin<Box<_>>
    }
}
