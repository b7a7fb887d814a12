//! Erasing one person: every record about them, in one transaction, with the
//! mark that has the file written anew.

use rollcall_model::{AccountId, Event, IntegrationId, Review, Run, RunId, RunState, SourceId};
use serde::Serialize;

use crate::{Apply, StoreError, TenantStore, decode, rewrite};

/// Whom, and what names them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Erasure {
    /// None: they were read, and have no account.
    pub account: Option<AccountId>,
    pub sources: Vec<(IntegrationId, SourceId)>,
    /// Runs whose people read, or whose plan, name them. They are given up.
    pub runs: Vec<RunId>,
}

/// How much there is of a tenant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct TenantCounts {
    pub accounts: u64,
    pub links: u64,
    pub events: u64,
    pub runs: u64,
    pub secrets: u64,
}

impl TenantStore {
    /// All of it or nothing. The bytes are gone from the disk when the tenant
    /// was closed ([`crate::Store::close`]), or else opened once more.
    pub fn erase(&self, erasure: &Erasure) -> Result<(), StoreError> {
        let record = erasure.account.map(|id| self.account(id)).transpose()?.flatten();
        let links = erasure.account.map(|id| self.links_of(id)).transpose()?.unwrap_or_default();
        let runs = erasure.runs.iter().map(|run| self.given_up(*run)).collect::<Result<Vec<_>, _>>()?;
        self.apply(|apply| {
            if let Some(account) = &record {
                apply.remove_account(account)?;
                apply.remove_empty_groups()?;
            }
            if let Some(account) = erasure.account {
                forget_events(apply, account)?;
                forget_cases(apply, account)?;
            }
            for link in &links {
                apply.remove_link(&link.integration, &link.source_id);
            }
            for (integration, source) in &erasure.sources {
                apply.remove_link(integration, source);
                apply.put_review(integration, source, None)?;
                apply.remove_exclusion(integration, source)?;
            }
            for run in &runs {
                apply.save_run(run)?;
                apply.remove_approval(&run.integration)?;
            }
            // Of the runs given up, and whatever was left lying.
            apply.clear_staging(RunId(u64::MAX))?;
            rewrite::mark(apply.tx)
        })
    }

    fn given_up(&self, id: RunId) -> Result<Run, StoreError> {
        let run = self.run(id)?.ok_or_else(|| StoreError::Unknown { what: "run", id: id.to_string() })?;
        Ok(Run { state: RunState::Superseded, ..run })
    }
}

fn forget_events(apply: &mut Apply<'_>, account: AccountId) -> Result<(), StoreError> {
    let mut failed = None;
    apply.events.retain(|_, bytes| {
        let event = decode::<Event>("event", bytes);
        event.map_or_else(
            |error| {
                failed = Some(error);
                true
            },
            |event| event.account != Some(account),
        )
    })?;
    failed.map_or(Ok(()), Err)
}

/// Cases of others that show the account: the next read of everybody finds them
/// anew.
fn forget_cases(apply: &mut Apply<'_>, account: AccountId) -> Result<(), StoreError> {
    let mut failed = None;
    apply.reviews.retain(|_, bytes| {
        let review = decode::<Review>("review", bytes);
        review.map_or_else(
            |error| {
                failed = Some(error);
                true
            },
            |review| review.candidates.iter().all(|candidate| candidate.account != account),
        )
    })?;
    failed.map_or(Ok(()), Err)
}

#[cfg(test)]
mod tests {
    use rollcall_model::{
        Account, Approval, EventKind, Fingerprint, Leaving, Link, PlanHash, PullMode, Situation, Value,
    };

    use super::*;
    use crate::{MasterKey, Store};

    fn open(directory: &std::path::Path) -> (Store, TenantStore) {
        let store = Store::open(directory, MasterKey::from_bytes([1; 32])).expect("opens");
        let tenant = store.tenant(&"acme".into()).expect("opens");
        (store, tenant)
    }

