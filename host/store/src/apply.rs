//! Applying: every change to accounts, links, keys and events, with the progress
//! of the run, in one transaction.

use std::collections::{BTreeMap, BTreeSet};

use redb::{ReadableTable, Table, WriteTransaction};
use rollcall_model::{Account, AccountId, Event, IntegrationId, Link, Run, RunId, SourceId, index_fold};
use serde::Serialize;

use crate::accounts::{ACCOUNTS, LOCAL};
use crate::approvals::APPROVALS;
use crate::events::EVENTS;
use crate::groups::GROUPS;
use crate::integrations::{INTEGRATIONS, Integration};
use crate::keys::{INDEXED, KEYS};
use crate::links::{LEAVING, LINKS};
use crate::reviews::REVIEWS;
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
    local: Table<'a, u64, bool>,
    pub(crate) events: Table<'a, u64, &'static [u8]>,
    pub(crate) groups: Table<'a, &'static [u8], &'static [u8]>,
    pub(crate) reviews: Table<'a, &'static [u8], &'static [u8]>,
    next_account: u64,
    next_event: u64,
    /// Attributes that accounts are found by.
    indexed: Vec<String>,
    /// Accounts that joined or left each group, by its place.
    pub(crate) members: BTreeMap<Vec<u8>, i64>,
    /// Accounts that are gone, and their lines with them.
    pub(crate) removed: BTreeSet<u64>,
    /// Links and keys come in the provider's order, which is random to them.
    /// Sorted and written at the end, each leaf of their trees is touched once.
    links: Vec<(Vec<u8>, Option<Written>)>,
    keys: Vec<(Vec<u8>, bool)>,
    pub(crate) managers: Vec<(u64, Option<u64>)>,
}

