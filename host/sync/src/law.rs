//! The laws of paging: what the host checks of every page before it believes
//! that a read was complete. A connector, or a provider, that breaks one fails
//! the read, and a read that fails removes nobody.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hash, Hasher};

use rollcall_model::{EntityReceipt, Failure, PullMode};
use rollcall_sandbox::Usage;
use sha2::{Digest, Sha256};

/// Pages that one read may have.
pub const MAX_PAGES: u64 = 20_000;

/// Pages without a record, one after the other, before the read is given up.
pub const MAX_EMPTY_PAGES: u64 = 200;

/// Set of hashes that are random already.
pub(crate) type HashedSet = HashSet<u128, BuildHasherDefault<Hashed>>;

/// Hands a hash through instead of hashing it again.
#[derive(Default)]
pub struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u128(&mut self, hash: u128) {
        // The low half is as random as the whole.
        self.0 = u64::try_from(hash & u128::from(u64::MAX)).unwrap_or_default();
    }
}

/// Watches one read of one kind of record.
#[derive(Default)]
pub struct PageLaw {
    cursors: HashSet<[u8; 32]>,
    distinct: HashedSet,
    /// Records counted before a resumed read, whose hashes are gone.
    before: u64,
    empty_in_row: u64,
    receipt: EntityReceipt,
    requests: u64,
    bytes: u64,
}

/// What the laws look at.
pub(crate) struct Facts<'a> {
    pub records: usize,
    pub deleted: usize,
    pub next: Option<&'a [u8]>,
    pub has_checkpoint: bool,
    pub total: Option<u64>,
}

impl PageLaw {
    /// Goes on where a killed process had got to.
    pub(crate) fn resume(&mut self, receipt: EntityReceipt, known: impl Iterator<Item = u128>) {
        self.distinct.extend(known);
        self.before = receipt.records.saturating_sub(self.distinct.len() as u64);
        self.receipt = receipt;
    }

    /// Counts a record. False: it came before.
    pub(crate) fn count(&mut self, hash: u128) -> bool {
        self.distinct.insert(hash)
    }

    pub(crate) fn page(&mut self, mode: &PullMode, facts: &Facts<'_>, usage: &Usage) -> Result<(), Failure> {
        let contract = |detail: &str| Err(Failure::Contract { detail: detail.to_owned() });
        // Whoever asked nobody cannot say that the provider leads it in circles.
        let endless = |detail: String| {
            Err(match usage.fetches {
                0 => Failure::Contract { detail: format!("{detail}, without a request") },
                _ => Failure::Incomplete { detail },
            })
        };
        self.receipt.pages += 1;
        self.receipt.deleted += facts.deleted as u64;
        self.receipt.stated = facts.total.or(self.receipt.stated);
        self.requests += u64::from(usage.fetches);
        self.bytes += usage.bytes_in;
        if self.receipt.pages > MAX_PAGES {
            return endless(format!("more than {MAX_PAGES} pages"));
        }
        if facts.deleted > 0 && *mode == PullMode::Full {
            return contract("a full read has no deleted records");
        }
        if facts.has_checkpoint && facts.next.is_some() {
            return contract("a checkpoint comes with the last page only");
        }
        let idle = facts.records == 0 && facts.deleted == 0;
        self.empty_in_row = if idle { self.empty_in_row + 1 } else { 0 };
        if self.empty_in_row > MAX_EMPTY_PAGES {
            return endless(format!("more than {MAX_EMPTY_PAGES} pages without a record in a row"));
        }
        if let Some(next) = facts.next
            && !self.cursors.insert(Sha256::digest(next).into())
        {
            let page = self.receipt.pages;
            return endless(format!("page {page} leads back to a page that was read before"));
        }
        Ok(())
    }

    /// The read has come to its end: whether it is complete.
    pub fn finish(&mut self, mode: &PullMode) -> Result<EntityReceipt, Failure> {
        let receipt = self.receipt();
        match receipt.stated {
            Some(stated) if *mode == PullMode::Full && stated != receipt.records => {
                let read = receipt.records;
                let detail = format!("the provider says it has {stated} records, and {read} came");
                Err(Failure::Incomplete { detail })
            }
            _ => Ok(receipt),
        }
    }

