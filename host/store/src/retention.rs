//! Retention: what is old enough is deleted. Runs and events of a tenant share
//! their tables, so that of several integrations the shortest time counts.

use std::collections::BTreeMap;

use redb::{ReadableDatabase, ReadableTable, WriteTransaction};
use rollcall_model::{Event, IntegrationId, Run, RunId};

use crate::events::EVENTS;
use crate::runs::RUNS;
use crate::{StoreError, TenantStore, decode, rewrite, staging};

/// A file of which so many percent hold nothing any more is written anew. One
/// that is filled in no order is a third empty by the nature of its trees.
const FREE_PERCENT: u64 = 50;

/// What was deleted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Retained {
    pub runs: u64,
    pub events: u64,
}

impl TenantStore {
    /// Deletes runs begun, and events written, before these instants. Not the
    /// newest run of an integration, which says where that stands, and none that
    /// is under way or waits. Every event counts: none waits to be delivered
    /// yet, and one that does will have to be kept.
    pub fn retain(&self, before_runs_ms: i64, before_events_ms: i64) -> Result<Retained, StoreError> {
        let runs = self.old_runs(before_runs_ms)?;
        let events = self.old_events(before_events_ms)?;
        let retained = Retained { runs: runs.len() as u64, events: events.map_or(0, |(_, count)| count) };
        if retained == Retained::default() {
            return Ok(retained);
        }
        let tx = self.database.begin_write()?;
        for run in runs {
            tx.open_table(RUNS)?.remove(run.0)?;
            staging::forget(&tx, run)?;
        }
        if let Some((last, _)) = events {
            tx.open_table(EVENTS)?.retain_in(..=last, |_, _| false)?;
        }
        if is_hollow(&tx)? {
            rewrite::mark(&tx)?;
        }
        tx.commit()?;
        Ok(retained)
    }

    /// They lie in the order in which they were begun, so that the first that is
    /// young ends the search.
    fn old_runs(&self, before_ms: i64) -> Result<Vec<RunId>, StoreError> {
        let table = self.database.begin_read()?.open_table(RUNS)?;
        let mut old = Vec::new();
        for row in table.iter()? {
            let run: Run = decode("run", row?.1.value())?;
            if run.started_ms >= before_ms {
                break;
            }
            if !run.state.is_open() {
                old.push(run);
            }
        }
        // Seldom more than one.
        let mut newest: BTreeMap<&IntegrationId, RunId> = BTreeMap::new();
        for run in &old {
            if !newest.contains_key(&run.integration) {
                let run_of = self.newest_run(|other| other.integration == run.integration)?;
                newest.extend(run_of.map(|newest| (&run.integration, newest.id)));
            }
        }
        let is_newest = |run: &Run| newest.get(&run.integration) == Some(&run.id);
        Ok(old.iter().filter(|run| !is_newest(run)).map(|run| run.id).collect())
    }

    /// The last of them, and how many. They lie in the order in which they were
    /// written, so that the first that is young ends the search.
    fn old_events(&self, before_ms: i64) -> Result<Option<(u64, u64)>, StoreError> {
        let table = self.database.begin_read()?.open_table(EVENTS)?;
        let mut old = None;
        for (count, row) in (1..).zip(table.iter()?) {
            let (number, bytes) = row?;
            if decode::<Event>("event", bytes.value())?.at_ms >= before_ms {
                break;
            }
            old = Some((number.value(), count));
        }
        Ok(old)
    }
}

fn is_hollow(tx: &WriteTransaction) -> Result<bool, StoreError> {
    let stats = tx.stats()?;
    let full = stats.stored_bytes() + stats.metadata_bytes();
    let free = stats.fragmented_bytes();
    Ok(free * 100 > (full + free) * FREE_PERCENT)
}

#[cfg(test)]
mod tests {
    use rollcall_model::{AccountId, EventKind, PullMode, RunState};

    use super::*;
    use crate::{MasterKey, Store};

    fn open(directory: &std::path::Path) -> (Store, TenantStore) {
        let store = Store::open(directory, MasterKey::from_bytes([1; 32])).expect("opens");
        let tenant = store.tenant(&"acme".into()).expect("opens");
        (store, tenant)
    }

    fn run(tenant: &TenantStore, integration: &str, state: RunState, started_ms: i64) -> RunId {
        let open = |id| Run {
            id,
            act: rollcall_model::Act::Sync,
            integration: integration.into(),
            state,
            mode: PullMode::Full,
            started_ms,
            connector: String::new(),
            configuration: String::new(),
            receipt: None,
        };
        let id = tenant.open_run(open).expect("opens").id;
        tenant.staging().put_batch(id, 0, &"staged").expect("stages");
        id
    }

    #[test]
    fn old_runs_go_but_the_newest_of_each_integration_and_those_under_way() {
        let directory = tempfile::tempdir().expect("a directory");
        let (_store, tenant) = open(directory.path());
        let held = || RunState::Held { reason: String::new() };
        let old = run(&tenant, "hr", RunState::Done, 1);
        let kept = [
            run(&tenant, "hr", held(), 1),
            run(&tenant, "hr", RunState::Reading, 1),
            run(&tenant, "hr", RunState::Applying { applied: 1 }, 1),
            // Begun at that very instant.
            run(&tenant, "hr", RunState::Done, 10),
            run(&tenant, "hr", RunState::Done, 11),
            run(&tenant, "newest", RunState::Done, 1),
        ];
        assert_eq!(tenant.retain(10, 10).expect("retains"), Retained { runs: 1, events: 0 });
        assert_eq!(tenant.runs().expect("reads").iter().map(|run| run.id).collect::<Vec<_>>(), kept);
        let staged = |run| tenant.staging().batch::<String>(run, 0).expect("reads").is_some();
        assert!(!staged(old));
        assert!(kept.into_iter().all(staged));
        assert_eq!(tenant.retain(10, 10).expect("retains"), Retained::default());
    }

    #[test]
    fn old_events_go_and_the_file_is_written_anew_once_it_is_hollow() {
        let directory = tempfile::tempdir().expect("a directory");
        let (store, tenant) = open(directory.path());
        let marker = |at: i64| format!("changed at {at}");
        tenant
            .apply(|apply| {
                (0..2_000).try_for_each(|at_ms| {
                    let (kind, account, run) = (EventKind::Updated, AccountId(1), RunId(1));
                    let (account, run) = (Some(account), Some(run));
                    apply.emit(&Event {
                        kind,
                        account,
                        group: None,
                        run,
                        at_ms,
                        changed: vec![marker(at_ms)],
                    })
                })
            })
            .expect("applies");
        let bytes_hold = |text: &str| {
            let bytes = std::fs::read(directory.path().join("tenants/acme.redb")).expect("reads");
            bytes.windows(text.len()).any(|part| part == text.as_bytes())
        };
        assert_eq!(tenant.retain(0, 1_990).expect("retains"), Retained { runs: 0, events: 1_990 });
        let left: Vec<_> = tenant.events(0, 100).expect("reads").into_iter().map(|(at, _)| at).collect();
        assert_eq!(left, (1_991..=2_000).collect::<Vec<_>>());
        assert!(bytes_hold(&marker(1_000)));
        store.close(tenant).expect("closes");
        assert!(!bytes_hold(&marker(1_000)));
        assert!(bytes_hold(&marker(1_995)));
    }
}
