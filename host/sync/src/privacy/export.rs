//! Everything that is held about one person (R139): one document, in which each
//! part that was looked through has its name, also when nothing was found.

use std::collections::BTreeSet;
use std::fmt::Display;

use rollcall_model::{
    Account, AccountId, Approval, Event, IntegrationId, Review, RunId, RunState, SourceId, TenantId, Value,
    fold,
};
use rollcall_pipeline::MANAGER;
use rollcall_store::{AuditEntry, Exclusion, HeldKey, HeldLink, Integration, Store, StoreError, TenantStore};
use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};

use super::staged::{Staged, staged};
use super::subject::Subject;

/// Attributes by which somebody is known to others. A text that holds one of
/// them is about a person.
const IDENTIFYING: [&str; 4] = ["email", "user_name", "display_name", "family_name"];

/// Where an audit entry has words of a person's.
const WORDS: [&str; 2] = ["by", "reason"];

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Export {
    pub tenant: TenantId,
    /// `account-5`, or where there is none `INTEGRATION:SOURCE_ID`.
    pub person: String,
    /// One at most.
    pub accounts: Vec<Account>,
    /// Whom they report to.
    pub manager: Option<String>,
    /// Values that find the account.
    pub keys: Vec<HeldKey>,
    /// In all integrations, with since when they are on the way out.
    pub links: Vec<HeldLink>,
    pub events: Vec<Event>,
    /// Runs in which something happened to them.
    pub runs: Vec<RunOfPerson>,
    /// What interrupted reads and plans that wait say about them.
    pub staged: Vec<Staged>,
    /// Cases that wait for a decision about them, or show their account.
    pub reviews: Vec<Case<Review>>,
    /// That an admin keeps them out.
    pub exclusions: Vec<Case<Exclusion>>,
    /// Of plans that name them, or in words that do.
    pub approvals: Vec<ApprovalOfPerson>,
    /// Accounts of others that name them, as their manager does. Those are the
    /// others' own records.
    pub named_in: Vec<Named>,
    /// Entries that name them in somebody's own words.
    pub audit: Vec<AuditEntry>,
}

