//! A host as it serves many: one sandbox, one egress and one store in this
//! process, and a file for each tenant.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use rollcall_egress::{Egress, EgressOptions};
use rollcall_grants::{FetchError, Fetching, Grant, Network, Outside, Request, Response, Settings, Upstream};
use rollcall_model::{Act, TenantId};
use rollcall_sandbox::{
    Call, Compile, Connector, Limits, Metering, Nesting, NoLog, PoolSize, PullMode, RunInput, Sandbox,
    SandboxOptions, Wasi,
};
use rollcall_store::{AuditEntry, MasterKey, Store};
use rollcall_sync::{
    AuditBuffer, ConnectedProvider, IntegrationFile, Job, NoProgress, Outcome, ReadMode, Session, Source,
    SyncError, sync,
};
use rollcall_tests::{Scene, binary, guests};
use serde_json::Value;
use tempfile::TempDir;

/// 2026-01-15T08:00:00Z, as the stub's clock at the start.
const NOW_MS: i64 = 1_768_464_000_000;

/// What a hostile guest may compute here: its limit by default has tests with
/// the program.
const CPU: Duration = Duration::from_millis(200);

pub struct Host {
    directory: TempDir,
    pub sandbox: Sandbox,
    egress: Egress,
    store: Store,
}

impl Host {
    pub fn start() -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let data = directory.path().join("data");
        std::fs::create_dir(&data).expect("a directory");
        let options = SandboxOptions {
            cache_dir: directory.path().join("compiled"),
            wasi: Wasi::Refuse,
            metering: Metering::Epochs,
            compile: Compile::InChild { program: binary(), args: vec!["compile-component".into()] },
            pool: PoolSize::SMALL,
        };
        Self {
            sandbox: Sandbox::new(options).expect("a sandbox"),
            egress: Egress::default(),
            store: Store::open(&data, MasterKey::from_bytes([7; 32])).expect("a store"),
            directory,
        }
    }

    /// A tenant whose connector is this guest.
    pub async fn hostile(&self, name: &str) -> Tenant {
        guests::write(self.directory.path(), name, b"");
        let file = IntegrationFile::read(&self.directory.path().join(format!("{name}.toml")));
        let file = IntegrationFile {
            tenant: TenantId(format!("victim-of-{name}")),
            ..file.expect("the guest's integration")
        };
        let connector = self.sandbox.load(&guests::guest(name)).await.expect("a guest loads");
        let limits = Limits { cpu: CPU, ..connector.limits() };
        Tenant { file, connector, limits, upstreams: Vec::new(), secrets: BTreeMap::new() }
    }

    /// A tenant that reads a real company.
    pub async fn neighbour(&self, scene: &Scene) -> Tenant {
        let path = scene.path("integration.toml");
        let file = IntegrationFile::read(&path).expect("the neighbour's integration");
        let base = path.parent().expect("it lies in a directory");
        let secrets = file.secrets(base, |_| None).expect("the neighbour's secret");
        let component = std::fs::read(scene.provider.component()).expect("the connector");
        let connector = self.sandbox.load(&component).await.expect("the connector loads");
        let upstreams = scene.provider.upstreams(scene.stub.url());
        let upstreams = upstreams.iter().filter(|word| word.contains('='));
        Tenant {
            file,
            limits: connector.limits(),
            connector,
            upstreams: upstreams.map(|word| Upstream::parse(word).expect("an upstream")).collect(),
            secrets,
        }
    }

    /// Runs a whole sync of a tenant, from the first page to the last account.
    pub async fn sync(&self, tenant: &Tenant) -> Result<Outcome, SyncError> {
        let id = tenant.file.tenant.clone();
        let settings = Settings::resolve(tenant.connector.manifest(), &tenant.file.settings, &tenant.secrets);
        let settings = settings.expect("the settings are right");
        let grant = Grant::new(tenant.connector.manifest(), &settings, &tenant.upstreams).expect("a grant");
        let audit = AuditBuffer::new(id.clone(), Arc::new(|| NOW_MS));
        let run = RunInput { settings: settings.public().into(), ..run() };
        let options = EgressOptions::new(id.to_string(), Arc::new(audit.clone()));
        let session = self.egress.session(Arc::new(grant), settings, options).expect("a session");
        let provider = Arc::new(ConnectedProvider {
            connector: tenant.connector.clone(),
            session: Session::Network(Arc::new(session)),
            log: Arc::new(NoLog),
            limits: tenant.limits,
        });
        let job = Job {
            act: Act::Sync,
            store: self.store.clone(),
            tenant: self.store.tenant(&id)?,
            integration: tenant.file.integration.clone(),
            source: Source { provider, run, upstreams: Vec::new() },
            config: tenant.file.pipeline(),
            plan_only: false,
            read: ReadMode::Full,
            watch: None,
            now_ms: NOW_MS,
            audit,
            progress: Arc::new(NoProgress),
        };
        sync(&job, |_| Ok(())).await
    }

    /// Everything that was compiled goes from the disk.
    pub fn forget_compiled(&self) {
        std::fs::remove_dir_all(self.directory.path().join("compiled")).expect("the cache goes");
    }

    /// The accounts of a tenant by the id of their source, without what no two
    /// tenants have in common.
    pub fn accounts(&self, tenant: &Tenant) -> BTreeMap<String, Value> {
        let mut accounts = BTreeMap::new();
        let store = self.store.tenant(&tenant.file.tenant).expect("the tenant is there");
        let each = store.each_account(|account| {
            let owner = account.owner.clone().expect("nobody added an account by hand");
            let mut account = serde_json::to_value(account).expect("an account is data");
            account["id"] = Value::Null;
            accounts.insert(owner.source_id.as_str().to_owned(), account);
            Ok(())
        });
        each.expect("the accounts are read");
        accounts
    }

    /// What the audit says of a tenant, its chain verified.
    pub fn audit(&self, tenant: &Tenant) -> Vec<AuditEntry> {
        self.store.verify_audit().expect("the chain holds");
        self.store.audit(Some(tenant.file.tenant.as_str())).expect("the audit")
    }
}

