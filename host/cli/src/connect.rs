//! From a component's file and an admin's settings to a source that can be
//! asked.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rollcall_egress::{AuditSink, Egress, EgressOptions, TokenKeeper};
use rollcall_files::{Disk, Folder, Server, SessionOptions};
use rollcall_grants::{FileGrant, FilePlace, Grant, Settings, Upstream};
use rollcall_model::PullMode;
use rollcall_sandbox::{
    Compile, Connector, LogLevel, LogSink, Metering, Nesting, PoolSize, RunInput, Sandbox, SandboxOptions,
    Wasi,
};
use rollcall_sync::{ConnectedProvider, Session, Source};

use crate::component;
use crate::exit::{Exit, Sort as _};

/// Records a page sensibly has; the provider's maximum wins.
const PAGE_SIZE: u32 = 1_000;

/// Which connector, and how it is reached.
pub struct Connection<'a> {
    pub connector: Connector,
    pub settings: &'a BTreeMap<String, String>,
    pub secrets: &'a BTreeMap<String, String>,
    pub upstreams: &'a [Upstream],
    /// Where uploaded files are.
    pub files: Option<&'a Path>,
    /// Tenant and integration, for shared rate limits.
    pub label: String,
    pub audit: Arc<dyn AuditSink>,
    /// Where refresh tokens that the provider changes are kept.
    pub keeper: Arc<dyn TokenKeeper>,
    pub now_ms: i64,
    pub page_size: Option<u32>,
}

/// A source, with the session that counts what it uses.
pub struct Connected {
    pub source: Source,
    pub session: Session,
}

impl Connection<'_> {
    pub fn open(self, egress: &Egress) -> Result<Connected, Exit> {
        let connector = self.connector;
        let manifest = connector.manifest();
        let settings = Settings::resolve(manifest, self.settings, self.secrets)?;
        let grant = Grant::new(manifest, &settings, self.upstreams)?;
        grant.uses_every_upstream().or_usage()?;
        let run = RunInput {
            id: "run".into(),
            mode: PullMode::Full,
            now_ms: u64::try_from(self.now_ms).unwrap_or_default(),
            settings: settings.public().into(),
            wanted_attributes: Arc::new([]),
            wanted_groups: Arc::new([]),
            nesting: Nesting::Direct,
            page_size: self.page_size.unwrap_or(PAGE_SIZE),
        };
        let session = match grant.files() {
            Some(files) => {
                let folder = folder(files, &settings, self.files, &self.audit)?;
                let session = rollcall_files::Session::new(
                    files.clone(),
                    settings.clone(),
                    folder,
                    SessionOptions::new(self.audit),
                );
                Session::Files(Arc::new(session))
            }
            None if self.files.is_some() => {
                return Err(Exit::usage("--files: this connector asks hosts and reads no files"));
            }
            None => {
                let options =
                    EgressOptions { keeper: self.keeper, ..EgressOptions::new(self.label, self.audit) };
                Session::Network(Arc::new(egress.session(Arc::new(grant), settings, options)?))
            }
        };
        let limits = connector.limits();
        let provider =
            ConnectedProvider { connector, session: session.clone(), log: Arc::new(GuestLog), limits };
        let provider = Arc::new(provider);
        let upstreams = self.upstreams.iter().map(ToString::to_string).collect();
        Ok(Connected { source: Source { provider, run, upstreams }, session })
    }
}

/// Where a connector's files come from.
fn folder(
    grant: &FileGrant,
    settings: &Settings,
    uploaded: Option<&Path>,
    audit: &Arc<dyn AuditSink>,
) -> Result<Arc<dyn Folder>, Exit> {
    match (grant.place(), uploaded) {
        (FilePlace::Upload, Some(folder)) => Ok(Arc::new(Disk::new(folder))),
        (FilePlace::Upload, None) => Err(Exit::usage(
            "the files are uploaded ones: say with --files, or with `files` in the integration's file, where they are",
        )),
        (FilePlace::Sftp(_), Some(_)) => Err(Exit::usage(
            "--files: the settings say that files come from a server; set `source` to `upload`",
        )),
        (FilePlace::Sftp(place), None) => {
            let sftp = grant.manifest().sftp.clone();
            Ok(Arc::new(Server::new((**place).clone(), sftp, settings.clone(), Arc::clone(audit))))
        }
    }
}

/// A sandbox that compiles in a child process into a cache of its own.
pub fn sandbox(cache: &Path, wasi: Wasi, metering: Metering) -> Result<Sandbox, Exit> {
    let program =
        std::env::current_exe().map_err(|error| Exit::host(format!("find this program: {error}")))?;
    Ok(Sandbox::new(SandboxOptions {
        cache_dir: cache.to_owned(),
        wasi,
        metering,
        compile: Compile::InChild { program, args: vec!["compile-component".into()] },
        pool: PoolSize::SMALL,
    })?)
}

/// Reads a component, checks it, and has it compiled unless it was before.
pub async fn load(sandbox: &Sandbox, file: &Path) -> Result<Connector, Exit> {
    let bytes = component::read(file)?;
    sandbox.load(&bytes).await.map_err(|error| Exit::load(file, error))
}

/// Where compiled components are kept when no data directory says otherwise.
pub fn user_cache() -> PathBuf {
    let set = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let base = set("XDG_CACHE_HOME").or_else(|| set("HOME").map(|home| home.join(".cache")));
    base.unwrap_or_else(std::env::temp_dir).join("rollcall").join("compiled")
}

/// Lines of guests, in the log of the host, as a field: a guest's text is never
/// a message of ours.
struct GuestLog;

impl LogSink for GuestLog {
    fn line(&self, level: LogLevel, message: &str) {
        match level {
            LogLevel::Debug => tracing::debug!(guest = message),
            LogLevel::Info => tracing::info!(guest = message),
            LogLevel::Warn => tracing::warn!(guest = message),
            LogLevel::Error => tracing::error!(guest = message),
        }
    }
}
