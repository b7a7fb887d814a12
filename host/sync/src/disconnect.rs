//! Letting go of a source (C6, R133..R135): with a count and what comes of it
//! first, and never by way of a sync.

use rollcall_model::{
    Account, AccountStatus, Act, EventKind, IntegrationId, Leaving, Link, Owner, PullMode, Run, RunId,
    RunState, Situation, SourceId,
};
use rollcall_pipeline::{DAY_MS, OnDisconnect, REMOVE_AFTER_DAYS};
use rollcall_store::{Apply, Integration, Store, StoreError, TenantStore};
use serde_json::json;

use crate::by_hand::{Hand, HandError, find, idle, note, released};
use crate::{config_of, events};

/// Accounts that one transaction lets go of at most.
const TRANSACTION_ACCOUNTS: usize = 5_000;

/// What a disconnect would do, for the admin to choose.
#[derive(Debug, Clone, PartialEq)]
pub struct Prospect {
    pub integration: Integration,
    /// Accounts that are linked to it.
    pub accounts: u64,
    /// Of those the ones that have access.
    pub active: u64,
    /// Protected ones: they stay as they are in any case.
    pub protected: u64,
    /// Days until removed accounts are gone.
    pub remove_after_days: u16,
    /// What the policies propose (C6).
    pub proposed: OnDisconnect,
    /// It was disconnected before, and accounts wait for their removal.
    pub removing: Option<u64>,
}

/// Looks, and changes nothing.
pub fn prospect(tenant: &TenantStore, id: &IntegrationId) -> Result<Prospect, HandError> {
    let integration = tenant.integration(id)?.ok_or_else(|| HandError::NoIntegration(id.clone()))?;
    let policies = config_of(&integration)?.policies;
    let (mut accounts, mut active, mut protected) = (0, 0, 0);
    tenant.each_link(id, |_, link| {
        let account = tenant.account(link.account)?;
        accounts += 1;
        active += u64::from(account.as_ref().is_some_and(|one| one.status == AccountStatus::Active));
        protected += u64::from(account.is_some_and(|one| one.protected));
        Ok(())
    })?;
    let removing = integration.disconnected_ms.map(|_| accounts);
    let remove_after_days = policies.on_source_deleted.remove_after_days.unwrap_or(REMOVE_AFTER_DAYS);
    let proposed = policies.on_disconnect;
    Ok(Prospect { integration, accounts, active, protected, remove_after_days, proposed, removing })
}

/// Lets go. Accounts that are to be removed lose access now and are removed by
/// [`finish_removal`], days later.
pub fn disconnect(
    store: &Store,
    tenant: &TenantStore,
    id: &IntegrationId,
    accounts: OnDisconnect,
    hand: &Hand<'_>,
) -> Result<Run, HandError> {
    let integration = tenant.integration(id)?.ok_or_else(|| HandError::NoIntegration(id.clone()))?;
    idle(tenant, id)?;
    note(store, tenant, hand, "disconnected", json!({"integration": id, "accounts": accounts}))?;
    if let Some(mut last) = tenant.latest_run(id)? {
        if matches!(last.state, RunState::Reading | RunState::Held { .. }) {
            last.state = RunState::Superseded;
            tenant.save_run(&last)?;
        }
        tenant.staging().clear_up_to(last.id)?;
    }
    let run = tenant.open_run(|run| Run {
        id: run,
        integration: id.clone(),
        act: Act::Disconnect,
        state: RunState::Done,
        mode: PullMode::Full,
        started_ms: hand.now_ms,
        connector: integration.connector.clone(),
        configuration: String::new(),
        receipt: None,
    })?;
    let parting = Parting { tenant, id, run: run.id, now_ms: hand.now_ms };
    parting.each(|apply, source, link, account| parting.part(apply, accounts, source, link, account))?;
    tenant.apply(|apply| {
        events::remove_empty_groups(apply, Some(run.id), hand.now_ms)?;
        apply.clear_reviews(id)?;
        match accounts {
            OnDisconnect::Remove => {
                let disconnected_ms = Some(hand.now_ms);
                apply.save_integration(&Integration { disconnected_ms, checkpoints: None, ..integration })
            }
            OnDisconnect::Keep | OnDisconnect::Deactivate => apply.remove_integration(id),
        }
    })?;
    Ok(run)
}

