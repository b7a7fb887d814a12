//! What is told of accounts and groups, in the transaction that changes them.
//! `run` is none for what somebody did by hand.

use rollcall_model::{AccountId, Event, EventKind, IntegrationId, RunId};
use rollcall_store::{Apply, StoreError};

pub(crate) fn of_account(
    apply: &mut Apply<'_>,
    run: Option<RunId>,
    kind: EventKind,
    account: AccountId,
    changed: Vec<String>,
    at_ms: i64,
) -> Result<(), StoreError> {
    apply.emit(&Event { kind, account: Some(account), group: None, run, at_ms, changed })
}

/// `group`: its integration and key.
pub(crate) fn of_group(
    apply: &mut Apply<'_>,
    run: Option<RunId>,
    kind: EventKind,
    group: (IntegrationId, String),
    at_ms: i64,
) -> Result<(), StoreError> {
    apply.emit(&Event { kind, account: None, group: Some(group), run, at_ms, changed: Vec::new() })
}

/// Groups go with their last member, whoever takes them out.
pub(crate) fn remove_empty_groups(
    apply: &mut Apply<'_>,
    run: Option<RunId>,
    at_ms: i64,
) -> Result<(), StoreError> {
    for group in apply.remove_empty_groups()? {
        of_group(apply, run, EventKind::GroupRemoved, group, at_ms)?;
    }
    Ok(())
}
