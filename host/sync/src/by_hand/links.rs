//! Links, as an admin looks at them, breaks and repairs them (R98..R101).

use rollcall_model::{
    Account, AccountId, AccountStatus, EventKind, Fingerprint, IntegrationId, Link, LinkStatus, Owner,
    RunState, SourceId,
};
use rollcall_store::{Exclusion, Integration, Store, StoreError, TenantStore};
use serde::Serialize;
use serde_json::json;

use super::accounts::links_of;
use super::{Hand, HandError, find, note};
use crate::events;

/// One person or account, and how it stands to its source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LinkRow {
    pub status: LinkStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub integration: Option<IntegrationId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_id: Option<SourceId>,
    pub label: String,
    pub reason: String,
}

/// Every account and every open case, as the last run left them.
pub fn links(tenant: &TenantStore, mut visit: impl FnMut(LinkRow)) -> Result<(), StoreError> {
    tenant.each_account(|account| {
        let linked = links_of(tenant, &account)?;
        if linked.is_empty() {
            visit(row_of(&account, None));
        }
        linked.iter().for_each(|(integration, source, link)| {
            visit(row_of(&account, Some((integration, source, link))));
        });
        Ok(())
    })?;
    for Integration { id: integration, .. } in tenant.integrations()? {
        let case = |status, source, label, reason| LinkRow {
            status,
            account: None,
            integration: Some(integration.clone()),
            source_id: Some(source),
            label,
            reason,
        };
        for (source, review) in tenant.reviews(&integration)? {
            visit(case(LinkStatus::Review, source, review.label, review.reason));
        }
        for (source, exclusion) in tenant.exclusions(&integration)? {
            let reason = format!("kept out by {}: {}", exclusion.by, exclusion.reason);
            visit(case(LinkStatus::Excluded, source, String::new(), reason));
        }
    }
    Ok(())
}

fn row_of(account: &Account, link: Option<(&IntegrationId, &SourceId, &Link)>) -> LinkRow {
    let leaving = link.and_then(|(_, _, link)| link.leaving.as_ref());
    let (status, reason) = match (link, leaving, account.status) {
        (None, ..) => (LinkStatus::NonMatching, "no source has this person".to_owned()),
        (Some(_), Some(leaving), AccountStatus::Active) => {
            (LinkStatus::Terminated, format!("{}, and still has access", leaving.situation))
        }
        (Some(_), Some(leaving), AccountStatus::Deactivated) => {
            (LinkStatus::Terminated, leaving.situation.to_string())
        }
        (Some(_), None, AccountStatus::Deactivated) => (LinkStatus::Terminated, "has no access".to_owned()),
        (Some(_), None, AccountStatus::Active) => (LinkStatus::Synced, "linked by id".to_owned()),
    };
    LinkRow {
        status,
        account: Some(account.id),
        integration: link.map(|(integration, ..)| integration.clone()),
        source_id: link.map(|(_, source, _)| source.clone()),
        label: account.label(),
        reason,
    }
}

/// The two are not the same person: the account is nobody's again, and is not
/// matched with them another time.
pub fn break_link(
    store: &Store,
    tenant: &TenantStore,
    integration: &IntegrationId,
    source: &SourceId,
    hand: &Hand<'_>,
) -> Result<Account, HandError> {
    let link = link(tenant, integration, source)?;
    idle(tenant, integration)?;
    let before = find(tenant, link.account)?;
    let told = Owner { integration: integration.clone(), source_id: source.clone() };
    let mut after = released(&before, &told, hand.now_ms);
    after.not_same.push(told);
    note(store, tenant, hand, "link-broken", json!({"account": before.id.to_string()}))?;
    tenant.apply(|apply| {
        apply.change_account(&before, &after)?;
        apply.remove_link(integration, source);
        events::remove_empty_groups(apply, None, hand.now_ms)?;
        events::of_account(apply, None, EventKind::Unlinked, before.id, Vec::new(), hand.now_ms)
    })?;
    tenant.forget_checkpoints(integration)?;
    Ok(after)
}