/// Removes the accounts of a disconnected source whose days are over. Gives how
/// many were removed, and how many wait.
pub fn finish_removal(
    store: &Store,
    tenant: &TenantStore,
    id: &IntegrationId,
    hand: &Hand<'_>,
) -> Result<(u64, u64), HandError> {
    let prospect = prospect(tenant, id)?;
    if prospect.removing.is_none() {
        return Ok((0, 0));
    }
    note(store, tenant, hand, "removal-finished", json!({"integration": id}))?;
    let days = i64::from(prospect.remove_after_days) * DAY_MS;
    let (mut removed, mut waiting) = (0, 0);
    let parting = Parting { tenant, id, run: RunId(0), now_ms: hand.now_ms };
    parting.each(|apply, source, link, account| {
        let since = link.leaving.as_ref().and_then(|leaving| leaving.deactivated_ms);
        if since.is_none_or(|since| since + days > hand.now_ms) || account.protected {
            waiting += 1;
            return Ok(());
        }
        removed += 1;
        apply.remove_account(account)?;
        apply.remove_link(id, source);
        parting.emit(apply, EventKind::Removed, account)
    })?;
    tenant.apply(|apply| {
        events::remove_empty_groups(apply, None, hand.now_ms)?;
        if waiting == 0 { apply.remove_integration(id) } else { Ok(()) }
    })?;
    Ok((removed, waiting))
}

struct Parting<'a> {
    tenant: &'a TenantStore,
    id: &'a IntegrationId,
    run: RunId,
    now_ms: i64,
}

impl Parting<'_> {
    /// Every link with its account, in transactions of bounded size. Killed in
    /// between, the same act goes on with those that are left.
    fn each(
        &self,
        mut act: impl FnMut(&mut Apply<'_>, &SourceId, &Link, &Account) -> Result<(), StoreError>,
    ) -> Result<(), HandError> {
        let mut links = Vec::new();
        self.tenant.each_link(self.id, |source, link| {
            links.push((source, link));
            Ok(())
        })?;
        for some in links.chunks(TRANSACTION_ACCOUNTS) {
            let accounts = some.iter().map(|(_, link)| find(self.tenant, link.account));
            let accounts = accounts.collect::<Result<Vec<_>, _>>()?;
            self.tenant.apply(|apply| {
                let mut each = some.iter().zip(&accounts);
                each.try_for_each(|((source, link), account)| act(apply, source, link, account))
            })?;
        }
        Ok(())
    }

    fn part(
        &self,
        apply: &mut Apply<'_>,
        accounts: OnDisconnect,
        source: &SourceId,
        link: &Link,
        before: &Account,
    ) -> Result<(), StoreError> {
        let owner = Owner { integration: self.id.clone(), source_id: source.clone() };
        let leads = before.owner.as_ref() == Some(&owner);
        // Whoever another source completes has it from now on.
        let mut after = released(before, &owner, self.now_ms);
        let goes = leads && after.owner.is_none() && !before.protected && accounts != OnDisconnect::Keep;
        let loses_access = goes && before.status == AccountStatus::Active;
        if goes {
            after.status = AccountStatus::Deactivated;
        }
        if goes && accounts == OnDisconnect::Remove {
            after.owner.clone_from(&before.owner);
            let since = link.leaving.as_ref().and_then(|leaving| leaving.deactivated_ms);
            let leaving = Leaving {
                deactivated_ms: Some(since.unwrap_or(self.now_ms)),
                ..Leaving::begin(Situation::Missing, self.now_ms)
            };
            apply.put_link(self.id, source, &Link { leaving: Some(leaving), ..link.clone() })?;
        } else {
            apply.remove_link(self.id, source);
        }
        apply.change_account(before, &after)?;
        let kind = if loses_access { EventKind::Deactivated } else { EventKind::Unlinked };
        self.emit(apply, kind, before)
    }

    fn emit(&self, apply: &mut Apply<'_>, kind: EventKind, account: &Account) -> Result<(), StoreError> {
        let run = (self.run.0 > 0).then_some(self.run);
        events::of_account(apply, run, kind, account.id, Vec::new(), self.now_ms)
    }
}