    /// As far as it has got.
    pub(crate) fn receipt(&self) -> EntityReceipt {
        EntityReceipt { records: self.before + self.distinct.len() as u64, ..self.receipt.clone() }
    }

    /// Requests made, and bytes of their answers.
    pub(crate) fn traffic(&self) -> (u64, u64) {
        (self.requests, self.bytes)
    }
}

/// Stands for a record in the set of those that came.
pub(crate) fn hash_of(record: &impl Hash) -> u128 {
    /// Feeds a cryptographic hash, so that no provider can make two records
    /// look like one.
    struct Sink(Sha256);
    impl Hasher for Sink {
        fn finish(&self) -> u64 {
            0
        }
        fn write(&mut self, bytes: &[u8]) {
            self.0.update(bytes);
        }
    }
    let mut sink = Sink(Sha256::new());
    record.hash(&mut sink);
    let digest: [u8; 32] = sink.0.finalize().into();
    let mut half = [0; 16];
    half.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
    u128::from_le_bytes(half)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(records: usize, next: Option<&[u8]>, total: Option<u64>) -> Facts<'_> {
        Facts { records, deleted: 0, next, has_checkpoint: false, total }
    }

    fn feed(law: &mut PageLaw, facts: &Facts<'_>) -> Result<(), Failure> {
        law.page(&PullMode::Full, facts, &asked())
    }

    fn asked() -> Usage {
        Usage { fetches: 1, ..Usage::default() }
    }

    #[test]
    fn rule_1_a_repeated_cursor_ends_the_read() {
        let mut law = PageLaw::default();
        assert!(feed(&mut law, &facts(1, Some(b"a"), None)).is_ok());
        assert!(feed(&mut law, &facts(1, Some(b"b"), None)).is_ok());
        assert!(matches!(feed(&mut law, &facts(1, Some(b"a"), None)), Err(Failure::Incomplete { .. })));
    }

    #[test]
    fn rule_1_a_total_that_does_not_agree_is_no_receipt() {
        for (stated, complete) in [(Some(2), true), (Some(3), false), (Some(1), false), (None, true)] {
            let mut law = PageLaw::default();
            law.count(1);
            law.count(2);
            law.count(2);
            feed(&mut law, &facts(3, None, stated)).expect("a page");
            assert_eq!(law.finish(&PullMode::Full).is_ok(), complete, "{stated:?}");
        }
    }

    #[test]
    fn rule_1_pages_without_end_are_given_up() {
        let mut law = PageLaw::default();
        let mut page = |at: u64, records| {
            let cursor = at.to_le_bytes();
            law.page(&PullMode::Full, &facts(records, Some(&cursor), None), &asked())
        };
        assert!((0..MAX_EMPTY_PAGES).all(|at| page(at, 0).is_ok()));
        assert!(page(MAX_EMPTY_PAGES, 1).is_ok());
        let full = (MAX_EMPTY_PAGES + 1..MAX_PAGES).all(|at| page(at, 1).is_ok());
        assert!(full);
        assert!(matches!(page(MAX_PAGES, 1), Err(Failure::Incomplete { .. })));
        let mut law = PageLaw::default();
        let ends = (0..=MAX_EMPTY_PAGES)
            .map(|at| feed(&mut law, &facts(0, Some(&at.to_le_bytes()), None)))
            .filter(Result::is_err);
        assert_eq!(ends.count(), 1);
    }

    #[test]
    fn pages_without_end_and_without_a_request_are_the_connectors_fault() {
        let mut law = PageLaw::default();
        let mut page = || law.page(&PullMode::Full, &facts(1, Some(b"a"), None), &Usage::default());
        assert_eq!(page(), Ok(()));
        assert!(matches!(page(), Err(Failure::Contract { .. })));
    }

    #[test]
    fn a_page_that_contradicts_itself_is_the_connectors_fault() {
        let deleted = Facts { deleted: 1, ..facts(0, None, None) };
        assert!(matches!(feed(&mut PageLaw::default(), &deleted), Err(Failure::Contract { .. })));
        let early = Facts { has_checkpoint: true, ..facts(1, Some(b"x"), None) };
        assert!(matches!(feed(&mut PageLaw::default(), &early), Err(Failure::Contract { .. })));
    }
}
