//! A tenant as it is at one moment, for many questions.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

use redb::{ReadOnlyTable, ReadableDatabase, ReadableTable};
use rollcall_model::{Account, AccountId, GroupRecord, IntegrationId, Link, SourceId};

use crate::accounts::{ACCOUNTS, LOCAL};
use crate::groups::GROUPS;
use crate::keys::{self, INDEXED, KEYS};
use crate::links::{self, LINKS};
use crate::managers::MANAGERS;
use crate::{StoreError, TenantStore, decode};

type Bytes = ReadOnlyTable<&'static [u8], &'static [u8]>;

pub struct View {
    accounts: ReadOnlyTable<u64, &'static [u8]>,
    links: Bytes,
    keys: ReadOnlyTable<&'static [u8], ()>,
    local: ReadOnlyTable<u64, bool>,
    groups: Bytes,
    pub(crate) managers: ReadOnlyTable<u64, u64>,
    indexed: Vec<String>,
    /// Of keys that no run has indexed yet: a preview writes no index.
    walked: RefCell<HashMap<String, HashMap<String, Vec<AccountId>>>>,
}

impl TenantStore {
    pub fn view(&self) -> Result<View, StoreError> {
        let tx = self.database.begin_read()?;
        Ok(View {
            accounts: tx.open_table(ACCOUNTS)?,
            links: tx.open_table(LINKS)?,
            keys: tx.open_table(KEYS)?,
            local: tx.open_table(LOCAL)?,
            groups: tx.open_table(GROUPS)?,
            managers: tx.open_table(MANAGERS)?,
            indexed: keys::indexed(&tx.open_table(INDEXED)?)?,
            walked: RefCell::default(),
        })
    }
}

impl View {
    pub fn account(&self, id: AccountId) -> Result<Option<Account>, StoreError> {
        self.accounts.get(id.0)?.map(|bytes| decode("account", bytes.value())).transpose()
    }

    pub fn link(&self, integration: &IntegrationId, source: &SourceId) -> Result<Option<Link>, StoreError> {
        let found = self.links.get(links::place(integration, source).as_slice())?;
        found.map(|bytes| decode("link", bytes.value())).transpose()
    }

    /// Accounts that have this attribute with this value, folded as an index
    /// folds; at most `limit`.
    pub fn accounts_with(
        &self,
        attribute: &str,
        folded: &str,
        limit: usize,
    ) -> Result<Vec<AccountId>, StoreError> {
        if !self.indexed.iter().any(|indexed| indexed == attribute) {
            let mut walked = self.walked.borrow_mut();
            if !walked.contains_key(attribute) {
                walked.insert(attribute.to_owned(), self.walk(attribute)?);
            }
            let found = walked.get(attribute).and_then(|values| values.get(folded));
            return Ok(found.into_iter().flatten().take(limit).copied().collect());
        }
        let first = keys::place(attribute, folded, AccountId(0));
        let last = keys::place(attribute, folded, AccountId(u64::MAX));
        let rows = self.keys.range(first.as_slice()..=last.as_slice())?.take(limit);
        rows.map(|row| keys::account_of(row?.0.value())).collect()
    }

    fn walk(&self, attribute: &str) -> Result<HashMap<String, Vec<AccountId>>, StoreError> {
        let mut values: HashMap<_, Vec<_>> = HashMap::new();
        for row in self.accounts.iter()? {
            let account: Account = decode("account", row?.1.value())?;
            if let Some(folded) = keys::folded(&account, attribute) {
                values.entry(folded).or_default().push(account.id);
            }
        }
        Ok(values)
    }

    /// Accounts that no source has, each with whether that is flagged.
    pub fn local(&self) -> Result<Vec<(AccountId, bool)>, StoreError> {
        self.local
            .iter()?
            .map(|row| {
                row.map_err(StoreError::from).map(|(id, flagged)| (AccountId(id.value()), flagged.value()))
            })
            .collect()
    }

    /// The groups that came from an integration, by key.
    pub fn groups(&self, integration: &IntegrationId) -> Result<BTreeMap<String, GroupRecord>, StoreError> {
        let (first, after) = links::bounds(integration);
        let rows = self.groups.range(first.as_slice()..after.as_slice())?;
        rows.map(|row| {
            let (place, group) = row?;
            Ok((links::below(place.value())?.to_owned(), decode("group", group.value())?))
        })
        .collect()
    }

    /// Names of the groups of all integrations.
    pub fn group_names(&self) -> Result<Vec<(IntegrationId, String)>, StoreError> {
        let rows = self.groups.iter()?;
        rows.map(|row| {
            let (place, group) = row?;
            let group: GroupRecord = decode("group", group.value())?;
            Ok((links::integration_of(place.value()).into(), group.name))
        })
        .collect()
    }
}
