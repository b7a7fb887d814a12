//! Applying: every change to accounts, links, keys and events, with the progress
//! of the run, in one transaction.

use std::collections::BTreeMap;

use redb::{ReadableTable, Table, WriteTransaction};
use rollcall_model::{Account, AccountId, Event, IntegrationId, Link, Run, RunId, SourceId};
use serde::Serialize;

use crate::accounts::ACCOUNTS;
use crate::approvals::APPROVALS;
use crate::events::EVENTS;
use crate::integrations::{INTEGRATIONS, Integration};
use crate::links::{LEAVING, LINKS};
use crate::runs::RUNS;
use crate::tenant::COUNTERS;
use crate::{StoreError, TenantStore, decode, encode, keys, links, rewrite, staging};

impl TenantStore {
    /// One transaction: all that `work` does, or nothing.
    pub fn apply<T>(
        &self,
        work: impl FnOnce(&mut Apply<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let tx = self.database.begin_write()?;
        let result = {
            let mut apply = Apply::begin(&tx)?;
            let result = work(&mut apply)?;
            apply.finish()?;
            result
        };
        tx.commit()?;
        Ok(result)
    }
}

/// A link, encoded, and whether its person is on the way out.
struct Written {
    link: Vec<u8>,
    leaving: bool,
}

pub struct Apply<'a> {
    pub(crate) tx: &'a WriteTransaction,
    accounts: Table<'a, u64, &'static [u8]>,
    pub(crate) events: Table<'a, u64, &'static [u8]>,
    next_account: u64,
    next_event: u64,
    /// Links and keys come in the provider's order, which is random to them.
    /// Sorted and written at the end, each leaf of their trees is touched once.
    links: Vec<(Vec<u8>, Option<Written>)>,
    keys: Vec<(Vec<u8>, Option<bool>)>,
}

impl<'a> Apply<'a> {
    fn begin(tx: &'a WriteTransaction) -> Result<Self, StoreError> {
        let counters = tx.open_table(COUNTERS)?;
        let next = |name| Ok::<_, StoreError>(counters.get(name)?.map_or(0, |last| last.value()) + 1);
        Ok(Self {
            next_account: next("accounts")?,
            next_event: next("events")?,
            accounts: tx.open_table(ACCOUNTS)?,
            events: tx.open_table(EVENTS)?,
            links: Vec::new(),
            keys: Vec::new(),
            tx,
        })
    }

    /// A number for a new account.
    pub fn new_account_id(&mut self) -> AccountId {
        self.next_account += 1;
        AccountId(self.next_account - 1)
    }

    pub fn account(&self, id: AccountId) -> Result<Option<Account>, StoreError> {
        self.accounts.get(id.0)?.map(|bytes| decode("account", bytes.value())).transpose()
    }

    pub fn put_account<A: Serialize>(&mut self, account: &Account<A>) -> Result<(), StoreError> {
        self.accounts.insert(account.id.0, encode("account", account)?.as_slice())?;
        Ok(())
    }

    pub fn remove_account(&mut self, id: AccountId) -> Result<(), StoreError> {
        self.accounts.remove(id.0)?;
        rewrite::mark(self.tx)
    }

    /// An account can be found by this value; `owned`: a source has it.
    pub fn put_key(&mut self, attribute: &str, folded: &str, account: AccountId, owned: bool) {
        self.keys.push((keys::place(attribute, folded, account), Some(owned)));
    }

    pub fn remove_key(&mut self, attribute: &str, folded: &str, account: AccountId) {
        self.keys.push((keys::place(attribute, folded, account), None));
    }

    pub fn put_link(
        &mut self,
        integration: &IntegrationId,
        source: &SourceId,
        link: &Link,
    ) -> Result<(), StoreError> {
        let leaving = link.leaving.as_ref().is_some_and(|leaving| !leaving.done);
        let written = Written { link: encode("link", link)?, leaving };
        self.links.push((links::place(integration, source), Some(written)));
        Ok(())
    }

    pub fn remove_link(&mut self, integration: &IntegrationId, source: &SourceId) {
        self.links.push((links::place(integration, source), None));
    }

    pub fn emit(&mut self, event: &Event) -> Result<(), StoreError> {
        self.events.insert(self.next_event, encode("event", event)?.as_slice())?;
        self.next_event += 1;
        Ok(())
    }

    pub fn save_run(&mut self, run: &Run) -> Result<(), StoreError> {
        self.tx.open_table(RUNS)?.insert(run.id.0, encode("run", run)?.as_slice())?;
        Ok(())
    }

    pub fn save_integration(&mut self, integration: &Integration) -> Result<(), StoreError> {
        let bytes = encode("integration", integration)?;
        self.tx.open_table(INTEGRATIONS)?.insert(integration.id.as_str(), bytes.as_slice())?;
        Ok(())
    }

    pub fn remove_approval(&mut self, integration: &IntegrationId) -> Result<(), StoreError> {
        self.tx.open_table(APPROVALS)?.remove(integration.as_str())?;
        Ok(())
    }

    /// Forgets what this and earlier runs staged.
    pub fn clear_staging(&mut self, run: RunId) -> Result<(), StoreError> {
        staging::clear(self.tx, run)
    }

