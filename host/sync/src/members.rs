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
    let index = members_of(&ids, async |ask, index| {
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
        Ok(())
    })
    .await?;
    Ok(index.flatten(&ids))
}

/// Asks for these groups, and then for those found within them, until there are
/// no more. `ask` adds what it is told to the index.
async fn members_of(
    ids: &[String],
    mut ask: impl AsyncFnMut(Vec<String>, &mut GroupIndex) -> Result<(), Failure>,
) -> Result<GroupIndex, Failure> {
    let mut index = GroupIndex::default();
    let mut asked: HashSet<String> = HashSet::new();
    let mut next = ids.to_vec();
    for _ in 0..MAX_ROUNDS {
        asked.extend(next.iter().cloned());
        ask(next, &mut index).await?;
        let below: HashSet<_> = index.below(&asked).cloned().collect();
        if below.is_empty() {
            return Ok(index);
        }
        next = below.into_iter().collect();
        next.sort();
    }
    let detail = format!("groups are nested more than {MAX_ROUNDS} deep");
    Err(Failure::Incomplete { detail })
}

fn end(law: &mut PageLaw, receipt: &mut Receipt) -> Result<EntityReceipt, Failure> {
    let (requests, bytes) = law.traffic();
    receipt.requests += requests;
    receipt.bytes += bytes;
    law.finish(&PullMode::Full)
}

#[cfg(test)]
mod tests {
    use rollcall_model::{Member, Membership};

    use super::*;

    /// Groups, each of which is within the one before: how often they are asked
    /// for, if that comes to an end.
    fn rounds(groups: usize) -> Result<usize, Failure> {
        let mut rounds = 0;
        let ask = async |ask: Vec<String>, index: &mut GroupIndex| {
            rounds += 1;
            let [group_id] = <[String; 1]>::try_from(ask).unwrap();
            let below: usize = group_id.parse::<usize>().unwrap() + 1;
            if below < groups {
                index.add(Membership { group_id, member: Member::Group(below.to_string()) });
            }
            Ok(())
        };
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(members_of(&["0".to_owned()], ask)).map(|_| rounds)
    }

    #[test]
    fn groups_within_groups_are_asked_for_only_so_deep() {
        assert_eq!(rounds(1), Ok(1));
        assert_eq!(rounds(MAX_ROUNDS), Ok(MAX_ROUNDS));
        let detail = "groups are nested more than 32 deep".to_owned();
        assert_eq!(rounds(MAX_ROUNDS + 1), Err(Failure::Incomplete { detail }));
    }
}
