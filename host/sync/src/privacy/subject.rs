//! Somebody that data is held about: how a person says whom they mean, and whom
//! that finds.

use std::collections::BTreeSet;

use rollcall_model::{Account, AccountId, IntegrationId, SourceId, Value, fold};
use rollcall_store::{StoreError, TenantStore};

use super::staged::staged;

/// The attribute that every account has (R73).
const EMAIL: &str = "email";

/// Whom somebody means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    Account(AccountId),
    Source(IntegrationId, SourceId),
    /// Folded.
    Email(String),
}

/// Why nobody was found, or not one person.
#[derive(Debug, thiserror::Error)]
pub enum SubjectError {
    #[error("`{0}` names nobody: use account-5, an e-mail, or INTEGRATION:SOURCE_ID")]
    Form(String),
    #[error(
        "nothing is held about `{0}` in this tenant; `rollcall account list` prints its accounts, and a person \
         without one is named INTEGRATION:SOURCE_ID"
    )]
    Unknown(String),
    #[error("`{who}` is more than one person: {}; name one of these", found.join(", "))]
    Ambiguous { who: String, found: Vec<String> },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Who {
    pub fn parse(text: &str) -> Result<Self, SubjectError> {
        if let Some(Ok(number)) = text.strip_prefix("account-").map(str::parse) {
            return Ok(Self::Account(AccountId(number)));
        }
        match text.split_once(':') {
            Some((integration, source)) if !integration.is_empty() && !source.is_empty() => {
                Ok(Self::Source(integration.into(), source.into()))
            }
            None if text.contains('@') => Ok(Self::Email(fold(text))),
            _ => Err(SubjectError::Form(text.to_owned())),
        }
    }
}

/// One person, with everything that tells a record of theirs from others.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Subject {
    pub account: Option<AccountId>,
    /// None also for an account that was removed, of which events are left.
    pub record: Option<Account>,
    pub sources: Vec<(IntegrationId, SourceId)>,
    /// Folded values that find the account, the e-mail among them.
    pub(crate) keys: BTreeSet<String>,
}

impl Subject {
    /// `asked`: the words that `who` was read from.
    pub fn find(tenant: &TenantStore, who: &Who, asked: &str) -> Result<Self, SubjectError> {
        let subject = match who {
            Who::Account(id) => Self::of_account(tenant, *id)?,
            Who::Source(integration, source) => match tenant.link(integration, source)? {
                Some(link) => Self::of_account(tenant, link.account)?,
                None => Self::of_source(integration, source),
            },
            Who::Email(email) => Self::of_email(tenant, email, asked)?,
        };
        let is_known = subject.record.is_some()
            || subject.account.is_some_and(|_| !subject.sources.is_empty())
            || subject.has_events(tenant)?
            || !staged(tenant, &subject)?.is_empty()
            || subject.has_cases(tenant)?;
        if is_known { Ok(subject) } else { Err(SubjectError::Unknown(asked.to_owned())) }
    }

    /// How the person is named to confirm something about them: `account-5`.
    pub fn name(&self) -> String {
        let source = self.sources.first().map(|(integration, source)| format!("{integration}:{source}"));
        self.account.map(|id| id.to_string()).or(source).unwrap_or_default()
    }

    /// Ids of this person within one integration.
    pub(crate) fn sources_in<'a>(
        &'a self,
        integration: &'a IntegrationId,
    ) -> impl Iterator<Item = &'a SourceId> {
        self.sources.iter().filter(move |(of, _)| of == integration).map(|(_, source)| source)
    }

    fn of_account(tenant: &TenantStore, id: AccountId) -> Result<Self, StoreError> {
        let record = tenant.account(id)?;
        let links = tenant.links_of(id)?.into_iter().map(|link| (link.integration, link.source_id));
        let owner = record.as_ref().and_then(|account| account.owner.clone());
        let owner = owner.map(|owner| (owner.integration, owner.source_id));
        let keys = tenant.keys_of(id)?.into_iter().map(|key| key.value);
        Ok(Self {
            account: Some(id),
            sources: links.chain(owner).collect::<BTreeSet<_>>().into_iter().collect(),
            keys: keys.chain(record.as_ref().and_then(email)).collect(),
            record,
        })
    }

    fn of_source(integration: &IntegrationId, source: &SourceId) -> Self {
        Self { sources: vec![(integration.clone(), source.clone())], ..Self::default() }
    }

    fn of_email(tenant: &TenantStore, wanted: &str, asked: &str) -> Result<Self, SubjectError> {
        let mut accounts = Vec::new();
        tenant.each_account(|account| {
            if email(&account).as_deref() == Some(wanted) {
                accounts.push(account.id);
            }
            Ok(())
        })?;
        if let [account] = accounts.as_slice() {
            return Ok(Self::of_account(tenant, *account)?);
        }
        // Without an account somebody may have been read for one.
        let read = Self { keys: [wanted.to_owned()].into(), ..Self::default() };
        let mut found: Vec<String> = accounts.iter().map(ToString::to_string).collect();
        let mut sources = BTreeSet::new();
        if accounts.is_empty() {
            for one in staged(tenant, &read)? {
                sources.extend(one.source_id.map(|source| (one.integration, source)));
            }
            found.extend(sources.iter().map(|(integration, source)| format!("{integration}:{source}")));
        }
        if found.len() > 1 {
            return Err(SubjectError::Ambiguous { who: asked.to_owned(), found });
        }
        Ok(Self { sources: sources.into_iter().collect(), ..read })
    }

    fn has_cases(&self, tenant: &TenantStore) -> Result<bool, StoreError> {
        for (integration, source) in &self.sources {
            let cases = tenant.reviews(integration)?.into_iter().map(|(id, _)| id);
            let kept_out = tenant.exclusions(integration)?.into_iter().map(|(id, _)| id);
            if cases.chain(kept_out).any(|id| id == *source) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn has_events(&self, tenant: &TenantStore) -> Result<bool, StoreError> {
        let Some(account) = self.account else { return Ok(false) };
        Ok(!tenant.events_of(account)?.is_empty())
    }
}

fn email(account: &Account) -> Option<String> {
    account.attributes.get(EMAIL).and_then(Value::as_text).map(fold)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_named_by_account_e_mail_or_source() {
        let parsed = |text| Who::parse(text).ok();
        assert_eq!(parsed("account-5"), Some(Who::Account(AccountId(5))));
        assert_eq!(parsed("Ada@Example.com"), Some(Who::Email("ada@example.com".into())));
        assert_eq!(parsed("hr:a@b"), Some(Who::Source("hr".into(), "a@b".into())));
        assert_eq!(parsed("hr:urn:7"), Some(Who::Source("hr".into(), "urn:7".into())));
        for nobody in ["", "Ada", "account-", "account-x", ":5", "hr:"] {
            assert!(matches!(Who::parse(nobody), Err(SubjectError::Form(_))), "{nobody:?}");
        }
    }
}
