//! Many small companies in one process, each with a file of its own, as a host
//! that serves them has them: one engine, one connector, so many runs at once.
//! The bench calls itself for that, so that it is a process like the reference.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, anyhow};
use futures::stream::{self, StreamExt, TryStreamExt};
use rollcall_egress::{Egress, EgressOptions};
use rollcall_grants::{Grant, Upstream};
use rollcall_model::TenantId;
use rollcall_sandbox::{Connector, NoLog, PoolSize};
use rollcall_store::{MasterKey, Store};
use rollcall_sync::{
    AuditBuffer, ConnectedProvider, IntegrationFile, Job, NoProgress, ReadMode, Session, Source, sync,
};

use crate::program::{Programs, SECRET, Took, run, said};
use crate::sandbox;
use crate::shapes::Shape;
use crate::stub::Stub;

/// Runs under way at a time.
const AT_ONCE: usize = 64;

const PEOPLE: u32 = 500;

/// Milliseconds since 1970 that the runs believe it is.
const NOW_MS: i64 = sandbox::NOW_MS.cast_signed();

pub struct Many {
    pub product: Took,
    pub reference: Took,
    pub people: u64,
}

/// The first syncs of so many tenants, by the product and by the reference.
pub fn measure(programs: &Programs, shape: Shape, tenants: u32) -> anyhow::Result<Many> {
    let stub = Stub::start(programs, PEOPLE)?;
    let place = tempfile::tempdir()?;
    std::fs::write(place.path().join("people.toml"), shape.integration())?;
    let host = |directory: &str, tenants: u32| {
        let mut command = std::process::Command::new(std::env::current_exe()?);
        command.arg("--host-of").arg(tenants.to_string()).arg("--shape").arg(shape.name());
        command.arg("--place").arg(place.path().join(directory)).args(["--url", &stub.url]);
        command.arg("--rollcall").arg(&programs.rollcall).arg("--connectors").arg(&programs.connectors);
        run(&mut command)
    };
    // Compiles the connector, and lets the stub prepare its pages.
    host("warm", 1)?;
    let (product, out) = host("data", tenants)?;
    let people = said(&out)?["people"].as_u64().context("the host does not say how many people it read")?;
    let mut reference = std::process::Command::new(&programs.reference);
    reference.args(["--mode", "tenants", "--url", &stub.url, "--tenants", &tenants.to_string()]);
    reference.args(["--shape", shape.name()]).arg("--db").arg(place.path().join("native.redb"));
    let (reference, out) = run(reference.env("NATIVE_REFERENCE_SECRET", SECRET))?;
    anyhow::ensure!(said(&out)?["people"].as_u64() == Some(people), "they did not do the same work");
    Ok(Many { product, reference, people })
}

/// What the bench does when it calls itself: syncs them all, and tells how many
/// people that were.
pub fn host(programs: &Programs, shape: Shape, url: &str, place: &Path, tenants: u32) -> anyhow::Result<u64> {
    // As the program does.
    let _ = rustix::thread::disable_transparent_huge_pages(true);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let host = Arc::new(Host::new(programs, shape, url, place).await?);
        let each = stream::iter(0..tenants).map(|tenant| {
            let host = Arc::clone(&host);
            // On a task of its own: runs share the cores.
            async move { tokio::spawn(async move { host.tenant(tenant).await }).await? }
        });
        each.buffer_unordered(AT_ONCE).try_fold(0, async |sum, people| Ok(sum + people)).await
    })
}

struct Host {
    store: Store,
    egress: Egress,
    connector: Connector,
    shape: Shape,
    upstreams: Vec<Upstream>,
    file: IntegrationFile,
}

impl Host {
    async fn new(programs: &Programs, shape: Shape, url: &str, place: &Path) -> anyhow::Result<Self> {
        let beside = |name: &str| place.with_file_name(name);
        let sandbox = sandbox::open(programs, beside("compiled"), PoolSize::default())?;
        let component: PathBuf = programs.connectors.join(shape.connector()).with_extension("wasm");
        let upstreams = shape.upstreams(url);
        Ok(Self {
            shape,
            store: Store::open(place, MasterKey::from_bytes([7; 32]))?,
            egress: Egress::default(),
            connector: sandbox.load(&std::fs::read(component)?).await?,
            upstreams: upstreams
                .iter()
                .map(|upstream| Upstream::parse(upstream))
                .collect::<Result<_, _>>()?,
            file: IntegrationFile::read(&beside("people.toml"))?,
        })
    }

    /// The first sync of one tenant.
    async fn tenant(&self, number: u32) -> anyhow::Result<u64> {
        let id = TenantId(format!("tenant-{number}"));
        let manifest = self.connector.manifest();
        let settings = sandbox::settings(&self.connector, self.shape)?;
        let grant = Grant::new(manifest, &settings, &self.upstreams)
            .map_err(|error| anyhow!("grant of the bench: {error:?}"))?;
        let audit = AuditBuffer::new(id.clone(), Arc::new(|| NOW_MS));
        let run = sandbox::full_run(&settings);
        let options = EgressOptions::new(id.to_string(), Arc::new(audit.clone()));
        let session = self.egress.session(Arc::new(grant), settings, options)?;
        let provider = Arc::new(ConnectedProvider {
            connector: self.connector.clone(),
            session: Session::Network(Arc::new(session)),
            log: Arc::new(NoLog),
            limits: self.connector.limits(),
        });
        let source = Source { provider, run, upstreams: Vec::new() };
        let job = Job {
            act: rollcall_model::Act::Sync,
            store: self.store.clone(),
            tenant: self.store.tenant(&id)?,
            integration: self.file.integration.clone(),
            source,
            config: self.file.pipeline(),
            plan_only: false,
            read: ReadMode::Full,
            watch: None,
            now_ms: NOW_MS,
            audit,
            progress: Arc::new(NoProgress),
        };
        let outcome = sync(&job, |_| Ok(())).await?;
        Ok(outcome.receipt.workers.records)
    }
}
