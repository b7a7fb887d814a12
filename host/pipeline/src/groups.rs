//! Groups of a directory, flattened, and who belongs to them (R57, R67, C9).

use std::collections::{BTreeMap, HashMap, HashSet};

use rollcall_model::{Group, Member, Membership};
use sha2::{Digest, Sha256};

use crate::fingerprint::{SourceHash, hash_source};
use crate::grouping::{Listed, Nested};
use crate::problem::Problem;

/// Groups within groups, at most this deep: a provider's cycle ends here.
pub const MAX_NESTING: usize = 32;

/// Who belongs to the groups that a filter names, and to those that are
/// provisioned.
#[derive(Debug, Clone, Default)]
pub struct GroupMembers {
    by_group: Vec<HashSet<SourceHash>>,
    /// Keys of the groups that are provisioned.
    keys: Vec<String>,
    /// Of each person, as positions in `keys`.
    of_person: HashMap<SourceHash, Vec<u32>>,
    listed: BTreeMap<String, Listed>,
}

impl GroupMembers {
    pub(crate) fn contains(&self, group: usize, person: SourceHash) -> bool {
        self.by_group.get(group).is_some_and(|members| members.contains(&person))
    }

    /// The provisioned groups of a person. Their names are with the groups.
    pub(crate) fn groups_of(&self, person: SourceHash) -> BTreeMap<String, String> {
        let keys = self.of_person.get(&person).into_iter().flatten();
        let keys = keys.filter_map(|at| self.keys.get(usize::try_from(*at).ok()?));
        keys.map(|key| (key.clone(), String::new())).collect()
    }

    /// The groups that are provisioned, by key.
    pub fn listed(&self) -> &BTreeMap<String, Listed> {
        &self.listed
    }

    /// Has these groups provisioned.
    #[must_use]
    pub fn provisioning(mut self, groups: &[&Group], index: &GroupIndex, nested: Nested) -> Self {
        for (at, group) in (0..).zip(groups) {
            for member in index.members(&group.id, nested) {
                self.of_person.entry(member).or_default().push(at);
            }
            self.keys.push(group.id.clone());
            let listed = Listed {
                name: group.name.trim().to_owned(),
                kind: group.kind.as_str().to_owned(),
                parent: group.parent_id.clone(),
            };
            self.listed.insert(group.id.clone(), listed);
        }
        self
    }

    /// Stands for who is in which group, without saying it: a read of changes
    /// compares it to know whether somebody joined or left.
    pub fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        for members in &self.by_group {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_unstable();
            hash.update((members.len() as u64).to_le_bytes());
            members.into_iter().for_each(|member| hash.update(member.to_le_bytes()));
        }
        let mut people: Vec<_> = self.of_person.iter().collect();
        people.sort_unstable();
        for (person, groups) in people {
            hash.update(person.to_le_bytes());
            for key in groups.iter().filter_map(|at| self.keys.get(usize::try_from(*at).ok()?)) {
                hash.update((key.len() as u64).to_le_bytes());
                hash.update(key);
            }
        }
        hash.finalize().into()
    }
}

/// Collects memberships while they are read.
#[derive(Debug, Default)]
pub struct GroupIndex {
    workers: HashMap<String, HashSet<SourceHash>>,
    children: HashMap<String, HashSet<String>>,
}

impl GroupIndex {
    pub fn add(&mut self, membership: Membership) {
        match membership.member {
            Member::Worker(id) => {
                self.workers.entry(membership.group_id).or_default().insert(hash_source(&id));
            }
            Member::Group(id) => {
                self.children.entry(membership.group_id).or_default().insert(id);
            }
        }
    }

    /// Groups below `roots` that are not among them: a connector that was asked
    /// for `roots` has not been asked for these.
    pub fn below<'a>(&'a self, asked: &'a HashSet<String>) -> impl Iterator<Item = &'a String> {
        self.children.values().flatten().filter(|child| !asked.contains(*child))
    }

    /// Everybody in each of `ids`, in that order.
    pub fn flatten(&self, ids: &[String], nested: Nested) -> GroupMembers {
        let by_group = ids.iter().map(|root| self.members(root, nested)).collect();
        GroupMembers { by_group, ..GroupMembers::default() }
    }

    /// Everybody in one group, and with `flatten` in the groups within it.
    fn members(&self, root: &str, nested: Nested) -> HashSet<SourceHash> {
        let depth = match nested {
            Nested::Flatten => MAX_NESTING,
            Nested::Direct => 1,
        };
        let mut visited = HashSet::from([root]);
        let mut level = vec![root];
        let mut members = HashSet::new();
        for _ in 0..depth {
            for group in &level {
                members.extend(self.workers.get(*group).into_iter().flatten());
            }
            let below = level.iter().filter_map(|group| self.children.get(*group)).flatten();
            level = below.map(String::as_str).filter(|child| visited.insert(child)).collect();
            if level.is_empty() {
                break;
            }
        }
        members
    }

