//! Reading the groups that a filter names or that are provisioned, and who
//! belongs to them.

use std::collections::{BTreeSet, HashSet};

use rollcall_model::{EntityReceipt, Failure, Group, PullMode, Receipt};
use rollcall_pipeline::{GroupIndex, GroupMembers, Nested, Pipeline};
use rollcall_sandbox::{GroupPage, MembershipPage, Nesting};

use crate::law::PageLaw;
use crate::progress::{Phase, Progress};
use crate::read::Reader;
use crate::{Source, SyncError};

/// Rounds of asking for groups found within groups.
const MAX_ROUNDS: usize = 32;

/// Who is in the filter's groups, and in those that are provisioned. Kept in
/// memory alone, because it names people outside the filter too; a resumed run
/// reads it again.
pub(crate) async fn group_members(
    source: &Source,
    pipeline: &Pipeline,
    receipt: &mut Receipt,
    progress: &dyn Progress,
) -> Result<GroupMembers, SyncError> {
    let names = pipeline.filter_groups();
    let provisioned = pipeline.provisioned_groups();
    if names.is_empty() && provisioned.is_none() {
        return Ok(GroupMembers::default());
    }
    let source = source.reading(PullMode::Full);
    let groups = read_groups(&source, receipt, progress).await?;
    let filter = GroupIndex::resolve("filter", names, &groups).map_err(SyncError::Configuration)?;
    let provisioned = match provisioned {
        None => Vec::new(),
        Some([]) => groups.iter().collect(),
        Some(only) => {
            let ids =
                GroupIndex::resolve("grouping.only", only, &groups).map_err(SyncError::Configuration)?;
            groups.iter().filter(|group| ids.contains(&group.id)).collect()
        }
    };
    let ids: BTreeSet<_> = filter.iter().chain(provisioned.iter().map(|group| &group.id)).cloned().collect();

    progress.phase(Phase::Memberships);
    let nested = pipeline.nested();
    let mut index = GroupIndex::default();
    let mut rounds = Rounds::default();
    let mut ask: Vec<_> = ids.into_iter().collect();
    while !ask.is_empty() {
        rounds.begin(&ask)?;
        let nesting = match nested {
            Nested::Flatten => Nesting::Flattened,
            Nested::Direct => Nesting::Direct,
        };
        let source = source.wanting_groups(ask, nesting);
        let mut law = PageLaw::default();
        let mut pages = Reader::<MembershipPage>::new(&source, &mut law, None);
        while let Some((page, so_far)) = pages.next().await? {
            page.memberships.into_iter().for_each(|membership| index.add(membership));
            progress.records(so_far.receipt.records, None);
        }
        let round = end(&mut law, receipt)?;
        receipt.memberships.records += round.records;
        receipt.memberships.pages += round.pages;
        ask = match nested {
            Nested::Flatten => rounds.below(&index),
            Nested::Direct => Vec::new(),
        };
    }
    Ok(index.flatten(&filter, nested).provisioning(&provisioned, &index, nested))
}

/// All groups of the directory, as they are now: a new one can be named in the
/// filter at once (R65).
pub(crate) async fn read_groups(
    source: &Source,
    receipt: &mut Receipt,
    progress: &dyn Progress,
) -> Result<Vec<Group>, SyncError> {
    progress.phase(Phase::Groups);
    let mut groups = Vec::new();
    let mut law = PageLaw::default();
    let mut pages = Reader::<GroupPage>::new(source, &mut law, None);
    while let Some((page, _)) = pages.next().await? {
        groups.extend(page.groups);
        progress.records(groups.len() as u64, page.total);
    }
    receipt.groups = end(&mut law, receipt)?;
    groups.sort_by(|a, b| a.id.cmp(&b.id));
    groups.dedup_by(|a, b| a.id == b.id);
    Ok(groups)
}

/// Asking for groups, and then for those found within them.
#[derive(Default)]
struct Rounds {
    asked: HashSet<String>,
    begun: usize,
}

impl Rounds {
    fn begin(&mut self, ask: &[String]) -> Result<(), Failure> {
        if self.begun == MAX_ROUNDS {
            let detail = format!("groups are nested more than {MAX_ROUNDS} deep");
            return Err(Failure::Incomplete { detail });
        }
        self.begun += 1;
        self.asked.extend(ask.iter().cloned());
        Ok(())
    }

    /// Groups within those that were asked for, which were not asked for.
    fn below(&self, index: &GroupIndex) -> Vec<String> {
        let below: BTreeSet<_> = index.below(&self.asked).cloned().collect();
        below.into_iter().collect()
    }
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
        let (mut rounds, mut index) = (Rounds::default(), GroupIndex::default());
        let mut ask = vec!["0".to_owned()];
        while let Some(group_id) = ask.pop() {
            rounds.begin(std::slice::from_ref(&group_id))?;
            let below: usize = group_id.parse::<usize>().unwrap() + 1;
            if below < groups {
                index.add(Membership { group_id, member: Member::Group(below.to_string()) });
            }
            ask = rounds.below(&index);
        }
        Ok(rounds.begun)
    }

    #[test]
    fn groups_within_groups_are_asked_for_only_so_deep() {
        assert_eq!(rounds(1), Ok(1));
        assert_eq!(rounds(MAX_ROUNDS), Ok(MAX_ROUNDS));
        let detail = "groups are nested more than 32 deep".to_owned();
        assert_eq!(rounds(MAX_ROUNDS + 1), Err(Failure::Incomplete { detail }));
    }
}
