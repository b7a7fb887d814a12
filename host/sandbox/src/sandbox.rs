//! From the bytes of a component to a connector.

use std::sync::Arc;

use rollcall_grants::Manifest;
use tokio::sync::Semaphore;
use wasmtime::Engine;
use wasmtime::component::{Component, Linker};

use crate::abi;
use crate::cache::Cache;
use crate::call::Target;
use crate::check::{Inspection, inspect};
use crate::compile::compile;
use crate::connector::Connector;
use crate::engine;
use crate::error::{LoadError, SandboxError};
use crate::options::SandboxOptions;
#[cfg(feature = "wasi")]
use crate::options::Wasi;
use crate::state::CallState;

/// The engine, the linker and the cache: one for a process.
pub struct Sandbox {
    options: SandboxOptions,
    engine: Engine,
    ours: Linker<CallState>,
    /// Ours and the closed WASI, if the options say so.
    #[cfg(feature = "wasi")]
    with_wasi: Option<Linker<CallState>>,
    cache: Arc<Cache>,
    places: Arc<Semaphore>,
    /// Compiling takes a core for up to half a minute: one at a time.
    compiling: Semaphore,
}

impl Sandbox {
    /// Takes a few milliseconds. Needs no runtime.
    pub fn new(options: SandboxOptions) -> Result<Self, SandboxError> {
        let failed = |error: wasmtime::Error| SandboxError::Engine(format!("{error:#}"));
        let engine = engine::serving(&options)?;
        let key_of_engine = engine::compiling(options.metering).map_err(failed)?;
        let cache = Arc::new(Cache::open(&options.cache_dir, &key_of_engine)?);
        engine::start_ticker(&engine)?;
        Ok(Self {
            ours: abi::link(&engine).map_err(failed)?,
            #[cfg(feature = "wasi")]
            with_wasi: match options.wasi {
                Wasi::Refuse => None,
                Wasi::Closed => Some(abi::link(&engine).and_then(crate::wasi::link).map_err(failed)?),
            },
            places: Arc::new(Semaphore::new(options.pool.calls.max(1) as usize)),
            compiling: Semaphore::new(1),
            engine,
            cache,
            options,
        })
    }

    /// Checks a component, compiles it unless it is in the cache, and links it.
    /// Runs none of its code. A new component takes 0.1 s (compiled connectors)
    /// to 30 s (interpreters), a cached one milliseconds.
    pub async fn load(&self, component: &[u8]) -> Result<Connector, LoadError> {
        let bytes: Arc<[u8]> = component.into();
        let (manifest, inspection) = self.admit(Arc::clone(&bytes)).await?;
        let component = self.obtain(bytes, &inspection).await?;
        let contract = |error: wasmtime::Error| LoadError::Contract(format!("{error:#}"));
        let pre = self.linker(&inspection).instantiate_pre(&component).map_err(contract)?;
        let abi = abi::adapt(pre).map_err(contract)?;
        let target = Target { engine: self.engine.clone(), metering: self.options.metering, abi };
        Ok(Connector::new(manifest, inspection, target, Arc::clone(&self.places)))
    }

    async fn admit(&self, bytes: Arc<[u8]>) -> Result<(Manifest, Inspection), LoadError> {
        let wasi = self.options.wasi;
        let admitted = blocking(move || {
            let inspection = inspect(&bytes)?;
            Ok::<_, crate::Refusal>((inspection.admit(wasi)?, inspection))
        });
        let (manifest, inspection) = admitted.await??;
        if inspection.imports_wasi() {
            tracing::warn!(
                connector = manifest.id,
                "the connector imports WASI; it gets one with nothing behind it"
            );
        }
        Ok((manifest, inspection))
    }

    fn linker(&self, inspection: &Inspection) -> &Linker<CallState> {
        #[cfg(feature = "wasi")]
        if let (true, Some(linker)) = (inspection.imports_wasi(), &self.with_wasi) {
            return linker;
        }
        let _ = inspection;
        &self.ours
    }

    async fn obtain(&self, bytes: Arc<[u8]>, inspection: &Inspection) -> Result<Component, LoadError> {
        let digest = inspection.digest;
        if let Some(component) = self.cached(&digest).await? {
            return Ok(component);
        }
        let host = |what: &str| LoadError::Host(what.to_owned());
        let _turn = self.compiling.acquire().await.map_err(|_| host("the sandbox is closed"))?;
        // Somebody else may have compiled the same in the meantime.
        if let Some(component) = self.cached(&digest).await? {
            return Ok(component);
        }
        let artefact = self.cache.place(&digest)?;
        compile(&self.options, bytes, artefact.path()).await?;
        let (cache, engine) = (Arc::clone(&self.cache), self.engine.clone());
        let kept = blocking(move || {
            cache.room_for(&engine, &artefact)?;
            Ok::<_, LoadError>(cache.keep(artefact)?)
        });
        kept.await??;
        self.cached(&digest)
            .await?
            .ok_or_else(|| host("a connector that was just compiled cannot be loaded; see the log"))
    }

    async fn cached(&self, digest: &crate::Digest) -> Result<Option<Component>, LoadError> {
        let (cache, engine, digest) = (Arc::clone(&self.cache), self.engine.clone(), *digest);
        Ok(blocking(move || cache.load(&engine, &digest)).await??)
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, LoadError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| LoadError::Host(error.to_string()))
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sandbox").field("options", &self.options).finish_non_exhaustive()
    }
}