impl<'a> Apply<'a> {
    fn begin(tx: &'a WriteTransaction) -> Result<Self, StoreError> {
        let counters = tx.open_table(COUNTERS)?;
        let next = |name| Ok::<_, StoreError>(counters.get(name)?.map_or(0, |last| last.value()) + 1);
        Ok(Self {
            next_account: next("accounts")?,
            next_event: next("events")?,
            accounts: tx.open_table(ACCOUNTS)?,
            local: tx.open_table(LOCAL)?,
            events: tx.open_table(EVENTS)?,
            groups: tx.open_table(GROUPS)?,
            reviews: tx.open_table(REVIEWS)?,
            indexed: keys::indexed(&tx.open_table(INDEXED)?)?,
            members: BTreeMap::new(),
            removed: BTreeSet::new(),
            links: Vec::new(),
            keys: Vec::new(),
            managers: Vec::new(),
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

    /// A new account. `text` gives its attributes by name, as far as they are one
    /// text.
    pub fn create_account<'t, A: Serialize>(
        &mut self,
        account: &Account<A>,
        text: impl Fn(&str) -> Option<&'t str>,
    ) -> Result<(), StoreError> {
        self.accounts.insert(account.id.0, encode("account", account)?.as_slice())?;
        for name in &self.indexed {
            if let Some(text) = text(name) {
                self.keys.push((keys::place(name, &index_fold(text), account.id), true));
            }
        }
        if account.owner.is_none() {
            self.local.insert(account.id.0, account.non_matching)?;
        }
        self.count_members(&account.groups, 1);
        Ok(())
    }

    /// An account as it was, and as it is from now on.
    pub fn change_account(&mut self, before: &Account, after: &Account) -> Result<(), StoreError> {
        self.accounts.insert(after.id.0, encode("account", after)?.as_slice())?;
        for name in &self.indexed {
            let (was, is) = (keys::folded(before, name), keys::folded(after, name));
            if was != is {
                let place = |text: String| keys::place(name, &text, after.id);
                self.keys.extend(was.map(|text| (place(text), false)));
                self.keys.extend(is.map(|text| (place(text), true)));
            }
        }
        match after.owner {
            None => self.local.insert(after.id.0, after.non_matching)?,
            Some(_) => self.local.remove(after.id.0)?,
        };
        if before.groups != after.groups {
            self.count_members(&before.groups, -1);
            self.count_members(&after.groups, 1);
        }
        Ok(())
    }

    pub fn remove_account(&mut self, account: &Account) -> Result<(), StoreError> {
        self.accounts.remove(account.id.0)?;
        self.removed.insert(account.id.0);
        self.local.remove(account.id.0)?;
        for name in &self.indexed {
            let place = keys::folded(account, name).map(|text| keys::place(name, &text, account.id));
            self.keys.extend(place.map(|place| (place, false)));
        }
        self.count_members(&account.groups, -1);
        rewrite::mark(self.tx)
    }

    /// A link as it was before this transaction.
    pub fn link(&self, integration: &IntegrationId, source: &SourceId) -> Result<Option<Link>, StoreError> {
        let table = self.tx.open_table(LINKS)?;
        let found = table.get(links::place(integration, source).as_slice())?;
        found.map(|bytes| decode("link", bytes.value())).transpose()
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

    /// Lets go of an integration: nothing of it is left but its runs and events.
    pub fn remove_integration(&mut self, id: &IntegrationId) -> Result<(), StoreError> {
        self.tx.open_table(INTEGRATIONS)?.remove(id.as_str())?;
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
        self.settle_members()?;
        self.settle_managers()?;
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
            } else if known {
                leaving.remove(place.as_slice())?;
            }
        }
        let mut counters = self.tx.open_table(COUNTERS)?;
        for (integration, more) in more {
            let name = links::counter(integration);
            let before = counters.get(name.as_str())?.map_or(0, |count| count.value());
            counters.insert(name.as_str(), before.saturating_add_signed(more))?;
        }
        let mut table = self.tx.open_table(KEYS)?;
        for (place, is_there) in self.keys {
            if is_there {
                table.insert(place.as_slice(), ())?;
            } else {
                table.remove(place.as_slice())?;
            }
        }
        counters.insert("accounts", self.next_account - 1)?;
        counters.insert("events", self.next_event - 1)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use rollcall_model::{EventKind, Fingerprint, Leaving, Situation};

    use super::*;
    use crate::{MasterKey, Store};

    fn account(id: AccountId) -> Account {
        let email = rollcall_model::Value::Text("a@example.com".into());
        Account::new(id, [("email".to_owned(), email)].into(), None, 1)
    }

    #[test]
    fn a_transaction_is_all_or_nothing() {
        let directory = tempfile::tempdir().expect("a directory");
        let store = Store::open(directory.path(), MasterKey::from_bytes([1; 32])).expect("opens");
        let tenant = store.tenant(&"acme".into()).expect("opens");
        let integration = IntegrationId::from("hr");
        let fingerprint = Fingerprint(u128::MAX - 5);
        let link = Link { account: AccountId(1), fingerprint, leaving: None, confirmed: false };
        let write = |apply: &mut Apply<'_>| {
            let id = apply.new_account_id();
            apply.create_account(&account(id), |name| (name == "email").then_some("A@example.com"))?;
            apply.put_link(&integration, &"s1".into(), &link)?;
            let (kind, run) = (EventKind::Created, Some(RunId(1)));
            let account = Some(id);
            apply.emit(&Event { kind, account, group: None, run, at_ms: 1, changed: vec![] })?;
            Ok(id)
        };
        tenant.index_keys(["email"].into_iter()).expect("indexes");
        let found = |value| tenant.view().expect("opens").accounts_with("email", value, 9).expect("finds");
        let failed = tenant.apply(|apply| {
            write(apply)?;
            Err::<(), _>(StoreError::MasterKey)
        });
        assert!(failed.is_err());
        assert_eq!(tenant.count_accounts().expect("counts"), 0);
        assert_eq!(found("a@example.com"), []);

        let id = tenant.apply(write).expect("applies");
        assert_eq!(tenant.account(id).expect("reads"), Some(account(id)));
        assert_eq!(found("a@example.com"), [id]);
        assert_eq!(found("a@example.co"), []);
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
    fn c11_accounts_are_found_by_every_key_that_was_ever_used() {
        let directory = tempfile::tempdir().expect("a directory");
        let store = Store::open(directory.path(), MasterKey::from_bytes([1; 32])).expect("opens");
        let tenant = store.tenant(&"acme".into()).expect("opens");
        let text = |text: &str| rollcall_model::Value::Text(text.into());
        let mut before = account(AccountId(1));
        before.attributes.insert("badge".into(), text("Ä 7"));
        tenant.apply(|apply| apply.create_account(&before, |_| None)).expect("applies");
        let find = |key, value| tenant.view().expect("opens").accounts_with(key, value, 9).expect("finds");
        // Without an index by a walk, with one without.
        assert_eq!(find("badge", "a 7"), [AccountId(1)]);
        tenant.index_keys(["badge", "email"].into_iter()).expect("indexes");
        assert_eq!(find("badge", "a 7"), [AccountId(1)]);
        let after = Account { attributes: [("badge".into(), text("b"))].into(), ..before.clone() };
        tenant.apply(|apply| apply.change_account(&before, &after)).expect("applies");
        assert_eq!((find("badge", "a 7"), find("badge", "b")), (vec![], vec![AccountId(1)]));
        assert_eq!(find("email", "a@example.com"), []);
        assert_eq!(tenant.view().expect("opens").local().expect("lists"), [(AccountId(1), false)]);
        tenant.apply(|apply| apply.remove_account(&after)).expect("applies");
        assert_eq!(find("badge", "b"), []);
        assert_eq!(tenant.view().expect("opens").local().expect("lists"), []);
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
            leaving: leaving.map(|done| Leaving { done, ..Leaving::begin(Situation::Missing, 0) }),
            confirmed: false,
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
