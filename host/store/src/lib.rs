//! What is kept, and how it survives. The only crate that names redb.
//!
//! A data directory has one `control.redb` (tenants and their wrapped keys, the
//! audit chain) and one file a tenant below `tenants/`, so that tenants never
//! share a file or a writer, and erasing one is deleting its file and its key.
//! Records are MessagePack with named fields: a field that is added later reads
//! as its default from older records.

mod accounts;
mod apply;
mod approvals;
mod audit;
mod codec;
mod control;
mod disk;
mod erase;
mod error;
mod events;
mod export;
mod files;
mod groups;
mod integrations;
mod keys;
mod links;
mod managers;
mod retention;
mod reviews;
mod rewrite;
mod runs;
mod secrets;
#[cfg(any(test, feature = "simulated"))]
mod simulated;
mod staging;
mod tenant;
mod view;

pub use apply::Apply;
pub use audit::{AuditEntry, AuditHead};
pub use codec::{decode, encode};
pub use control::Store;
pub use erase::{Erasure, TenantCounts};
pub use error::StoreError;
pub use export::{HeldKey, HeldLink};
pub use integrations::{Checkpoints, Integration};
pub use links::LinkReader;
pub use retention::Retained;
pub use reviews::Exclusion;
pub use secrets::MasterKey;
#[cfg(feature = "simulated")]
pub use simulated::{Loss, SimulatedDisk};
pub use staging::{PlanWriter, Staging};
pub use tenant::TenantStore;
pub use view::View;
