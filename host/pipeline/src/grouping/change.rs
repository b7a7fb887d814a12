//! What becomes of groups: made when the first member comes, removed when the
//! last one goes, renamed and moved in between.

use std::collections::{BTreeMap, BTreeSet};

use rollcall_model::{GroupChange, GroupReaction, GroupRecord};

/// A directory's group, as it is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub name: String,
    pub kind: String,
    pub parent: Option<String>,
}

/// Who joins and leaves each group, and what it was called, over a whole plan.
#[derive(Debug, Default)]
pub struct GroupTally {
    moves: BTreeMap<String, (u64, u64)>,
}

impl GroupTally {
    /// Somebody who was in some groups is in others from now on.
    pub fn change(&mut self, before: Option<&BTreeSet<String>>, after: &BTreeSet<String>) {
        let nothing = BTreeSet::new();
        let before = before.unwrap_or(&nothing);
        for key in after.difference(before) {
            self.moves.entry(key.clone()).or_default().0 += 1;
        }
        for key in before.difference(after) {
            self.moves.entry(key.clone()).or_default().1 += 1;
        }
    }

    /// What becomes of each group. `known` are those there are; `listed` those of
    /// a directory; `seen` the names that people's records gave, by key.
    pub fn plan(
        self,
        known: &BTreeMap<String, GroupRecord>,
        listed: &BTreeMap<String, Listed>,
        seen: &BTreeMap<String, BTreeSet<String>>,
        kind: &str,
    ) -> Vec<GroupChange> {
        let members = |key: &str| {
            let (joins, leaves) = self.moves.get(key).copied().unwrap_or_default();
            let before = known.get(key).map_or(0, |group| group.members);
            (before + joins).saturating_sub(leaves)
        };
        let now = |key: &str| -> Listed {
            if let Some(listed) = listed.get(key) {
                let parent = listed.parent.clone().filter(|parent| members(parent) > 0);
                return Listed { parent, ..listed.clone() };
            }
            let known = known.get(key);
            let spelled = seen.get(key);
            // A name that somebody still uses stays.
            let kept = known.filter(|group| spelled.is_none_or(|names| names.contains(&group.name)));
            let name = kept
                .map(|group| group.name.clone())
                .or_else(|| spelled.and_then(|names| names.first().cloned()))
                .unwrap_or_else(|| key.to_owned());
            let kind = known.map_or(kind, |group| &group.kind).to_owned();
            Listed { name, kind, parent: known.and_then(|group| group.parent.clone()) }
        };
        let keys: BTreeSet<&String> = known.keys().chain(self.moves.keys()).collect();
        let each = keys.into_iter().filter_map(|key| {
            let (joins, leaves) = self.moves.get(key).copied().unwrap_or_default();
            let Listed { name, kind, parent } = now(key);
            let before = known.get(key);
            let change = |reaction, was| GroupChange {
                key: key.clone(),
                reaction,
                name: name.clone(),
                was,
                kind: kind.clone(),
                parent: parent.clone(),
                joins,
                leaves,
            };
            match (before, members(key)) {
                (None, 0) => None,
                (None, _) => Some(change(GroupReaction::Create, None)),
                (Some(_), 0) => Some(change(GroupReaction::Remove, None)),
                (Some(group), _) if group.name != name || group.parent != parent || group.kind != kind => {
                    let was = (group.name != name).then(|| group.name.clone());
                    Some(change(GroupReaction::Change, was))
                }
                (Some(_), _) if joins + leaves > 0 => Some(change(GroupReaction::Members, None)),
                (Some(_), _) => None,
            }
        });
        each.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(keys: &[&str]) -> BTreeSet<String> {
        keys.iter().map(|key| (*key).to_owned()).collect()
    }

    fn group(name: &str, members: u64) -> GroupRecord {
        GroupRecord { name: name.into(), kind: "department".into(), parent: None, members }
    }

    fn plan(
        moves: &[(&[&str], &[&str])],
        known: &[(&str, GroupRecord)],
        seen: &[(&str, &str)],
    ) -> Vec<(String, GroupReaction, String)> {
        let mut tally = GroupTally::default();
        for (before, after) in moves {
            tally.change(Some(&set(before)), &set(after));
        }
        let known = known.iter().map(|(key, group)| ((*key).to_owned(), group.clone())).collect();
        let seen = seen.iter().map(|(key, name)| ((*key).to_owned(), set(&[name]))).collect();
        let planned = tally.plan(&known, &BTreeMap::new(), &seen, "department");
        planned.into_iter().map(|change| (change.key, change.reaction, change.name)).collect()
    }

    fn told(key: &str, reaction: GroupReaction, name: &str) -> (String, GroupReaction, String) {
        (key.to_owned(), reaction, name.to_owned())
    }

    #[test]
    fn r91_groups_come_with_their_first_member_and_go_with_their_last() {
        let created = plan(&[(&[], &["s"]), (&[], &["s"])], &[], &[("s", "Sales")]);
        assert_eq!(created, [told("s", GroupReaction::Create, "Sales")]);
        let known = [("s", group("Sales", 2))];
        assert_eq!(plan(&[(&["s"], &[])], &known, &[]), [told("s", GroupReaction::Members, "Sales")]);
        let removed = plan(&[(&["s"], &[]), (&["s"], &[])], &known, &[]);
        assert_eq!(removed, [told("s", GroupReaction::Remove, "Sales")]);
        assert_eq!(plan(&[], &known, &[]), []);
    }

    #[test]
    fn r89_a_group_that_is_called_otherwise_is_renamed_and_one_that_splits_is_two() {
        let known = [("7", group("Sales", 3))];
        assert_eq!(plan(&[], &known, &[("7", "Revenue")]), [told("7", GroupReaction::Change, "Revenue")]);
        let split = plan(&[(&["7"], &["8"])], &known, &[("7", "Sales"), ("8", "Sales South")]);
        assert_eq!(
            split,
            [told("7", GroupReaction::Members, "Sales"), told("8", GroupReaction::Create, "Sales South")]
        );
        let merged = plan(
            &[(&["8"], &["7"])],
            &[("7", group("Sales", 2)), ("8", group("Sales South", 1))],
            &[("7", "Sales")],
        );
        assert_eq!(
            merged,
            [told("7", GroupReaction::Members, "Sales"), told("8", GroupReaction::Remove, "Sales South")]
        );
    }

    #[test]
    fn r91_a_directorys_group_is_within_another_where_that_one_is_here_too() {
        let listed = |parent: &str| Listed {
            name: "Sales North".into(),
            kind: "team".into(),
            parent: Some(parent.to_owned()),
        };
        let mut tally = GroupTally::default();
        tally.change(None, &set(&["n"]));
        let known = BTreeMap::from([("s".to_owned(), group("Sales", 1))]);
        let parent = |of: &str| {
            let listed = BTreeMap::from([("n".to_owned(), listed(of))]);
            let mut tally = GroupTally::default();
            tally.change(None, &set(&["n"]));
            tally.plan(&known, &listed, &BTreeMap::new(), "group").pop().expect("one").parent
        };
        assert_eq!(parent("s").as_deref(), Some("s"));
        assert_eq!(parent("unknown"), None);
    }
}
