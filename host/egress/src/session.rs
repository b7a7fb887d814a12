//! One run of one integration on the network.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use futures::future::join_all;
use rollcall_grants::{FetchError, Fetching, Grant, Network, Power, Request, Response, Settings};
use tokio::sync::{RwLock, Semaphore};

use crate::audit::{AuditSink, NoAudit};
use crate::credential::Credential;
use crate::granted::clean;
use crate::keeper::{KeepsNothing, TokenKeeper};
use crate::limits::Limits;
use crate::rate::{SharedWindows, Windows};
use crate::secrets::Secrets;
use crate::stand_in::StandIn;
use crate::time::{Clock, Jitter, Sleeper, SystemClock, SystemJitter, TokioSleeper};
use crate::usage::{Counters, Usage};
use crate::wire::{Allowance, Wire};

/// Makes sessions. Holds what sessions of one integration share: the rate
/// limits. One for the process.
#[derive(Debug, Default)]
pub struct Egress {
    windows: Mutex<HashMap<String, Weak<Windows>>>,
}

/// Why there is no session.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EgressError {
    #[error("the HTTP client cannot be made: {0}")]
    Client(String),
}

/// What a session is given from outside.
#[derive(Clone)]
pub struct EgressOptions {
    /// Names tenant and integration. Sessions with the same label share their
    /// rate limits; an empty one shares with nobody.
    pub label: String,
    pub clock: Arc<dyn Clock>,
    pub sleeper: Arc<dyn Sleeper>,
    pub jitter: Arc<dyn Jitter>,
    pub audit: Arc<dyn AuditSink>,
    pub limits: Limits,
    pub keeper: Arc<dyn TokenKeeper>,
    /// Who answers instead of the network.
    pub stand_in: Option<Arc<dyn StandIn>>,
}

impl EgressOptions {
    /// The machine's clock and the default limits.
    pub fn new(label: impl Into<String>, audit: Arc<dyn AuditSink>) -> Self {
        Self {
            label: label.into(),
            clock: Arc::new(SystemClock),
            sleeper: Arc::new(TokioSleeper),
            jitter: Arc::new(SystemJitter),
            audit,
            limits: Limits::default(),
            keeper: Arc::new(KeepsNothing),
            stand_in: None,
        }
    }
}

impl Default for EgressOptions {
    fn default() -> Self {
        Self::new("", Arc::new(NoAudit))
    }
}

/// The network as one run of one integration sees it: its own connections,
/// tokens and counters, none of which outlive it.
pub struct Session {
    pub(crate) grant: Arc<Grant>,
    pub(crate) settings: Settings,
    pub(crate) credentials: HashMap<String, Credential>,
    pub(crate) secrets: Secrets,
    pub(crate) wire: Wire,
    pub(crate) windows: SharedWindows,
    pub(crate) counters: Counters,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) sleeper: Arc<dyn Sleeper>,
    pub(crate) jitter: Arc<dyn Jitter>,
    pub(crate) audit: Arc<dyn AuditSink>,
    pub(crate) limits: Limits,
    pub(crate) keeper: Arc<dyn TokenKeeper>,
    gates: HashMap<String, Semaphore>,
    /// For each alias, who may ask it at all while it refuses.
    pub(crate) lanes: HashMap<String, RwLock<()>>,
    /// What the last sign-in of each slot was granted; none where the provider
    /// did not say.
    granted: Mutex<HashMap<String, BTreeSet<String>>>,
}

impl Egress {
    /// A session for what `grant` allows. Nothing is connected to yet.
    pub fn session(
        &self,
        grant: Arc<Grant>,
        settings: Settings,
        options: EgressOptions,
    ) -> Result<Session, EgressError> {
        let EgressOptions { label, clock, sleeper, jitter, audit, limits, keeper, stand_in } = options;
        let mut combined = Vec::new();
        let mut credentials = HashMap::new();
        for slot in grant.slots() {
            let (credential, secret) = Credential::new(slot, &settings);
            combined.extend(secret);
            credentials.insert(slot.name().to_owned(), credential);
        }
        let gates = grant
            .aliases()
            .map(|a| (a.name().to_owned(), Semaphore::new(a.concurrency() as usize)))
            .collect();
        let lanes = grant.aliases().map(|a| (a.name().to_owned(), RwLock::default())).collect();
        Ok(Session {
            wire: match stand_in {
                Some(stand_in) => Wire::StandIn(stand_in),
                None => Wire::new(&grant, &audit, &limits)?,
            },
            secrets: Secrets::new(&settings, combined, &*audit),
            windows: self.windows(&label, &grant),
            grant,
            settings,
            credentials,
            counters: Counters::default(),
            clock,
            sleeper,
            jitter,
            audit,
            limits,
            keeper,
            gates,
            lanes,
            granted: Mutex::default(),
        })
    }

    fn windows(&self, label: &str, grant: &Grant) -> SharedWindows {
        if label.is_empty() {
            return Arc::new(Windows::new(grant));
        }
        let mut known = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, windows| windows.strong_count() > 0);
        if let Some(windows) = known.get(label).and_then(Weak::upgrade) {
            return windows;
        }
        let windows = Arc::new(Windows::new(grant));
        known.insert(label.to_owned(), Arc::downgrade(&windows));
        windows
    }
}

impl Session {
    /// What was used up so far.
    pub fn usage(&self) -> Usage {
        self.counters.usage()
    }

    /// What the sign-ins so far were granted, against what the connector uses.
    pub fn power(&self) -> Power {
        let granted = self.granted.lock().unwrap_or_else(PoisonError::into_inner);
        let slots = self.grant.slots().filter_map(|slot| Some(slot.power(granted.get(slot.name())?)));
        slots.fold(Power::default(), Power::and)
    }

    pub(crate) fn note_granted(&self, slot: &str, names: BTreeSet<String>) {
        let names = clean(names, &self.secrets.scrubber());
        if !names.is_empty() {
            self.granted.lock().unwrap_or_else(PoisonError::into_inner).insert(slot.to_owned(), names);
        }
    }

    /// No more at once to an alias than its manifest says.
    async fn gated(&self, request: Request, batch: Option<&Allowance>) -> Result<Response, FetchError> {
        // The semaphore is never closed, so there is always a permit.
        let _permit = match self.gates.get(&request.host) {
            Some(gate) => gate.acquire().await.ok(),
            None => None,
        };
        self.exchange(request, batch).await
    }
}

impl Network for Session {
    fn fetch(&self, request: Request) -> Fetching<'_, Result<Response, FetchError>> {
        Box::pin(self.gated(request, None))
    }

    fn fetch_all(&self, requests: Vec<Request>) -> Fetching<'_, Vec<Result<Response, FetchError>>> {
        Box::pin(async move {
            let max = self.limits.batch_requests;
            if requests.len() > max {
                let refusal = FetchError::Budget(format!(
                    "{} requests in one fetch-all; at most {max} are carried out",
                    requests.len()
                ));
                return requests.iter().map(|_| Err(refusal.clone())).collect();
            }
            let batch = Allowance::new(self.limits.batch_bytes);
            join_all(requests.into_iter().map(|request| self.gated(request, Some(&batch)))).await
        })
    }
}
