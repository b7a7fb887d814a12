//! The host's word that a read was complete. Without it nobody is removed.

use serde::{Deserialize, Serialize};

/// Of one read: each kind of record that was read, and how.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Paging ran to its end everywhere, no page failed, stated totals agree.
    pub complete: bool,
    pub workers: EntityReceipt,
    pub groups: EntityReceipt,
    pub memberships: EntityReceipt,
    /// HTTP requests, retries included.
    pub requests: u64,
    /// Bytes of answers, decompressed.
    pub bytes: u64,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntityReceipt {
    /// Distinct records.
    pub records: u64,
    /// Gone, by the word of the provider (reads of changes only).
    pub deleted: u64,
    pub pages: u64,
    /// What the provider said the number was, on the last page that said it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub stated: Option<u64>,
}
