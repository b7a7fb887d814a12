//! Reading the groups that a filter names, and who belongs to them.

use std::collections::HashSet;

use rollcall_model::{EntityReceipt, Failure, PullMode, Receipt};
use rollcall_pipeline::{GroupIndex, GroupMembers, Pipeline};
use rollcall_sandbox::{GroupPage, MembershipPage, Nesting};

use crate::law::PageLaw;
use crate::progress::{Phase, Progress};
use crate::read::Reader;
use crate::{Source, SyncError};

/// Rounds of asking for groups found within groups.
const MAX_ROUNDS: usize = 32;

/// Who is in the filter's groups. Kept in memory alone, because it names people
/// outside the filter too; a resumed run reads it again.
pub(crate) async fn filter_members(
    source: &Source,
    pipeline: &Pipeline,
    receipt: &mut Receipt,
    progress: &dyn Progress,
) -> Result<GroupMembers, SyncError> {
    let names = pipeline.filter_groups();
    if names.is_empty() {
        return Ok(GroupMembers::default());
    }
    let source = source.reading(PullMode::Full);
    progress.phase(Phase::Groups);
    let mut groups = Vec::new();
    let mut law = PageLaw::default();
    let mut pages = Reader::<GroupPage>::new(&source, &mut law, None);
    while let Some((page, _)) = pages.next().await? {
        groups.extend(page.groups);
        progress.records(groups.len() as u64, page.total);
    }
    receipt.groups = end(&mut law, receipt)?;
    groups.sort_by(|a, b| a.id.cmp(&b.id));
    groups.dedup_by(|a, b| a.id == b.id);
    let ids = GroupIndex::resolve(names, &groups).map_err(SyncError::Configuration)?;

    progress.phase(Phase::Memberships);
    let mut index = GroupIndex::default();
    let mut asked: HashSet<String> = HashSet::new();
    let mut ask: Vec<String> = ids.clone();
    for _ in 0..MAX_ROUNDS {
        asked.extend(ask.iter().cloned());
        let source = source.wanting_groups(ask, Nesting::Flattened);
        let mut law = PageLaw::default();
        let mut pages = Reader::<MembershipPage>::new(&source, &mut law, None);
        while let Some((page, so_far)) = pages.next().await? {
            page.memberships.into_iter().for_each(|membership| index.add(membership));
            progress.records(so_far.receipt.records, None);
        }
        let round = end(&mut law, receipt)?;
        receipt.memberships.records += round.records;
        receipt.memberships.pages += round.pages;
        let below: HashSet<_> = index.below(&asked).cloned().collect();
        ask = below.into_iter().collect();
        if ask.is_empty() {
            return Ok(index.flatten(&ids));
        }
        ask.sort();
    }
    let detail = format!("groups are nested more than {MAX_ROUNDS} deep");
    Err(Failure::Incomplete { detail }.into())
}

fn end(law: &mut PageLaw, receipt: &mut Receipt) -> Result<EntityReceipt, Failure> {
    let (requests, bytes) = law.traffic();
    receipt.requests += requests;
    receipt.bytes += bytes;
    law.finish(&PullMode::Full)
}
