//! The accounts there are, as planning asks for them.

use std::cell::RefCell;
use std::collections::HashMap;

use rollcall_model::{Account, AccountId, IntegrationId, Link, SourceId, Value, index_fold};
use rollcall_pipeline::{Directory, MAX_CANDIDATES};
use rollcall_store::{StoreError, TenantStore, View};

/// Local accounts by their values of some attributes.
type Local = HashMap<Vec<String>, Vec<AccountId>>;

/// The tenant at the moment when planning begins. What goes wrong while it is
/// asked is kept until [`Known::checked`].
pub(crate) struct Known<'a> {
    pub view: View,
    integration: &'a IntegrationId,
    failed: RefCell<Option<StoreError>>,
    /// By the attributes of a rule of adoption; made when it is first needed.
    local: RefCell<HashMap<Vec<String>, Local>>,
}

impl<'a> Known<'a> {
    pub fn open(tenant: &TenantStore, integration: &'a IntegrationId) -> Result<Self, StoreError> {
        let (failed, local) = (RefCell::default(), RefCell::default());
        Ok(Self { view: tenant.view()?, integration, failed, local })
    }

    /// What was decided, unless the store failed meanwhile.
    pub fn checked<T>(&self, decided: T) -> Result<T, StoreError> {
        self.failed.borrow_mut().take().map_or(Ok(decided), Err)
    }

    pub fn link_of(&self, source: &SourceId) -> Result<Link, StoreError> {
        let unknown = || StoreError::Unknown { what: "link", id: source.to_string() };
        self.view.link(self.integration, source)?.ok_or_else(unknown)
    }

    pub fn account(&self, id: AccountId) -> Result<Account, StoreError> {
        self.view.account(id)?.ok_or_else(|| StoreError::Unknown { what: "account", id: id.to_string() })
    }

    fn accounts(&self, ids: &[AccountId]) -> Result<Vec<Account>, StoreError> {
        ids.iter().map(|id| self.account(*id)).collect()
    }

    fn index_local(&self, attributes: &[String]) -> Result<Local, StoreError> {
        let mut index = Local::new();
        for (id, _) in self.view.local()? {
            let account = self.account(id)?;
            let value = |name: &String| account.attributes.get(name).and_then(Value::as_text).map(index_fold);
            if let Some(values) = attributes.iter().map(value).collect::<Option<Vec<_>>>() {
                index.entry(values).or_default().push(id);
            }
        }
        Ok(index)
    }

    pub fn or_none<T: Default>(&self, found: Result<T, StoreError>) -> T {
        found.unwrap_or_else(|error| {
            self.failed.borrow_mut().get_or_insert(error);
            T::default()
        })
    }
}

impl Directory for Known<'_> {
    fn accounts_with(&self, attribute: &str, folded: &str) -> Vec<Account> {
        let ids = self.view.accounts_with(attribute, folded, MAX_CANDIDATES);
        self.or_none(ids.and_then(|ids| self.accounts(&ids)))
    }

    fn link(&self, source: &SourceId) -> Option<Link> {
        self.or_none(self.view.link(self.integration, source))
    }

    fn adoptable(&self, attributes: &[String], folded: &[String]) -> Vec<Account> {
        let mut local = self.local.borrow_mut();
        if !local.contains_key(attributes) {
            let index = self.or_none(self.index_local(attributes));
            local.insert(attributes.to_owned(), index);
        }
        let found = local.get(attributes).and_then(|index| index.get(folded));
        let ids: Vec<_> = found.into_iter().flatten().take(MAX_CANDIDATES).copied().collect();
        self.or_none(self.accounts(&ids))
    }
}