/// One call by itself, with as long as a hostile guest gets here.
pub fn call(network: impl Network + 'static) -> Call {
    let limits = Limits { cpu: CPU, ..Limits::COMPILED };
    Call {
        run: run(),
        cursor: None,
        outside: Outside::Network(Arc::new(network)),
        log: Arc::new(NoLog),
        limits,
    }
}

fn run() -> RunInput {
    RunInput {
        id: "run".into(),
        mode: PullMode::Full,
        now_ms: NOW_MS.cast_unsigned(),
        settings: Arc::new([]),
        wanted_attributes: Arc::new([]),
        wanted_groups: Arc::new([]),
        nesting: Nesting::Direct,
        page_size: 100,
    }
}

/// A network that is not there.
pub struct NoNetwork;

impl Network for NoNetwork {
    fn fetch(&self, _: Request) -> Fetching<'_, Result<Response, FetchError>> {
        Box::pin(async { Err(FetchError::Timeout) })
    }

    fn fetch_all(&self, requests: Vec<Request>) -> Fetching<'_, Vec<Result<Response, FetchError>>> {
        Box::pin(async move { requests.iter().map(|_| Err(FetchError::Timeout)).collect() })
    }
}

/// Somebody who syncs here.
pub struct Tenant {
    file: IntegrationFile,
    pub connector: Connector,
    limits: Limits,
    upstreams: Vec<Upstream>,
    secrets: BTreeMap<String, String>,
}

impl Tenant {
    /// The same under another name: the store knows nothing of it yet.
    pub fn named(&self, name: &str) -> Self {
        Self {
            file: IntegrationFile { tenant: TenantId(name.to_owned()), ..self.file.clone() },
            connector: self.connector.clone(),
            limits: self.limits,
            upstreams: self.upstreams.clone(),
            secrets: self.secrets.clone(),
        }
    }
}
