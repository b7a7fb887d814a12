//! Reading one kind of record, page by page, under the laws of paging.

use std::future::Future;

use rollcall_model::{EntityReceipt, Failure, PullMode};
use rollcall_pipeline::hash_source;
use rollcall_sandbox::{Call, Called, Connector, GroupPage, MembershipPage, WorkerPage};

use crate::Source;
use crate::law::{Facts, PageLaw, hash_of};

/// A page of any kind of record.
pub trait Page: Sized + Send + 'static {
    fn pull(connector: &Connector, call: Call) -> impl Future<Output = Called<Self>> + Send;
    fn next(&self) -> Option<&[u8]>;
    fn checkpoint(&self) -> Option<&[u8]>;
    fn total(&self) -> Option<u64>;
    fn deleted(&self) -> usize;
    /// Hash of each record.
    fn hashes(&self) -> impl Iterator<Item = u128> + Send;
}

macro_rules! page {
    ($page:ident $pull:ident $records:ident $hash:expr) => {
        impl Page for $page {
            async fn pull(connector: &Connector, call: Call) -> Called<Self> {
                connector.$pull(call).await
            }

            fn next(&self) -> Option<&[u8]> {
                self.next.as_deref()
            }

            fn checkpoint(&self) -> Option<&[u8]> {
                self.checkpoint.as_deref()
            }

            fn total(&self) -> Option<u64> {
                self.total
            }

            fn deleted(&self) -> usize {
                self.deleted.len()
            }

            fn hashes(&self) -> impl Iterator<Item = u128> + Send {
                self.$records.iter().map($hash)
            }
        }
    };
}

page!(WorkerPage pull_workers workers |worker| hash_source(&worker.id));
page!(GroupPage pull_groups groups |group| hash_of(&group.id));
page!(MembershipPage pull_memberships memberships hash_of);

/// How far a read has got, this page included.
#[derive(Debug, Clone, Default)]
pub struct SoFar {
    pub receipt: EntityReceipt,
    /// Requests made.
    pub requests: u64,
    /// Bytes of their answers.
    pub bytes: u64,
}

/// Reads from `cursor` to the end and hands each page to `take`, which sees it
/// before the next is asked for. Returns the checkpoint for a read of changes.
pub async fn read<P: Page>(
    source: &Source,
    mut cursor: Option<Vec<u8>>,
    law: &mut PageLaw,
    mut take: impl AsyncFnMut(P, SoFar) -> Result<(), Failure>,
) -> Result<Option<Vec<u8>>, Failure> {
    let mode: &PullMode = &source.run.mode;
    loop {
        let called = P::pull(&source.connector, source.call(cursor)).await;
        let page = called.result?;
        let mut records = 0;
        for hash in page.hashes() {
            records += 1;
            law.count(hash);
        }
        let facts = Facts {
            records,
            deleted: page.deleted(),
            next: page.next(),
            has_checkpoint: page.checkpoint().is_some(),
            total: page.total(),
        };
        law.page(mode, &facts, &called.usage)?;
        let checkpoint = page.checkpoint().map(<[u8]>::to_vec);
        cursor = page.next().map(<[u8]>::to_vec);
        let (requests, bytes) = law.traffic();
        take(page, SoFar { receipt: law.receipt(), requests, bytes }).await?;
        if cursor.is_none() {
            return Ok(checkpoint);
        }
    }
}
