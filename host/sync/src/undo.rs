//! Giving back the access that a run took away (rule 6), until the account is
//! removed.

use rollcall_model::{Account, AccountId, AccountStatus, EventKind, Leaving, Link, RunId};
use rollcall_pipeline::DAY_MS;
use rollcall_store::{Store, StoreError, TenantStore};
use serde_json::json;

use crate::by_hand::{Hand, HandError, links_of, note};
use crate::events;

/// Days for which an undo holds the next step, so that there is time to mend what
/// the run went by: the filter, the source, the policies.
pub const UNDO_DAYS: u16 = 7;

/// Events that are read at once.
const EVENTS: usize = 10_000;

/// What came of an undo.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Undone {
    /// Accounts that have access again.
    pub restored: Vec<AccountId>,
    /// Those that had it already.
    pub active: u64,
    /// Those that were removed since.
    pub gone: u64,
}

/// Undoes what `run` took away.
pub fn undo(store: &Store, tenant: &TenantStore, run: RunId, hand: &Hand<'_>) -> Result<Undone, HandError> {
    let mut undone = Undone::default();
    let mut back = Vec::new();
    for id in deactivated_by(tenant, run)? {
        match tenant.account(id)? {
            None => undone.gone += 1,
            Some(account) if account.status == AccountStatus::Active => undone.active += 1,
            Some(account) => back.push(account),
        }
    }
    if back.is_empty() {
        return Ok(undone);
    }
    let detail = json!({"run": run.to_string(), "accounts": back.len()});
    note(store, tenant, hand, "run-undone", detail)?;
    let kept_until = hand.now_ms.saturating_add(i64::from(UNDO_DAYS) * DAY_MS);
    let mut integrations = Vec::new();
    for some in back.chunks(1_000) {
        let links = some.iter().map(|account| links_of(tenant, account)).collect::<Result<Vec<_>, _>>()?;
        tenant.apply(|apply| {
            for (before, links) in some.iter().zip(links) {
                let status = AccountStatus::Active;
                let after = Account { status, updated_ms: hand.now_ms, ..before.clone() };
                apply.change_account(before, &after)?;
                for (integration, source, link) in links {
                    // On the way out as before, with access until then.
                    let leaving = link.leaving.as_ref().map(|leaving| Leaving {
                        kept_until_ms: Some(kept_until),
                        ..Leaving::begin(leaving.situation, hand.now_ms)
                    });
                    apply.put_link(&integration, &source, &Link { leaving, ..link })?;
                    if !integrations.contains(&integration) {
                        integrations.push(integration);
                    }
                }
                events::of_account(apply, None, EventKind::Reactivated, before.id, Vec::new(), hand.now_ms)?;
            }
            Ok(())
        })?;
    }
    undone.restored = back.iter().map(|account| account.id).collect();
    for integration in integrations {
        tenant.forget_checkpoints(&integration)?;
    }
    Ok(undone)
}

fn deactivated_by(tenant: &TenantStore, run: RunId) -> Result<Vec<AccountId>, StoreError> {
    let mut found = Vec::new();
    let mut from = 0;
    loop {
        let events = tenant.events(from, EVENTS)?;
        let Some((last, _)) = events.last() else { return Ok(found) };
        from = last + 1;
        let of_run =
            events.iter().filter(|(_, event)| event.run == Some(run) && event.kind == EventKind::Deactivated);
        found.extend(of_run.filter_map(|(_, event)| event.account));
    }
}