/// The two are the same person, whatever was thought before.
pub fn repair(
    store: &Store,
    tenant: &TenantStore,
    integration: &IntegrationId,
    source: &SourceId,
    account: AccountId,
    hand: &Hand<'_>,
) -> Result<Account, HandError> {
    if tenant.integration(integration)?.is_none() {
        return Err(HandError::NoIntegration(integration.clone()));
    }
    idle(tenant, integration)?;
    let own = Owner { integration: integration.clone(), source_id: source.clone() };
    let before = find(tenant, account)?;
    if before.protected {
        return Err(HandError::Protected(account));
    }
    if let Some(owner) = before.owner.as_ref().filter(|owner| **owner != own) {
        let Owner { integration, source_id } = owner.clone();
        return Err(HandError::Owned { account, owner: source_id, integration });
    }
    let mut after = Account { owner: Some(own.clone()), updated_ms: hand.now_ms, ..before.clone() };
    after.not_same.retain(|told| *told != own);
    after.non_matching = false;
    // The account that it was linked to is nobody's.
    let old = tenant.link(integration, source)?.filter(|link| link.account != account);
    let old = old.map(|link| find(tenant, link.account)).transpose()?;
    note(store, tenant, hand, "link-repaired", json!({"account": account.to_string()}))?;
    tenant.apply(|apply| {
        if let Some(old) = &old {
            apply.change_account(old, &released(old, &own, hand.now_ms))?;
            events::of_account(apply, None, EventKind::Unlinked, old.id, Vec::new(), hand.now_ms)?;
        }
        apply.change_account(&before, &after)?;
        let link = Link { account, fingerprint: Fingerprint(0), leaving: None, confirmed: true };
        apply.put_link(integration, source, &link)?;
        apply.put_review(integration, source, None)?;
        events::remove_empty_groups(apply, None, hand.now_ms)?;
        events::of_account(apply, None, EventKind::Linked, account, Vec::new(), hand.now_ms)
    })?;
    tenant.forget_checkpoints(integration)?;
    Ok(after)
}

/// Keeps somebody out, whatever the filter says. The next sync treats them as
/// out of scope.
pub fn exclude(
    store: &Store,
    tenant: &TenantStore,
    integration: &IntegrationId,
    source: &SourceId,
    hand: &Hand<'_>,
) -> Result<(), HandError> {
    if tenant.integration(integration)?.is_none() {
        return Err(HandError::NoIntegration(integration.clone()));
    }
    note(store, tenant, hand, "person-excluded", json!({"integration": integration}))?;
    let (by, reason) = (hand.by.to_owned(), hand.reason.to_owned());
    tenant.exclude(integration, source, &Exclusion { by, reason, at_ms: hand.now_ms })?;
    Ok(tenant.forget_checkpoints(integration)?)
}

/// Ends that.
pub fn include(
    store: &Store,
    tenant: &TenantStore,
    integration: &IntegrationId,
    source: &SourceId,
    hand: &Hand<'_>,
) -> Result<(), HandError> {
    if !tenant.include(integration, source)? {
        return Err(HandError::NotExcluded(source.clone()));
    }
    note(store, tenant, hand, "person-included", json!({"integration": integration}))?;
    Ok(tenant.forget_checkpoints(integration)?)
}

/// An account after this source let go of it.
pub(crate) fn released(account: &Account, of: &Owner, now_ms: i64) -> Account {
    let mut after = Account { updated_ms: now_ms, ..account.clone() };
    after.contributions.remove(&of.integration);
    after.groups.remove(&of.integration);
    after.edited.clear();
    if account.owner.as_ref() == Some(of) {
        // Whoever else completes it has it from now on.
        let next = after.contributions.iter().next();
        after.owner = next.map(|(integration, given)| Owner {
            integration: integration.clone(),
            source_id: given.source_id.clone(),
        });
    }
    after
}

fn link(tenant: &TenantStore, integration: &IntegrationId, source: &SourceId) -> Result<Link, HandError> {
    tenant
        .link(integration, source)?
        .ok_or_else(|| HandError::NoLink { integration: integration.clone(), source_id: source.clone() })
}

/// A run that has planned what it does knows the links as they were.
pub(crate) fn idle(tenant: &TenantStore, integration: &IntegrationId) -> Result<(), HandError> {
    match tenant.latest_run(integration)?.map(|run| run.state) {
        Some(RunState::Applying { .. }) => Err(HandError::Busy(integration.clone())),
        _ => Ok(()),
    }
}