    /// An account with a link, on the way out, a key and an event.
    fn add(tenant: &TenantStore, name: &str) -> AccountId {
        let add = |apply: &mut Apply<'_>| {
            let id = apply.new_account_id();
            let attributes: rollcall_model::Attributes =
                [("email".to_owned(), Value::Text(format!("{name}@example.com")))].into();
            let account = Account::new(id, attributes, None, 1);
            apply.create_account(&account, |name| account.attributes.get(name).and_then(Value::as_text))?;
            let leaving = Some(Leaving::begin(Situation::Missing, 1));
            let link = Link { account: id, fingerprint: Fingerprint(7), leaving, confirmed: false };
            apply.put_link(&"hr".into(), &format!("source-{name}").as_str().into(), &link)?;
            let (kind, account, run) = (EventKind::Created, Some(id), Some(RunId(1)));
            apply.emit(&Event { kind, account, group: None, run, at_ms: 1, changed: vec![] })?;
            Ok(id)
        };
        tenant.apply(add).expect("applies")
    }

    fn held(tenant: &TenantStore, integration: &str, staged: &str) -> RunId {
        let open = |id| Run {
            id,
            integration: integration.into(),
            act: rollcall_model::Act::Sync,
            state: RunState::Held { reason: String::new() },
            mode: PullMode::Full,
            started_ms: 1,
            connector: String::new(),
            configuration: String::new(),
            receipt: None,
        };
        let run = tenant.open_run(open).expect("opens").id;
        tenant.staging().put_batch(run, 0, &staged).expect("stages");
        let (by, reason) = ("Ada".to_owned(), "spin-off".to_owned());
        let plan = PlanHash([1; 32]);
        let approval = Approval { plan, by, reason, approved_ms: 1, expires_ms: 2 };
        tenant.put_approval(&integration.into(), &approval).expect("approves");
        run
    }

    fn bytes_hold(directory: &std::path::Path, text: &str) -> bool {
        let bytes = std::fs::read(directory.join("tenants/acme.redb")).expect("reads");
        bytes.windows(text.len()).any(|part| part == text.as_bytes())
    }

    #[test]
    fn r139_one_person_is_erased_and_their_neighbour_is_not() {
        let directory = tempfile::tempdir().expect("a directory");
        let (store, tenant) = open(directory.path());
        tenant.index_keys(["email"].into_iter()).expect("indexes");
        let (ada, grace) = (add(&tenant, "ada"), add(&tenant, "grace"));
        let (with, without) =
            (held(&tenant, "hr", "ada is staged"), held(&tenant, "other", "grace is staged"));
        tenant
            .erase(&Erasure {
                account: Some(ada),
                sources: vec![("hr".into(), "x".into())],
                runs: vec![with],
            })
            .expect("erases");
        let hr = "hr".into();
        assert_eq!(tenant.account(ada).expect("reads"), None);
        assert_eq!(tenant.count_links(&hr).expect("counts"), 1);
        assert_eq!(tenant.leaving(&hr).expect("reads"), ["source-grace".into()]);
        assert_eq!(tenant.events_of(ada).expect("reads"), []);
        assert_eq!(tenant.keys_of(ada).expect("reads"), []);
        assert_eq!(tenant.run(with).expect("reads").expect("is there").state, RunState::Superseded);
        assert_eq!(tenant.approval(&hr).expect("reads"), None);
        assert_eq!(tenant.staging().batch::<String>(with, 0).expect("reads"), None);
        // Whoever else is there stays.
        assert_eq!(tenant.events_of(grace).expect("reads").len(), 1);
        assert_eq!(tenant.keys_of(grace).expect("reads").len(), 1);
        assert!(tenant.approval(&"other".into()).expect("reads").is_some());
        let kept = tenant.staging().batch::<String>(without, 0).expect("reads");
        assert_eq!(kept.as_deref(), Some("grace is staged"));

        // Freed pages have their bytes until the file is written anew.
        assert!(bytes_hold(directory.path(), "ada@example.com"));
        store.close(tenant).expect("closes");
        for text in ["ada@example.com", "source-ada", "ada is staged"] {
            assert!(!bytes_hold(directory.path(), text), "{text} is in the file");
        }
        assert!(bytes_hold(directory.path(), "grace@example.com"));
    }

    /// A table that is added needs a word here: whether it names people, and if
    /// it does, a part in the export and in the erasure.
    #[test]
    fn r139_every_table_is_thought_of() {
        use redb::{ReadableDatabase, TableHandle};
        let directory = tempfile::tempdir().expect("a directory");
        let (_store, tenant) = open(directory.path());
        let tx = tenant.database.begin_read().expect("begins");
        let mut tables: Vec<_> =
            tx.list_tables().expect("lists").map(|table| table.name().to_owned()).collect();
        let of_people = [
            "accounts",
            "local_accounts",
            "keys",
            "links",
            "leaving",
            "managers",
            "events",
            "reviews",
            "excluded",
        ];
        let of_runs = ["runs", "staged_batches", "plan_chunks", "plans", "approvals"];
        let of_nobody = ["counters", "integrations", "indexed", "groups", "secrets", "meta"];
        let mut known = [&of_people[..], &of_runs, &of_nobody].concat();
        tables.sort_unstable();
        known.sort_unstable();
        assert_eq!(tables, known);
    }

    /// A process that is killed after the transaction and before the new file.
    #[test]
    fn r139_the_next_to_open_the_tenant_finishes_an_erasure() {
        let directory = tempfile::tempdir().expect("a directory");
        let (store, tenant) = open(directory.path());
        let account = Some(add(&tenant, "ada"));
        tenant.erase(&Erasure { account, ..Erasure::default() }).expect("erases");
        assert!(rewrite::is_marked(&tenant.database).expect("reads"), "the file is not written anew yet");
        drop((store, tenant));
        drop(open(directory.path()));
        assert!(!bytes_hold(directory.path(), "ada@example.com"));
    }
}
