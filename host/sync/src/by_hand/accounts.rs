//! Accounts made and edited by hand (R53, R108, C2, C15).

use rollcall_model::{
    Account, AccountId, Attributes, EventKind, Fingerprint, IntegrationId, Link, Value, index_fold,
};
use rollcall_pipeline::{LocalAccounts, MANAGER, ManualEdit, REQUIRED};
use rollcall_store::{Integration, Store, StoreError, TenantStore};
use serde_json::json;

use super::{Hand, HandError, find, note, read_again};
use crate::{config_of, events};

/// A new local account: nobody's until a sync matches it (R102).
pub fn add(
    store: &Store,
    tenant: &TenantStore,
    attributes: Attributes,
    hand: &Hand<'_>,
) -> Result<Account, HandError> {
    for integration in tenant.integrations()? {
        if config_of(&integration)?.policies.local_accounts == LocalAccounts::Forbid {
            let Integration { id, name, .. } = integration;
            return Err(HandError::Forbidden { integration: id, source_name: name });
        }
    }
    if attributes.contains_key(MANAGER) {
        return Err(HandError::Manager);
    }
    check_email(tenant, None, attributes.get("email"))?;
    note(store, tenant, hand, "account-added", json!({}))?;
    tenant.index_keys(["email"].into_iter())?;
    let account = tenant.apply(|apply| {
        let id = apply.new_account_id();
        let account = Account::new(id, attributes, None, hand.now_ms);
        apply.create_account(&account, |name| account.attributes.get(name).and_then(Value::as_text))?;
        events::of_account(apply, None, EventKind::Created, id, Vec::new(), hand.now_ms)?;
        Ok::<_, StoreError>(account)
    })?;
    // Whoever it may be was read before, and did not change.
    read_again(tenant)?;
    Ok(account)
}

/// One attribute; none empties it.
pub type Edit = (String, Option<Value>);

/// Changes attributes of an account, as far as its sources allow.
pub fn edit(
    store: &Store,
    tenant: &TenantStore,
    id: AccountId,
    edits: &[Edit],
    hand: &Hand<'_>,
) -> Result<Account, HandError> {
    let before = find(tenant, id)?;
    let sources = sources(tenant, &before)?;
    let mut after = Account { updated_ms: hand.now_ms, ..before.clone() };
    for (attribute, value) in edits {
        if value.is_none() && REQUIRED.contains(&attribute.as_str()) {
            return Err(HandError::Required(attribute.clone()));
        }
        if attribute == MANAGER {
            return Err(HandError::Manager);
        }
        for source in &sources {
            govern(source, attribute, &before, &mut after)?;
        }
        match value {
            Some(value) => after.attributes.insert(attribute.clone(), value.clone()),
            None => after.attributes.remove(attribute),
        };
    }
    if edits.iter().any(|(attribute, _)| attribute == "email") {
        check_email(tenant, Some(id), after.attributes.get("email"))?;
    }
    let changed: Vec<_> = edits.iter().map(|(attribute, _)| attribute.clone()).collect();
    note(store, tenant, hand, "account-edited", json!({"account": id.to_string(), "attributes": changed}))?;
    let links = links_of(tenant, &before)?;
    tenant.apply(|apply| {
        apply.change_account(&before, &after)?;
        for (integration, source, link) in &links {
            // The next sync compares the account, whatever the source says.
            let looked_at = Link { fingerprint: Fingerprint(0), ..link.clone() };
            apply.put_link(integration, source, &looked_at)?;
        }
        events::of_account(apply, None, EventKind::Updated, id, changed, hand.now_ms)
    })?;
    for source in &sources {
        tenant.forget_checkpoints(&source.id)?;
    }
    Ok(after)
}

/// Has an account protected from every sync, or no longer so.
pub fn protect(
    store: &Store,
    tenant: &TenantStore,
    id: AccountId,
    protected: bool,
    hand: &Hand<'_>,
) -> Result<(), HandError> {
    let before = find(tenant, id)?;
    let kind = if protected { "account-protected" } else { "account-unprotected" };
    note(store, tenant, hand, kind, json!({"account": id.to_string()}))?;
    let after = Account { protected, updated_ms: hand.now_ms, ..before.clone() };
    tenant.apply(|apply| apply.change_account(&before, &after))?;
    Ok(read_again(tenant)?)
}

/// What a source says to an edit of an attribute that it governs.
fn govern(
    source: &Integration,
    attribute: &str,
    before: &Account,
    after: &mut Account,
) -> Result<(), HandError> {
    let Some(locked) = source.governs.get(attribute) else { return Ok(()) };
    let policy = config_of(source)?.policies.manual_edit;
    if *locked || policy == ManualEdit::Lock {
        let (attribute, source_name) = (attribute.to_owned(), source.name.clone());
        return Err(HandError::Locked { attribute, source_name });
    }
    if policy == ManualEdit::KeepUntilSourceChanges {
        // Of several edits in a row, what the source had is before the first.
        let then = || before.attributes.get(attribute).cloned();
        after.edited.entry(attribute.to_owned()).or_insert_with(then);
    }
    Ok(())
}

/// The integrations that give something to an account.
fn sources(tenant: &TenantStore, account: &Account) -> Result<Vec<Integration>, StoreError> {
    let owner = account.owner.iter().map(|owner| &owner.integration);
    let mut ids: Vec<_> = owner.chain(account.contributions.keys()).collect();
    ids.sort();
    ids.dedup();
    let known = ids.into_iter().map(|id| tenant.integration(id));
    known.filter_map(Result::transpose).collect()
}

pub(crate) type FoundLink = (IntegrationId, rollcall_model::SourceId, Link);

/// The links that lead to an account.
pub(crate) fn links_of(tenant: &TenantStore, account: &Account) -> Result<Vec<FoundLink>, StoreError> {
    let owner = account.owner.iter().map(|owner| (&owner.integration, &owner.source_id));
    let given = account.contributions.iter().map(|(id, given)| (id, &given.source_id));
    let mut places: Vec<_> = owner.chain(given).collect();
    places.sort();
    places.dedup();
    let each = places.into_iter().map(|(integration, source)| {
        let link = tenant.link(integration, source)?;
        Ok(link.map(|link| (integration.clone(), source.clone(), link)))
    });
    each.filter_map(Result::transpose).collect()
}

fn check_email(tenant: &TenantStore, own: Option<AccountId>, email: Option<&Value>) -> Result<(), HandError> {
    let text = email.and_then(Value::as_text).unwrap_or_default();
    let parts = text.split_once('@');
    if parts.is_none_or(|(name, host)| name.is_empty() || host.is_empty())
        || text.contains(char::is_whitespace)
    {
        return Err(HandError::Email(text.to_owned()));
    }
    let found = tenant.view()?.accounts_with("email", &index_fold(text), 2)?;
    match found.into_iter().find(|found| Some(*found) != own) {
        Some(account) => Err(HandError::Taken { account, email: text.to_owned() }),
        None => Ok(()),
    }
}
