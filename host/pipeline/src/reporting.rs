//! Who reports to whom (R75, R88): lines between accounts. They are decided on
//! once everything else is, because a manager may be as new as those who report
//! to them, and whoever is outside the filter is nobody's manager here.

use std::collections::{BTreeSet, HashMap};

use rollcall_model::AccountId;
use serde::{Deserialize, Serialize};

use crate::fingerprint::SourceHash;

/// The attribute of the mapping that is a line and no value.
pub const MANAGER: &str = "manager";

/// Somebody who has an account, or gets one by this plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Holder {
    Account(AccountId),
    New(SourceHash),
}

/// Whom somebody reports to from now on. None: nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportingLine {
    pub report: Holder,
    pub manager: Option<Holder>,
}

/// What becomes of reporting lines.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Reporting {
    /// Those that change, in the order of those who report.
    pub lines: Vec<ReportingLine>,
    /// People who lead each other in a circle. None of them who was read gets a
    /// manager: whoever walks up a line has to come to an end.
    pub circles: Vec<Vec<Holder>>,
}

/// From lines as the source has them, where that is not how they are, and from
/// those that there are. Of several lines of one holder one counts, in whatever
/// order they come.
pub fn reporting(
    mut read: Vec<(Holder, Option<Holder>)>,
    before: impl Fn(AccountId) -> Option<AccountId>,
) -> Reporting {
    read.sort_unstable();
    read.dedup_by_key(|(report, _)| *report);
    let known = |holder| match holder {
        Holder::Account(id) => before(id).map(Holder::Account),
        Holder::New(_) => None,
    };
    let circles = circles(&read, known);
    for holder in circles.iter().flatten() {
        if let Some((_, manager)) = place(&read, *holder).and_then(|at| read.get_mut(at)) {
            *manager = None;
        }
    }
    let lines = read.into_iter().filter(|(report, manager)| known(*report) != *manager);
    Reporting {
        lines: lines.map(|(report, manager)| ReportingLine { report, manager }).collect(),
        // Whoever is said to be their own manager is at the top, and that is all.
        circles: circles.into_iter().filter(|circle| circle.len() > 1).collect(),
    }
}

fn place(read: &[(Holder, Option<Holder>)], holder: Holder) -> Option<usize> {
    read.binary_search_by_key(&holder, |(report, _)| *report).ok()
}

/// Those who would be met again by whoever walks up from them. Each is walked by
/// once, however long a line is. `read` is sorted.
fn circles(read: &[(Holder, Option<Holder>)], known: impl Fn(Holder) -> Option<Holder>) -> Vec<Vec<Holder>> {
    let mut circles = Vec::new();
    // By which walk, numbered from 1: those of `read` by their place, and others.
    let mut walked = vec![0; read.len()];
    let mut beyond: HashMap<Holder, u32> = HashMap::new();
    for (walk, (begin, _)) in (1..).zip(read) {
        let (mut line, mut at) = (Vec::new(), Some(*begin));
        while let Some(holder) = at {
            let place = place(read, holder);
            let earlier = match place {
                Some(place) => &mut walked[place],
                None => beyond.entry(holder).or_default(),
            };
            if *earlier == 0 {
                *earlier = walk;
                at = place.map_or_else(|| known(holder), |place| read[place].1);
                line.push(holder);
                continue;
            }
            if *earlier == walk {
                let circle = line.into_iter().skip_while(|one| *one != holder);
                circles.push(circle.collect::<BTreeSet<_>>().into_iter().collect());
            }
            break;
        }
    }
    circles
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::collection::btree_map;
    use proptest::prelude::*;

    use super::*;
    use crate::fingerprint::hash_source;

    fn account(id: u64) -> Holder {
        Holder::Account(AccountId(id))
    }

    fn decided(read: &[(Holder, Option<Holder>)], before: &[(u64, u64)]) -> Reporting {
        let before: BTreeMap<_, _> =
            before.iter().map(|(id, manager)| (AccountId(*id), AccountId(*manager))).collect();
        reporting(read.to_vec(), |id| before.get(&id).copied())
    }

    fn line(report: Holder, manager: Option<Holder>) -> ReportingLine {
        ReportingLine { report, manager }
    }

    #[test]
    fn r88_a_new_manager_is_named_before_they_have_an_account() {
        let ada = Holder::New(hash_source(&"ada".into()));
        let read = [(ada, Some(account(1))), (account(2), Some(ada)), (account(3), None)];
        let lines = [line(account(2), Some(ada)), line(account(3), None), line(ada, Some(account(1)))];
        assert_eq!(decided(&read, &[(2, 1), (3, 1)]).lines, lines);
    }

    #[test]
    fn r75_nobody_in_a_circle_gets_a_manager_and_those_below_keep_theirs() {
        let read = [(account(1), Some(account(2))), (account(4), Some(account(1)))];
        let decided = decided(&read, &[(2, 3), (3, 1)]);
        assert_eq!(decided.lines, [line(account(4), Some(account(1)))]);
        assert_eq!(decided.circles, [[account(1), account(2), account(3)]]);
    }

    #[test]
    fn of_two_lines_of_one_account_one_counts() {
        let read = [(account(1), Some(account(3))), (account(1), Some(account(2)))];
        assert_eq!(decided(&read, &[]).lines, [line(account(1), Some(account(2)))]);
        let read = [(account(1), Some(account(2))), (account(1), Some(account(3)))];
        assert_eq!(decided(&read, &[]).lines, [line(account(1), Some(account(2)))]);
    }

    #[test]
    fn r75_whoever_is_their_own_manager_has_none() {
        let own = [(account(1), Some(account(1)))];
        assert_eq!(decided(&own, &[]), Reporting::default());
        assert_eq!(decided(&own, &[(1, 2)]).lines, [line(account(1), None)]);
    }

    proptest! {
        /// Whatever a source says: every line comes to an end, and what was
        /// decided is what there is after it.
        #[test]
        fn r75_every_line_comes_to_an_end(
            read in btree_map(0..12u64, proptest::option::of(0..12u64), 0..12),
            before in btree_map(0..12u64, 0..12u64, 0..12),
        ) {
            // What there is has no circle: it was decided on before.
            let before: BTreeMap<_, _> = before.into_iter().filter(|(id, manager)| manager < id).collect();
            let of = |id: AccountId| before.get(&id.0).copied().map(AccountId);
            let source: Vec<_> =
                read.iter().map(|(id, manager)| (account(*id), manager.map(account))).collect();
            let decided = reporting(source.clone(), of);
            let mut after = before.clone();
            for ReportingLine { report, manager } in &decided.lines {
                let Holder::Account(report) = report else { unreachable!("all have accounts") };
                match manager {
                    Some(Holder::Account(manager)) => after.insert(report.0, manager.0),
                    _ => after.remove(&report.0),
                };
            }
            for id in 0..12 {
                let mut steps = 0;
                let mut at = Some(id);
                while let Some(next) = at.and_then(|at| after.get(&at).copied()) {
                    (at, steps) = (Some(next), steps + 1);
                    prop_assert!(steps <= 12, "{id} leads to no end: {after:?}");
                }
            }
            let again = reporting(source, |id| after.get(&id.0).copied().map(AccountId));
            prop_assert_eq!(again.lines, vec![]);
        }
    }
}
