//! One adapter per major version of the contract. The rest of the crate sees
//! [`Abi`] and the words of the model, never generated types.

mod v1;
mod v1_convert;
mod v1_host;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use rollcall_model::Failure;
use wasmtime::component::{InstancePre, Linker};
use wasmtime::{Engine, Store};

use crate::input::RunInput;
use crate::page::{AccountInfo, AttributeDefinition, GroupPage, MembershipPage, WorkerPage};
use crate::state::CallState;

/// Part of the key under which compiled components are kept. Raised when this
/// crate needs them compiled anew for a reason of its own.
pub(crate) const VERSION: u32 = 1;

/// What a guest is asked.
pub(crate) struct Request {
    pub run: RunInput,
    pub cursor: Option<Vec<u8>>,
}

/// A failure as the guest tells it.
pub(crate) enum Told {
    Failure(Failure),
    /// The host did not carry out a request: the host knows why.
    FetchFailed(String),
}

/// A function that the component exports takes or gives other types.
#[derive(Debug, thiserror::Error)]
#[error("a function has other types than the contract's")]
pub(crate) struct WrongType;

/// The outer error is a trap or the host's, the inner one the guest's.
pub(crate) type Calling<'a, T> = Pin<Box<dyn Future<Output = wasmtime::Result<Result<T, Told>>> + Send + 'a>>;

/// A linked connector. Each call makes an instance in a fresh store.
pub(crate) trait Abi: Send + Sync {
    fn check<'a>(&'a self, store: &'a mut Store<CallState>, request: &'a Request)
    -> Calling<'a, AccountInfo>;
    fn discover<'a>(
        &'a self,
        store: &'a mut Store<CallState>,
        request: &'a Request,
    ) -> Calling<'a, Vec<AttributeDefinition>>;
    fn pull_groups<'a>(
        &'a self,
        store: &'a mut Store<CallState>,
        request: &'a Request,
    ) -> Calling<'a, GroupPage>;
    fn pull_memberships<'a>(
        &'a self,
        store: &'a mut Store<CallState>,
        request: &'a Request,
    ) -> Calling<'a, MembershipPage>;
    fn pull_workers<'a>(
        &'a self,
        store: &'a mut Store<CallState>,
        request: &'a Request,
    ) -> Calling<'a, WorkerPage>;
}

/// Everything a component of the first major may import from us.
pub(crate) fn link(engine: &Engine) -> wasmtime::Result<Linker<CallState>> {
    v1::link(engine)
}

/// Fails if the component does not export what the contract asks for.
pub(crate) fn adapt(pre: InstancePre<CallState>) -> wasmtime::Result<Arc<dyn Abi>> {
    Ok(Arc::new(v1::V1::new(pre)?))
}
