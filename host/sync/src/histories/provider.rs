//! A provider in memory: gives pages of a company, and faults where it is told.

use std::sync::atomic::{AtomicBool, Ordering};

use rollcall_grants::Manifest;
use rollcall_model::{Failure, Member, PullMode};
use rollcall_sandbox::{Called, Digest, GroupPage, MembershipPage, RunInput, Usage, WorkerPage};

use crate::provider::{Provider, Pulling};

use super::company::Company;
use super::random::Random;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// A page of people, by number, modulo how many there are.
    PageFails(u64),
    /// A page of groups fails, where groups are asked for.
    GroupsFail,
    /// Somebody does not come, and the total says so.
    CutRead,
    ZeroPeople,
    WrongTotal,
    RepeatedCursor,
    /// A full read that tells of somebody who is gone.
    DeletedInFull,
    CheckpointExpired,
}

impl Fault {
    pub fn by_chance(random: &mut Random) -> Self {
        let page = random.below(4);
        random.pick(&[
            Self::PageFails(page),
            Self::GroupsFail,
            Self::CutRead,
            Self::ZeroPeople,
            Self::WrongTotal,
            Self::RepeatedCursor,
            Self::DeletedInFull,
            Self::CheckpointExpired,
        ])
    }
}

pub struct InMemory {
    manifest: Manifest,
    digest: Digest,
    company: Company,
    fault: Option<Fault>,
    /// Whether the fault made the read one that must fail.
    struck: AtomicBool,
}

const MANIFEST: &str = r#"
    id = "in-memory"
    version = "1.0.0"
    name = "In memory"
    category = "hris"
    changes = ["workers"]
    guide = { en = "" }
    hosts = []
"#;

/// Where a read of changes begins, as a checkpoint says it.
pub fn since(mode: &PullMode) -> Option<u64> {
    match mode {
        PullMode::Full => None,
        PullMode::Changes(checkpoint) => str::from_utf8(checkpoint).ok()?.parse().ok(),
    }
}

impl InMemory {
    pub fn new(company: Company, fault: Option<Fault>) -> Self {
        Self {
            manifest: toml::from_str(MANIFEST).expect("a manifest"),
            digest: Digest::of(b"in memory"),
            company,
            fault,
            struck: AtomicBool::new(false),
        }
    }

    pub fn has_struck(&self) -> bool {
        self.struck.load(Ordering::Relaxed)
    }

    fn strike<T>(&self, failure: Failure) -> Result<T, Failure> {
        self.struck.store(true, Ordering::Relaxed);
        Err(failure)
    }

    fn workers(&self, mode: &PullMode, cursor: Option<&[u8]>) -> Result<WorkerPage, Failure> {
        let read = self.company.read(since(mode));
        let size = self.company.page_size;
        let at: usize = cursor.and_then(|cursor| str::from_utf8(cursor).ok()?.parse().ok()).unwrap_or(0);
        let pages = read.people.len().div_ceil(size).max(1);
        let mut distinct: Vec<_> = read.people.iter().map(|human| &human.id).collect();
        distinct.sort_unstable();
        distinct.dedup();
        let is_last = at + 1 >= pages;
        let people = read.people.iter().skip(at * size).take(size);
        let mut page = WorkerPage {
            workers: people.map(super::company::Human::worker).collect(),
            deleted: if is_last { read.gone.clone() } else { Vec::new() },
            next: (!is_last).then(|| (at + 1).to_string().into_bytes()),
            checkpoint: is_last.then(|| self.company.version.to_string().into_bytes()),
            total: (read.full && self.company.states_total).then_some(distinct.len() as u64),
        };
        let fails = |number: u64| number as usize % pages == at;
        let down = Failure::Upstream { status: 500 };
        match self.fault {
            Some(Fault::PageFails(number)) if fails(number) => return self.strike(down),
            Some(Fault::RepeatedCursor) => {
                self.struck.store(true, Ordering::Relaxed);
                (page.next, page.checkpoint) = (Some(b"0".to_vec()), None);
            }
            Some(Fault::CheckpointExpired) if !read.full => return Err(Failure::CheckpointExpired),
            // Totals, and that somebody is missing, mean something in full reads.
            Some(Fault::CutRead | Fault::WrongTotal | Fault::DeletedInFull) if !read.full => {
                return self.strike(down);
            }
            Some(Fault::CutRead) => {
                if let Some(last) = self.company.people.last() {
                    self.struck.store(true, Ordering::Relaxed);
                    page.workers.retain(|worker| worker.id.as_str() != last.id);
                    page.total = Some(distinct.len() as u64);
                }
            }
            Some(Fault::WrongTotal) => {
                self.struck.store(true, Ordering::Relaxed);
                page.total = Some(distinct.len() as u64 + 7);
            }
            Some(Fault::DeletedInFull) => {
                self.struck.store(true, Ordering::Relaxed);
                page.deleted = vec!["whoever".to_owned()];
            }
            Some(Fault::ZeroPeople) => {
                self.struck.store(true, Ordering::Relaxed);
                if !read.full {
                    return self.strike(down);
                }
                page = WorkerPage { checkpoint: Some(b"0".to_vec()), ..WorkerPage::default() };
            }
            Some(Fault::PageFails(_) | Fault::GroupsFail | Fault::CheckpointExpired) | None => {}
        }
        Ok(page)
    }

    fn groups(&self) -> Result<GroupPage, Failure> {
        if self.fault == Some(Fault::GroupsFail) {
            return self.strike(Failure::Timeout);
        }
        Ok(GroupPage { groups: self.company.groups(), ..GroupPage::default() })
    }

    fn memberships(&self, wanted: &[String]) -> MembershipPage {
        let all = wanted.iter().flat_map(|group| self.company.memberships(group)).collect();
        MembershipPage { memberships: all, ..MembershipPage::default() }
    }
}

/// A page is there at once.
fn answered<'a, P: Send + 'a>(result: Result<P, Failure>) -> Pulling<'a, P> {
    let usage = Usage { fetches: 1, ..Usage::default() };
    Box::pin(std::future::ready(Called { result, usage }))
}

impl Provider for InMemory {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    fn digest(&self) -> &Digest {
        &self.digest
    }

    fn pull_workers(&self, run: RunInput, cursor: Option<Vec<u8>>) -> Pulling<'_, WorkerPage> {
        answered(self.workers(&run.mode, cursor.as_deref()))
    }

    fn pull_groups(&self, _: RunInput, _: Option<Vec<u8>>) -> Pulling<'_, GroupPage> {
        answered(self.groups())
    }

    fn pull_memberships(&self, run: RunInput, _: Option<Vec<u8>>) -> Pulling<'_, MembershipPage> {
        answered(Ok(self.memberships(&run.wanted_groups)))
    }
}

#[test]
fn a_group_within_a_group_is_told_of_as_one() {
    let company = Company { nested: true, ..Company::default() };
    let page = InMemory::new(company, None).memberships(&["crew".to_owned()]);
    assert_eq!(page.memberships[0].member, Member::Group("guests".to_owned()));
}
