//! What a guest is told about the run.

use std::sync::Arc;

use rollcall_model::PullMode;

/// The same for every call of one read, but for `now_ms`. Cheap to clone.
#[derive(Debug, Clone)]
pub struct RunInput {
    pub id: Arc<str>,
    pub mode: PullMode,
    /// Milliseconds since 1970. The only clock a guest has.
    pub now_ms: u64,
    /// By key, defaults filled in, without secrets.
    pub settings: Arc<[(String, String)]>,
    /// Empty: all.
    pub wanted_attributes: Arc<[String]>,
    /// Ids. Empty: all.
    pub wanted_groups: Arc<[String]>,
    pub nesting: Nesting,
    /// Records on a page, as a hint.
    pub page_size: u32,
}

/// What is done about groups within groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nesting {
    Direct,
    Flattened,
}