    fn finish(mut self) -> Result<(), StoreError> {
        // Stable: of two writes to one place the later one comes later.
        self.links.sort_by(|(a, _), (b, _)| a.cmp(b));
        self.keys.sort_by(|(a, _), (b, _)| a.cmp(b));
        let mut table = self.tx.open_table(LINKS)?;
        let mut leaving = self.tx.open_table(LEAVING)?;
        let mut more: BTreeMap<&str, i64> = BTreeMap::new();
        for (place, link) in &self.links {
            let (known, is_leaving) = match link {
                Some(Written { link, leaving }) => {
                    (table.insert(place.as_slice(), link.as_slice())?.is_some(), *leaving)
                }
                None => (table.remove(place.as_slice())?.is_some(), false),
            };
            let change = i64::from(link.is_some()) - i64::from(known);
            if change != 0 {
                *more.entry(links::integration_of(place)).or_default() += change;
            }
            if is_leaving {
                leaving.insert(place.as_slice(), ())?;
            } else {
                leaving.remove(place.as_slice())?;
            }
        }
        let mut counters = self.tx.open_table(COUNTERS)?;
        for (integration, more) in more {
            let name = links::counter(integration);
            let before = counters.get(name.as_str())?.map_or(0, |count| count.value());
            counters.insert(name.as_str(), before.saturating_add_signed(more))?;
        }
        let mut table = self.tx.open_table(keys::KEYS)?;
        for (place, owned) in self.keys {
            match owned {
                Some(owned) => table.insert(place.as_slice(), owned)?,
                None => table.remove(place.as_slice())?,
            };
        }
        counters.insert("accounts", self.next_account - 1)?;
        counters.insert("events", self.next_event - 1)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use rollcall_model::{AccountStatus, EventKind, Fingerprint, Leaving, Situation};

    use super::*;
    use crate::{MasterKey, Store};

    fn account(id: AccountId) -> Account {
        Account {
            id,
            status: AccountStatus::Active,
            attributes: [("email".to_owned(), rollcall_model::Value::Text("a@example.com".into()))].into(),
            owner: None,
            created_ms: 1,
            updated_ms: 1,
        }
    }

    #[test]
    fn a_transaction_is_all_or_nothing() {
        let directory = tempfile::tempdir().expect("a directory");
        let store = Store::open(directory.path(), MasterKey::from_bytes([1; 32])).expect("opens");
        let tenant = store.tenant(&"acme".into()).expect("opens");
        let integration = IntegrationId::from("hr");
        let link = Link { account: AccountId(1), fingerprint: Fingerprint(u128::MAX - 5), leaving: None };
        let write = |apply: &mut Apply<'_>| {
            let id = apply.new_account_id();
            apply.put_account(&account(id))?;
            apply.put_key("email", "a@example.com", id, false);
            apply.put_link(&integration, &"s1".into(), &link)?;
            let (kind, run) = (EventKind::Created, RunId(1));
            apply.emit(&Event { kind, account: id, run, at_ms: 1, changed: vec![] })?;
            Ok(id)
        };
        let failed = tenant.apply(|apply| {
            write(apply)?;
            Err::<(), _>(StoreError::MasterKey)
        });
        assert!(failed.is_err());
        assert_eq!(tenant.count_accounts().expect("counts"), 0);
        assert_eq!(tenant.keys().expect("opens").find("email", "a@example.com").expect("finds"), []);

        let id = tenant.apply(write).expect("applies");
        assert_eq!(tenant.account(id).expect("reads"), Some(account(id)));
        assert_eq!(
            tenant.keys().expect("opens").find("email", "a@example.com").expect("finds"),
            [(id, false)]
        );
        assert_eq!(tenant.keys().expect("opens").find("email", "a@example.co").expect("finds"), []);
        assert_eq!(tenant.link(&integration, &"s1".into()).expect("reads"), Some(link.clone()));
        let mut links = Vec::new();
        let push = |source, link| {
            links.push((source, link));
            Ok(())
        };
        tenant.each_link(&integration, push).expect("visits");
        assert_eq!(links, [("s1".into(), link)]);
        tenant.each_link(&"h".into(), |_, _| Err(StoreError::MasterKey)).expect("another has none");
        assert_eq!(tenant.events(0, 10).expect("reads").len(), 1);
    }

    #[test]
    fn links_are_counted_and_those_on_the_way_out_are_listed() {
        let directory = tempfile::tempdir().expect("a directory");
        let store = Store::open(directory.path(), MasterKey::from_bytes([1; 32])).expect("opens");
        let tenant = store.tenant(&"acme".into()).expect("opens");
        let (hr, other) = (IntegrationId::from("hr"), IntegrationId::from("hr2"));
        let link = |leaving: Option<bool>| Link {
            account: AccountId(1),
            fingerprint: Fingerprint(1),
            leaving: leaving.map(|done| Leaving { situation: Situation::Missing, since_ms: 0, done }),
        };
        let put = |integration: &IntegrationId, source: &str, leaving| {
            let write = |apply: &mut Apply<'_>| apply.put_link(integration, &source.into(), &link(leaving));
            tenant.apply(write).expect("applies");
        };
        let state = |integration| {
            let leaving = tenant.leaving(integration).expect("reads");
            (tenant.count_links(integration).expect("counts"), leaving)
        };
        put(&hr, "a", None);
        put(&hr, "b", Some(false));
        put(&other, "b", Some(true));
        assert_eq!(state(&hr), (2, vec!["b".into()]));
        assert_eq!(state(&other), (1, vec![]));
        put(&hr, "a", Some(false));
        put(&hr, "b", None);
        assert_eq!(state(&hr), (2, vec!["a".into()]));
        tenant
            .apply(|apply| {
                apply.remove_link(&hr, &"a".into());
                apply.remove_link(&hr, &"never".into());
                Ok(())
            })
            .expect("applies");
        assert_eq!(state(&hr), (1, vec![]));
        let links = tenant.links(&hr).expect("opens");
        assert_eq!(links.find(&"b".into()).expect("reads"), Some(link(None)));
        assert_eq!(links.find(&"a".into()).expect("reads"), None);
    }
}
