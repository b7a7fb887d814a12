//! A loaded connector.

use std::sync::Arc;

use rollcall_grants::Manifest;
use rollcall_model::Failure;
use tokio::sync::Semaphore;

use crate::call::{Call, Called, Function, Target, call};
use crate::check::Inspection;
use crate::digest::Digest;
use crate::law::Lawful;
use crate::limits::Limits;
use crate::meter::Usage;
use crate::page::{AccountInfo, AttributeDefinition, GroupPage, MembershipPage, WorkerPage};

/// Compiled, linked, and ready to be called any number of times at once. Cheap
/// to clone; keeps its code mapped until the last clone is gone.
#[derive(Clone)]
pub struct Connector(Arc<Inner>);

struct Inner {
    manifest: Manifest,
    inspection: Inspection,
    target: Target,
    /// Of the whole sandbox.
    places: Arc<Semaphore>,
}

impl Connector {
    pub(crate) fn new(
        manifest: Manifest,
        inspection: Inspection,
        target: Target,
        places: Arc<Semaphore>,
    ) -> Self {
        Self(Arc::new(Inner { manifest, inspection, target, places }))
    }

    pub fn manifest(&self) -> &Manifest {
        &self.0.manifest
    }

    pub fn digest(&self) -> &Digest {
        &self.0.inspection.digest
    }

    /// What it is made of.
    pub fn inspection(&self) -> &Inspection {
        &self.0.inspection
    }

    /// The usual limits of a call to a component of this class.
    pub fn limits(&self) -> Limits {
        self.0.inspection.limits()
    }

    pub async fn check(&self, call: Call) -> Called<AccountInfo> {
        self.call(call, |abi, store, request| abi.check(store, request)).await
    }

    pub async fn discover(&self, call: Call) -> Called<Vec<AttributeDefinition>> {
        self.call(call, |abi, store, request| abi.discover(store, request)).await
    }

    pub async fn pull_groups(&self, call: Call) -> Called<GroupPage> {
        self.call(call, |abi, store, request| abi.pull_groups(store, request)).await
    }

    pub async fn pull_memberships(&self, call: Call) -> Called<MembershipPage> {
        self.call(call, |abi, store, request| abi.pull_memberships(store, request)).await
    }

    pub async fn pull_workers(&self, call: Call) -> Called<WorkerPage> {
        self.call(call, |abi, store, request| abi.pull_workers(store, request)).await
    }

    async fn call<T: Lawful + Send + 'static>(&self, arguments: Call, function: Function<T>) -> Called<T> {
        // As many places as the pool has instances: a call waits for one
        // instead of failing, and the wait does not count.
        let Ok(place) = Arc::clone(&self.0.places).acquire_owned().await else {
            let detail = "the host is shutting down".to_owned();
            return Called { result: Err(Failure::Host { detail }), usage: Usage::default() };
        };
        call(self.0.target.clone(), place, arguments, function).await
    }
}

impl std::fmt::Debug for Connector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Connector({} {} {})", self.0.manifest.id, self.0.manifest.version, self.digest())
    }
}
