//! Who is read: what a run has to know of a provider, and its pages.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use rollcall_grants::{Manifest, Outside, Power};
use rollcall_sandbox::{
    Call, Called, Connector, Digest, GroupPage, Limits, LogSink, MembershipPage, RunInput, WorkerPage,
};

/// A page under way.
pub type Pulling<'a, P> = Pin<Box<dyn Future<Output = Called<P>> + Send + 'a>>;

/// Somebody who can be asked for people. In production a provider behind its
/// connector; a run asks for nothing else of it.
pub trait Provider: Send + Sync {
    fn manifest(&self) -> &Manifest;

    /// Of the code that reads it.
    fn digest(&self) -> &Digest;

    /// One page from `cursor` on; none: from the beginning.
    fn pull_workers(&self, run: RunInput, cursor: Option<Vec<u8>>) -> Pulling<'_, WorkerPage>;

    fn pull_groups(&self, run: RunInput, cursor: Option<Vec<u8>>) -> Pulling<'_, GroupPage>;

    fn pull_memberships(&self, run: RunInput, cursor: Option<Vec<u8>>) -> Pulling<'_, MembershipPage>;

    /// What its credential turned out to be allowed so far. Nothing is known of
    /// one that nobody signs in with.
    fn power(&self) -> Power {
        Power::default()
    }
}

/// One run's way to a provider.
#[derive(Clone)]
pub enum Session {
    Network(Arc<rollcall_egress::Session>),
    Files(Arc<rollcall_files::Session>),
}

impl Session {
    /// As a guest sees it.
    pub fn outside(&self) -> Outside {
        match self {
            Self::Network(session) => Outside::Network(session.clone()),
            Self::Files(session) => Outside::Files(session.clone()),
        }
    }

    /// Requests and bytes of answers so far.
    pub async fn traffic(&self) -> (u64, u64) {
        match self {
            Self::Network(session) => {
                let usage = session.usage();
                (usage.requests, usage.bytes)
            }
            Self::Files(session) => {
                let usage = session.usage().await;
                (usage.requests, usage.bytes)
            }
        }
    }
}

/// A provider, by way of its connector.
pub struct ConnectedProvider {
    pub connector: Connector,
    pub session: Session,
    pub log: Arc<dyn LogSink>,
    pub limits: Limits,
}

impl ConnectedProvider {
    fn call(&self, run: RunInput, cursor: Option<Vec<u8>>) -> Call {
        let (outside, log) = (self.session.outside(), Arc::clone(&self.log));
        Call { run, cursor, outside, log, limits: self.limits }
    }
}

impl Provider for ConnectedProvider {
    fn manifest(&self) -> &Manifest {
        self.connector.manifest()
    }

    fn digest(&self) -> &Digest {
        self.connector.digest()
    }

    fn pull_workers(&self, run: RunInput, cursor: Option<Vec<u8>>) -> Pulling<'_, WorkerPage> {
        Box::pin(self.connector.pull_workers(self.call(run, cursor)))
    }

    fn pull_groups(&self, run: RunInput, cursor: Option<Vec<u8>>) -> Pulling<'_, GroupPage> {
        Box::pin(self.connector.pull_groups(self.call(run, cursor)))
    }

    fn pull_memberships(&self, run: RunInput, cursor: Option<Vec<u8>>) -> Pulling<'_, MembershipPage> {
        Box::pin(self.connector.pull_memberships(self.call(run, cursor)))
    }

    fn power(&self) -> Power {
        match &self.session {
            Session::Network(session) => session.power(),
            Session::Files(_) => Power::default(),
        }
    }
}