/// Something about one person of a source.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Case<T> {
    pub integration: IntegrationId,
    pub source_id: SourceId,
    #[serde(flatten)]
    pub case: T,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunOfPerson {
    #[serde(serialize_with = "as_text")]
    pub run: RunId,
    pub integration: IntegrationId,
    /// Milliseconds since 1970.
    pub started_ms: i64,
    #[serde(flatten)]
    pub state: RunState,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ApprovalOfPerson {
    pub integration: IntegrationId,
    #[serde(flatten)]
    pub approval: Approval,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Named {
    #[serde(serialize_with = "as_text")]
    pub account: AccountId,
    pub attribute: String,
}

pub(crate) fn as_text<T: Display, S: Serializer>(id: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(id)
}

/// Looks through everything.
pub fn export(store: &Store, tenant: &TenantStore, subject: &Subject) -> Result<Export, StoreError> {
    let (mut keys, mut links, mut events) = (Vec::new(), Vec::new(), Vec::new());
    if let Some(account) = subject.account {
        keys = tenant.keys_of(account)?;
        links = tenant.links_of(account)?;
        events = tenant.events_of(account)?.into_iter().map(|(_, event)| event).collect();
    }
    let manager = subject.account.map(|account| tenant.view()?.manager(account)).transpose()?.flatten();
    let staged = staged(tenant, subject)?;
    let touched: BTreeSet<RunId> = events.iter().filter_map(|event: &Event| event.run).collect();
    let runs = tenant.runs()?.into_iter().filter(|run| touched.contains(&run.id));
    let runs = runs.map(|run| RunOfPerson {
        run: run.id,
        integration: run.integration,
        started_ms: run.started_ms,
        state: run.state,
    });
    let approvals = tenant.approvals()?.into_iter().filter(|(integration, approval)| {
        staged.iter().any(|one| one.integration == *integration)
            || subject.is_named_by(&approval.by)
            || subject.is_named_by(&approval.reason)
    });
    let (mut reviews, mut exclusions) = (Vec::new(), Vec::new());
    for Integration { id: integration, .. } in tenant.integrations()? {
        let theirs = |source: &SourceId| subject.sources_in(&integration).any(|own| own == source);
        for (source_id, case) in tenant.reviews(&integration)? {
            let shown = case.candidates.iter().any(|candidate| Some(candidate.account) == subject.account);
            if shown || theirs(&source_id) {
                reviews.push(Case { integration: integration.clone(), source_id, case });
            }
        }
        for (source_id, case) in tenant.exclusions(&integration)? {
            if theirs(&source_id) {
                exclusions.push(Case { integration: integration.clone(), source_id, case });
            }
        }
    }
    let audit = store.audit(Some(tenant.id.as_str()))?.into_iter();
    Ok(Export {
        tenant: tenant.id.clone(),
        person: subject.name(),
        accounts: subject.record.iter().cloned().collect(),
        manager: manager.map(|manager| manager.to_string()),
        keys,
        links,
        events,
        runs: runs.collect(),
        approvals: approvals
            .map(|(integration, approval)| ApprovalOfPerson { integration, approval })
            .collect(),
        staged,
        reviews,
        exclusions,
        named_in: named_in(tenant, subject)?,
        audit: audit.filter(|entry| names(entry, subject)).collect(),
    })
}

impl Export {
    /// The document, as it is printed and as its digest is taken.
    pub fn document(&self) -> Result<String, StoreError> {
        let text = serde_json::to_string_pretty(self);
        text.map(|text| text + "\n")
            .map_err(|error| StoreError::Damaged { what: "export", detail: error.to_string() })
    }

    /// SHA-256 of the document, hexadecimal: whoever has kept it can tell which
    /// erasure was of it.
    pub fn digest(&self) -> Result<String, StoreError> {
        let digest = Sha256::digest(self.document()?);
        Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// How much is in each part that is erased with the person.
    pub fn counts(&self) -> [(&'static str, usize); 6] {
        [
            ("accounts", self.accounts.len()),
            ("keys", self.keys.len()),
            ("links", self.links.len()),
            ("events", self.events.len()),
            ("records read and planned", self.staged.len()),
            ("approvals of plans", self.approvals.len()),
        ]
    }
}

impl Subject {
    /// Whether a text tells who it is: an address anywhere in it, or a name or an
    /// id as words of their own.
    pub fn is_named_by(&self, text: &str) -> bool {
        let attributes = self.record.iter().flat_map(|account| {
            IDENTIFYING.iter().filter_map(|name| account.attributes.get(*name).and_then(Value::as_text))
        });
        let sources = self.sources.iter().map(|(_, source)| source.as_str());
        let account = self.account.map(|id| id.to_string());
        let known = attributes.chain(sources).chain(account.as_deref());
        let text = fold(text);
        known.chain(self.keys.iter().map(String::as_str)).map(fold).any(|known| match known.as_str() {
            "" => false,
            address if address.contains('@') => text.contains(address),
            name => words(&text).contains(&words(name)),
        })
    }
}

/// ` ada lovelace `, so that a name is found as whole words.
fn words(text: &str) -> String {
    let words: Vec<_> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    format!(" {} ", words.join(" "))
}

/// Whether the words that an admin gave with it name them. All else in the audit
/// is the host's own, and names nobody.
fn names(entry: &AuditEntry, subject: &Subject) -> bool {
    WORDS.iter().filter_map(|key| entry.detail.get(key)?.as_str()).any(|words| subject.is_named_by(words))
}

fn named_in(tenant: &TenantStore, subject: &Subject) -> Result<Vec<Named>, StoreError> {
    let mut found = Vec::new();
    if let Some(manager) = subject.account {
        let reports = tenant.view()?.reports(manager)?.into_iter();
        found.extend(reports.map(|account| Named { account, attribute: MANAGER.to_owned() }));
    }
    tenant.each_account(|account| {
        if Some(account.id) == subject.account {
            return Ok(());
        }
        let integration = account.owner.as_ref().map(|owner| &owner.integration);
        let is_theirs = |text: &String| {
            let sources = integration.map(|integration| subject.sources_in(integration));
            sources.into_iter().flatten().any(|source| source.as_str() == text)
                || (text.contains('@') && subject.keys.contains(&fold(text)))
        };
        for (attribute, value) in &account.attributes {
            let names = match value {
                Value::Text(text) => is_theirs(text),
                Value::Texts(texts) => texts.iter().any(is_theirs),
                Value::Number(_) | Value::Boolean(_) | Value::Date(_) => false,
            };
            if names {
                found.push(Named { account: account.id, attribute: attribute.clone() });
            }
        }
        Ok(())
    })?;
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r139_a_text_names_somebody_by_address_name_or_id() {
        let attributes = [("family_name", "Lo"), ("email", "ada@example.com"), ("department", "Sales")];
        let attributes = attributes.map(|(name, value)| (name.to_owned(), Value::Text(value.to_owned())));
        let account = Account::new(AccountId(5), attributes.into(), None, 1);
        let sources = vec![("hr".into(), "12".into())];
        let subject =
            Subject { account: Some(account.id), record: Some(account), sources, ..Subject::default() };
        for named in ["by <ADA@example.com>", "Ms. Lo asked", "id 12.", "account-5"] {
            assert!(subject.is_named_by(named), "{named}");
        }
        for other in ["", "Sales asked", "a long time", "ticket 123", "account-55"] {
            assert!(!subject.is_named_by(other), "{other}");
        }
    }
}
