//! What a connector may reach. Pure: no I/O, no clock.
//!
//! The way of a request through this crate: a [`Manifest`] and a tenant's
//! [`Settings`] become a [`Grant`]; the grant turns a guest's [`Request`] into
//! one URL ([`Outgoing`]) that is checked, audited and sent as it is, or
//! refuses it.

#![warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

pub mod address;
mod alias;
mod base;
mod difference;
mod encode;
mod exchange;
mod files;
mod grant;
mod headers;
pub mod limits;
mod manifest;
mod parse;
mod path_grant;
mod pattern;
mod permission;
#[cfg(test)]
mod sample;
mod secret;
mod settings;
mod slot;
mod target;
mod template;
mod upstream;
mod validate;

pub use alias::Alias;
pub use difference::{Difference, differences};
pub use exchange::{FetchError, Fetching, Method, Network, Outside, Request, Response, Target};
pub use files::{
    FileError, FileGrant, FileInfo, FilePlace, Files, ManifestFiles, NamePattern, NamePatternError, OpenPgp,
    Sftp, SftpPlace,
};
pub use grant::{Grant, GrantError, UnusedUpstream};
pub use manifest::{
    AttributeClasses, AuthScheme, BodyFormat, Category, ClientAuth, Condition, Escaping, HostUrl, Localized,
    Manifest, ManifestHost, ManifestSetting, ManifestSlot, PathGrant, RateLimit, TokenBody,
};
pub use parse::{ManifestError, Problem};
pub use permission::{Permission, Power};
pub use secret::Secret;
pub use settings::{SettingError, SettingProblem, Settings};
pub use slot::{Endpoint, Slot};
pub use target::Outgoing;
pub use template::{Template, TemplateError};
pub use upstream::{Upstream, UpstreamError};