    /// The ids of the groups that a filter names by id or by name.
    /// `place` is where they are named.
    pub fn resolve(place: &str, names: &[String], groups: &[Group]) -> Result<Vec<String>, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut ids = Vec::new();
        for name in names {
            if groups.iter().any(|group| group.id == *name) {
                ids.push(name.clone());
                continue;
            }
            let named: Vec<_> =
                groups.iter().filter(|group| group.name.trim().eq_ignore_ascii_case(name.trim())).collect();
            match named.as_slice() {
                [group] => ids.push(group.id.clone()),
                [] => problems.push(Problem::new(
                    place,
                    format!("the provider has no group `{name}`"),
                    format!("use one of its {} groups, by id or name", groups.len()),
                )),
                several => problems.push(Problem::new(
                    place,
                    format!("{} groups are named `{name}`", several.len()),
                    format!(
                        "use the id: {}",
                        several.iter().map(|group| group.id.as_str()).collect::<Vec<_>>().join(" or ")
                    ),
                )),
            }
        }
        if problems.is_empty() { Ok(ids) } else { Err(problems) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(edges: &[(&str, Member)]) -> GroupIndex {
        let mut index = GroupIndex::default();
        for (group, member) in edges {
            index.add(Membership { group_id: (*group).to_owned(), member: member.clone() });
        }
        index
    }

    fn worker(id: &str) -> Member {
        Member::Worker(id.into())
    }

    fn group(id: &str) -> Member {
        Member::Group(id.into())
    }

    #[test]
    fn r67_nested_groups_are_flattened() {
        let index = index(&[("a", worker("1")), ("a", group("b")), ("b", group("c")), ("c", worker("2"))]);
        let members = index.flatten(&["a".into(), "c".into()], Nested::Flatten);
        assert!(members.contains(0, hash_source(&"1".into())));
        assert!(members.contains(0, hash_source(&"2".into())));
        assert!(!members.contains(1, hash_source(&"1".into())));
        assert_eq!(index.below(&HashSet::from(["a".into(), "b".into()])).collect::<Vec<_>>(), ["c"]);
    }

    #[test]
    fn c9_a_cycle_of_groups_ends() {
        let index = index(&[("a", group("b")), ("b", group("a")), ("b", worker("1"))]);
        assert!(index.flatten(&["a".into()], Nested::Flatten).contains(0, hash_source(&"1".into())));
    }

    #[test]
    fn c9_nesting_beyond_the_limit_is_not_followed() {
        let name = |at: usize| format!("g{at}");
        let mut edges: Vec<_> = (0..=MAX_NESTING).map(|at| (name(at), Member::Group(name(at + 1)))).collect();
        edges.push((name(MAX_NESTING - 1), worker("in")));
        edges.push((name(MAX_NESTING), worker("out")));
        let mut index = GroupIndex::default();
        for (group_id, member) in edges {
            index.add(Membership { group_id, member });
        }
        let members = index.flatten(&[name(0)], Nested::Flatten);
        assert!(members.contains(0, hash_source(&"in".into())));
        assert!(!members.contains(0, hash_source(&"out".into())));
    }

    #[test]
    fn c9_direct_members_are_those_of_the_group_itself() {
        let index = index(&[("a", worker("1")), ("a", group("b")), ("b", worker("2"))]);
        let members = index.flatten(&["a".into()], Nested::Direct);
        assert!(members.contains(0, hash_source(&"1".into())));
        assert!(!members.contains(0, hash_source(&"2".into())));
    }

    #[test]
    fn r86_a_person_is_in_each_provisioned_group_that_has_them() {
        let index = index(&[("a", worker("1")), ("a", group("b")), ("b", worker("2")), ("c", worker("1"))]);
        let group = |id: &str| Group {
            id: id.into(),
            name: format!(" {id} "),
            kind: rollcall_model::GroupKind::Team,
            parent_id: Some("a".into()),
            description: None,
        };
        let (a, b) = (group("a"), group("b"));
        let provision = |nested| GroupMembers::default().provisioning(&[&a, &b], &index, nested);
        let of = |members: &GroupMembers, id: &str| {
            members.groups_of(hash_source(&id.into())).into_keys().collect::<Vec<_>>()
        };
        let flat = provision(Nested::Flatten);
        assert_eq!((of(&flat, "1"), of(&flat, "2")), (vec!["a".into()], vec!["a".into(), "b".into()]));
        let direct = provision(Nested::Direct);
        assert_eq!(of(&direct, "2"), ["b"]);
        assert_ne!(flat.digest(), direct.digest());
        assert_eq!(flat.listed()["b"].name, "b");
    }

    #[test]
    fn r65_a_group_is_found_by_id_or_by_a_name_that_is_unique() {
        let named = |id: &str, name: &str| Group {
            id: id.into(),
            name: name.into(),
            kind: rollcall_model::GroupKind::SecurityGroup,
            parent_id: None,
            description: None,
        };
        let groups = [named("1", "Sales"), named("2", "HR"), named("3", "hr")];
        let resolve = |name: &str| GroupIndex::resolve("filter", &[name.to_owned()], &groups);
        assert_eq!(resolve("sales"), Ok(vec!["1".to_owned()]));
        assert_eq!(resolve("3"), Ok(vec!["3".to_owned()]));
        assert!(resolve("HR").is_err_and(|problems| problems[0].remedy.contains("2 or 3")));
        assert!(resolve("Legal").is_err());
    }
}
