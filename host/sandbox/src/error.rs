//! What can go wrong before a connector runs. Whatever happens in a call is a
//! [`rollcall_model::Failure`].

use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// The sandbox itself could not be set up: the host's matter.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    #[error("start the engine: {0}")]
    Engine(String),
    #[error(transparent)]
    Cache(#[from] CacheError),
    #[error("start the thread that counts time: {0}")]
    Ticker(#[source] io::Error),
}

#[derive(Debug, thiserror::Error)]
#[error("use the cache of compiled connectors at {}", path.display())]
pub struct CacheError {
    pub path: PathBuf,
    #[source]
    pub source: io::Error,
}

/// A component was not loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// It is not one that this host runs: its author's matter.
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("compile the component: {0}")]
    Compile(#[from] CompileError),
    /// Its imports or exports have other types than the contract's.
    #[error("the component does not fit the contract: {0}; build it against `wit/v1` of this release")]
    Contract(String),
    #[error(transparent)]
    Cache(#[from] CacheError),
    #[error("the host failed: {0}")]
    Host(String),
}

impl LoadError {
    /// Whether the component is to blame, and not this host.
    pub fn is_connector(&self) -> bool {
        match self {
            Self::Refused(_) | Self::Contract(_) => true,
            Self::Compile(error) => matches!(error, CompileError::Invalid(_) | CompileError::TooMuch(_)),
            Self::Cache(_) | Self::Host(_) => false,
        }
    }
}

/// Why a component is not accepted, found without running or compiling it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the file has {bytes} bytes, more than the {limit} allowed")]
    TooBig { bytes: usize, limit: usize },
    #[error("this is not WebAssembly; give the `.wasm` file that `rollcall connector build` made")]
    NotWasm,
    #[error("this is WebAssembly text; only the binary form is accepted")]
    Text,
    #[error(
        "this is compiled machine code; the host compiles components itself and takes none from elsewhere"
    )]
    Precompiled,
    #[error("this is a core module, not a component; use `rollcall connector build`")]
    CoreModule,
    #[error("the file is damaged: {0}")]
    Malformed(String),
    #[error("it imports what this host does not offer: {}{}", .0.join(", "), stub_hint(.0))]
    Imports(Vec<String>),
    #[error("it does not export `rollcall:connector/source@1.x`; build it against a world of `wit/v1`")]
    NoSource,
    #[error("it asks for the network and for files; a connector has one of the two")]
    TwoWays,
    #[error(
        "it imports `{imports}`, and its manifest declares {manifest}; a connector reads files or asks hosts"
    )]
    OtherWay { imports: &'static str, manifest: &'static str },
    /// `what`, of which there are `found`.
    #[error("it has {found} {what}, more than the {limit} allowed")]
    TooMany { what: &'static str, found: u64, limit: u64 },
    #[error("a call has no room for it: {0}")]
    NoRoom(String),
    #[error("it uses {0}, which this host does not run")]
    Feature(&'static str),
    #[error("its custom section `{name}` has {bytes} bytes, more than the {limit} allowed")]
    CustomSection { name: String, bytes: usize, limit: usize },
    #[error("it has no manifest (custom section `rollcall:connector`); use `rollcall connector build`")]
    ManifestMissing,
    #[error("it has {0} manifests (custom section `rollcall:connector`); there may be one")]
    ManifestTwice(usize),
    #[error("its manifest is not valid: {0}")]
    Manifest(String),
}

fn stub_hint(imports: &[String]) -> &'static str {
    if imports.iter().any(|name| name.starts_with("wasi:")) {
        "; build without WASI (`componentize-py --stub-wasi`, `componentize-js` with all features disabled, \
         target wasm32-unknown-unknown), or run with `wasi = \"closed\"`"
    } else {
        ""
    }
}

#[derive(Debug, thiserror::Error)]
pub enum CompileError {
    #[error("the component is not valid: {0}")]
    Invalid(String),
    /// Whose machine is slow or busy does not count here: this is what the
    /// component itself uses up.
    #[error("the component takes more than {0} to compile; make it smaller, or split its largest functions")]
    TooMuch(String),
    /// On the clock: the host was busy with something else.
    #[error("it took more than {} s; the host is busy, try again", .0.as_secs_f32())]
    Timeout(Duration),
    /// The child ended by itself, or somebody ended it.
    #[error("the compiling process failed: {0}")]
    Child(String),
    #[error("start the compiling process: {0}")]
    Start(#[source] io::Error),
    #[error("write the result: {0}")]
    Write(#[source] io::Error),
}
