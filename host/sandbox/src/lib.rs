//! Runs connectors. The only crate that names wasmtime.
//!
//! The way of a connector through this crate: [`Sandbox::load`] reads the
//! component without running anything ([`inspect`], [`Inspection::admit`]),
//! compiles it in a child process or takes it from its own cache, and links it.
//! Each call of the resulting [`Connector`] gets a fresh store, its own limits
//! and its own tokio task, and comes back as a [`Called`]: a result with blame,
//! and what the call used.
//!
//! What is deliberately absent: files, sockets, environment, clocks and random
//! numbers. A guest reaches the [`Outside`](rollcall_grants::Outside) that its
//! world has, network or files, and a [`LogSink`]; both are given per call.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod abi;
mod cache;
mod call;
mod check;
mod compile;
mod connector;
mod digest;
mod engine;
mod error;
mod files;
mod host;
mod input;
mod law;
mod limits;
mod log;
mod mac;
mod meter;
mod options;
mod page;
mod sandbox;
mod state;
#[cfg(feature = "wasi")]
mod wasi;

pub use call::{Call, Called};
pub use check::{CustomSection, Inspection, Memory, embed_manifest, inspect};
pub use compile::compile_from_stdin;
pub use connector::Connector;
pub use digest::Digest;
pub use error::{CacheError, CompileError, LoadError, Refusal, SandboxError};
pub use input::{Nesting, RunInput};
pub use limits::{ComponentLimits, Limits};
pub use log::{LogLevel, LogSink, NoLog};
pub use meter::Usage;
pub use options::{Compile, Metering, PoolSize, SandboxOptions, Wasi};
pub use page::{AccountInfo, AttributeDefinition, AttributeKind, GroupPage, MembershipPage, WorkerPage};
pub use rollcall_model::PullMode;
pub use sandbox::Sandbox;
