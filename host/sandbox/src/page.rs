//! What a connector answers with, in the words of the model.

use rollcall_model::{Group, Membership, Worker};
use serde::Serialize;

/// Who the credential belongs to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct AccountInfo {
    pub name: Option<String>,
    pub id: Option<String>,
    /// What an admin ought to know and that does not stop a read.
    pub warnings: Vec<String>,
}

/// An attribute of this customer's account beyond the fields of a worker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AttributeDefinition {
    pub name: String,
    pub label: String,
    pub kind: AttributeKind,
    /// The values it may have. Empty: any.
    pub options: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AttributeKind {
    Text,
    Number,
    Boolean,
    Date,
    Texts,
}

macro_rules! page {
    ($name:ident { $records:ident: $record:ty, deleted: $deleted:ty }) => {
        #[derive(Debug, Clone, Default, PartialEq)]
        pub struct $name {
            pub $records: Vec<$record>,
            /// Only in a read of changes.
            pub deleted: Vec<$deleted>,
            /// The cursor of the next call. `None`: the read is complete.
            pub next: Option<Vec<u8>>,
            /// Where a later read of changes begins. On the last page only.
            pub checkpoint: Option<Vec<u8>>,
            /// How many there are in all, if the provider says so.
            pub total: Option<u64>,
        }
    };
}

page!(WorkerPage { workers: Worker, deleted: String });
page!(GroupPage { groups: Group, deleted: String });
page!(MembershipPage { memberships: Membership, deleted: Membership });
