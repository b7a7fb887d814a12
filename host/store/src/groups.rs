//! Groups as objects of the application, by integration and key, with how many
//! accounts belong to each.

use std::collections::{BTreeMap, BTreeSet};

use redb::{ReadableTable, TableDefinition};
use rollcall_model::{GroupRecord, IntegrationId};

use crate::{Apply, StoreError, decode, encode, links};

/// `integration NUL key`.
pub(crate) const GROUPS: TableDefinition<&[u8], &[u8]> = TableDefinition::new("groups");

impl Apply<'_> {
    pub fn group(&self, integration: &IntegrationId, key: &str) -> Result<Option<GroupRecord>, StoreError> {
        let found = self.groups.get(links::place(integration, &key.into()).as_slice())?;
        found.map(|bytes| decode("group", bytes.value())).transpose()
    }

    /// None: there is no such group any more.
    pub fn put_group(
        &mut self,
        integration: &IntegrationId,
        key: &str,
        group: Option<&GroupRecord>,
    ) -> Result<(), StoreError> {
        let place = links::place(integration, &key.into());
        match group {
            Some(group) => self.groups.insert(place.as_slice(), encode("group", group)?.as_slice())?,
            None => self.groups.remove(place.as_slice())?,
        };
        Ok(())
    }

    pub(crate) fn count_members(&mut self, groups: &BTreeMap<IntegrationId, BTreeSet<String>>, change: i64) {
        for (integration, keys) in groups {
            for key in keys {
                *self.members.entry(links::place(integration, &key.as_str().into())).or_default() += change;
            }
        }
    }

    /// Brings the numbers of members up to date.
    pub(crate) fn settle_members(&mut self) -> Result<(), StoreError> {
        for (place, change) in
            std::mem::take(&mut self.members).into_iter().filter(|(_, change)| *change != 0)
        {
            let known = self.groups.get(place.as_slice())?;
            let known = known.map(|bytes| decode::<GroupRecord>("group", bytes.value())).transpose()?;
            if let Some(mut group) = known {
                group.members = group.members.saturating_add_signed(change);
                self.groups.insert(place.as_slice(), encode("group", &group)?.as_slice())?;
            }
        }
        Ok(())
    }

    /// Removes the groups that nobody is in any more, and says which.
    pub fn remove_empty_groups(&mut self) -> Result<Vec<(IntegrationId, String)>, StoreError> {
        self.settle_members()?;
        let mut empty = Vec::new();
        for row in self.groups.iter()? {
            let (place, group) = row?;
            if decode::<GroupRecord>("group", group.value())?.members == 0 {
                let place = place.value();
                empty.push((links::integration_of(place).into(), links::below(place)?.to_owned()));
            }
        }
        for (integration, key) in &empty {
            self.put_group(integration, key, None)?;
        }
        Ok(empty)
    }
}

#[cfg(test)]
mod tests {
    use rollcall_model::{Account, AccountId};

    use super::*;
    use crate::{MasterKey, Store};

    #[test]
    fn r91_groups_know_how_many_belong_to_them_and_go_when_nobody_does() {
        let directory = tempfile::tempdir().expect("a directory");
        let store = Store::open(directory.path(), MasterKey::from_bytes([1; 32])).expect("opens");
        let tenant = store.tenant(&"acme".into()).expect("opens");
        let hr = IntegrationId::from("hr");
        let group =
            |name: &str| GroupRecord { name: name.into(), kind: "team".into(), parent: None, members: 0 };
        let of = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect::<BTreeSet<_>>();
        let mut first = Account::new(AccountId(1), BTreeMap::new(), None, 1);
        first.groups.insert(hr.clone(), of(&["a", "b"]));
        let create = |apply: &mut Apply<'_>| {
            apply.put_group(&hr, "a", Some(&group("A")))?;
            apply.put_group(&hr, "b", Some(&group("B")))?;
            apply.create_account(&first, |_| None)
        };
        tenant.apply(create).expect("applies");
        let members = || {
            let groups = tenant.view().expect("opens").groups(&hr).expect("lists");
            groups.into_iter().map(|(key, group)| (key, group.members)).collect::<Vec<_>>()
        };
        assert_eq!(members(), [("a".to_owned(), 1), ("b".to_owned(), 1)]);
        let mut moved = first.clone();
        moved.groups.insert(hr.clone(), of(&["b"]));
        let change = |apply: &mut Apply<'_>| {
            apply.change_account(&first, &moved)?;
            apply.remove_empty_groups()
        };
        assert_eq!(tenant.apply(change).expect("applies"), [(hr.clone(), "a".to_owned())]);
        assert_eq!(members(), [("b".to_owned(), 1)]);
        let remove = |apply: &mut Apply<'_>| {
            apply.remove_account(&moved)?;
            apply.remove_empty_groups()
        };
        assert_eq!(tenant.apply(remove).expect("applies").len(), 1);
        assert_eq!(members(), []);
    }
}
