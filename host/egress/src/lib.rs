//! The way out. The only crate that names the HTTP client.
//!
//! A [`Session`] carries out a guest's requests: the grant makes the URL, the
//! name is resolved to checked addresses only, the slot's credential is added,
//! the request is sent and tried again, the answer is capped and scrubbed, and
//! everything is counted and written down. Absent on purpose: proxies, cookies,
//! redirects by the client, and any state that outlives a session but the rate
//! limits.

#![warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod assertion;
pub mod audit;
mod credential;
mod exchange;
mod granted;
mod hygiene;
mod injection;
mod keeper;
pub mod limits;
mod rate;
pub mod resolve;
mod retry;
mod saml;
mod scrub;
mod secrets;
mod session;
mod sign_in;
mod stand_in;
#[cfg(test)]
mod stub;
#[cfg(test)]
mod tests;
pub mod time;
mod tls;
mod transport;
mod usage;
mod wire;

pub use audit::{AuditEvent, AuditSink, Exchange, FileRead, NoAudit, Outcome};
pub use keeper::{KeepsNothing, TokenKeeper};
pub use limits::Limits;
pub use session::{Egress, EgressError, EgressOptions, Session};
pub use stand_in::{Inbound, Outbound, Silence, StandIn};
pub use usage::Usage;
