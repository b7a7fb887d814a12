//! Reading one kind of record, page by page, under the laws of paging.

use std::marker::PhantomData;

use rollcall_model::{EntityReceipt, Failure, PullMode};
use rollcall_pipeline::hash_source;
use rollcall_sandbox::{GroupPage, MembershipPage, RunInput, WorkerPage};

use crate::Source;
use crate::law::{Facts, PageLaw, hash_of};
use crate::provider::{Provider, Pulling};

/// A page of any kind of record.
pub trait Page: Sized + Send + 'static {
    fn pull(from: &dyn Provider, run: RunInput, cursor: Option<Vec<u8>>) -> Pulling<'_, Self>;
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
            fn pull(from: &dyn Provider, run: RunInput, cursor: Option<Vec<u8>>) -> Pulling<'_, Self> {
                from.$pull(run, cursor)
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

/// Reads to the end, one page at a time.
pub struct Reader<'a, P> {
    source: &'a Source,
    law: &'a mut PageLaw,
    cursor: Option<Vec<u8>>,
    ended: bool,
    pages: PhantomData<fn() -> P>,
}

impl<'a, P: Page> Reader<'a, P> {
    /// From `cursor` on; none: from the beginning.
    pub fn new(source: &'a Source, law: &'a mut PageLaw, cursor: Option<Vec<u8>>) -> Self {
        Self { source, law, cursor, ended: false, pages: PhantomData }
    }

    /// The next page, which keeps the laws; none after the last.
    pub async fn next(&mut self) -> Result<Option<(P, SoFar)>, Failure> {
        if self.ended {
            return Ok(None);
        }
        let mode: &PullMode = &self.source.run.mode;
        let run = self.source.run.clone();
        let called = P::pull(&*self.source.provider, run, self.cursor.take()).await;
        let page = called.result?;
        let mut records = 0;
        for hash in page.hashes() {
            records += 1;
            self.law.count(hash);
        }
        let facts = Facts {
            records,
            deleted: page.deleted(),
            next: page.next(),
            has_checkpoint: page.checkpoint().is_some(),
            total: page.total(),
        };
        self.law.page(mode, &facts, &called.usage)?;
        self.cursor = page.next().map(<[u8]>::to_vec);
        self.ended = self.cursor.is_none();
        let (requests, bytes) = self.law.traffic();
        Ok(Some((page, SoFar { receipt: self.law.receipt(), requests, bytes })))
    }
}
