//! That a person lets a held plan go on.

use serde::{Deserialize, Serialize};

use crate::PlanHash;

/// For one plan, once, until it expires.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    pub plan: PlanHash,
    /// Who, and why: both in their own words.
    pub by: String,
    pub reason: String,
    /// Milliseconds since 1970.
    pub approved_ms: i64,
    pub expires_ms: i64,
}
