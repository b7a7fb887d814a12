//! Exchanges on their way to the audit: noted while they happen, written in
//! batches, always before what they led to.

use std::sync::{Arc, Mutex, PoisonError};

use rollcall_egress::{AuditEvent, AuditSink, Exchange, Outcome};
use rollcall_model::TenantId;
use rollcall_store::{AuditEntry, Store, StoreError};
use serde_json::{Value as Json, json};

/// Tells the time, in milliseconds since 1970.
pub type Now = Arc<dyn Fn() -> i64 + Send + Sync>;

/// Entries of one run, waiting to be written.
#[derive(Clone)]
pub struct AuditBuffer {
    tenant: TenantId,
    now: Now,
    entries: Arc<Mutex<Vec<AuditEntry>>>,
}

impl AuditBuffer {
    pub fn new(tenant: TenantId, now: Now) -> Self {
        Self { tenant, now, entries: Arc::default() }
    }

    pub fn note(&self, kind: &str, detail: Json) {
        let entry =
            AuditEntry { at_ms: (self.now)(), tenant: self.tenant.0.clone(), kind: kind.to_owned(), detail };
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).push(entry);
    }

    /// Writes what is waiting.
    pub fn flush(&self, store: &Store) -> Result<(), StoreError> {
        let entries = std::mem::take(&mut *self.entries.lock().unwrap_or_else(PoisonError::into_inner));
        store.append_audit(&entries)
    }
}

impl AuditSink for AuditBuffer {
    fn record(&self, event: AuditEvent) {
        match event {
            AuditEvent::Exchange(exchange) => {
                self.note(kind(&exchange.outcome), told(&exchange));
            }
            AuditEvent::SignIn(exchange) => self.note("sign-in", told(&exchange)),
            AuditEvent::FileRead(read) => self.note(
                "file-read",
                json!({
                    "host": read.host,
                    "pattern": read.pattern,
                    "bytes": read.bytes,
                    "failed": read.failed,
                }),
            ),
            AuditEvent::AddressRefused { host, address, refusal } => self.note(
                "address-refused",
                json!({
                    "host": host,
                    "address": address.map(|address| address.to_string()),
                    "why": refusal.map(|refusal| refusal.to_string()),
                }),
            ),
            AuditEvent::SecretEchoed { alias, path: _, times } => {
                self.note("secret-echoed", json!({"alias": alias, "times": times}));
            }
            AuditEvent::SecretTooShort { setting } => {
                self.note("secret-too-short", json!({"setting": setting}));
            }
        }
    }
}

/// An exchange as it is written down. The path is the grant's, with `*` where a
/// request had an id: a path may name somebody outside the filter, and so may
/// the connector's own words for what it does.
fn told(exchange: &Exchange) -> Json {
    // Of a request that no grant covers, the alias is the connector's text too.
    let alias = if exchange.host.is_empty() { "(not granted)" } else { &exchange.alias };
    let mut told = json!({
        "alias": alias,
        "method": exchange.method.as_str(),
        "host": exchange.host,
        "path": exchange.path,
        "status": exchange.status,
        "bytes": exchange.bytes,
        "milliseconds": exchange.milliseconds,
        "attempts": exchange.attempts,
        "upstream": exchange.via_upstream,
    });
    if let (Outcome::Failed(error), Some(object)) = (&exchange.outcome, told.as_object_mut()) {
        object.insert("failed".to_owned(), kind_of(error).into());
    }
    told
}

/// What the host refused is another matter than what the network did.
fn kind(outcome: &Outcome) -> &'static str {
    use rollcall_grants::FetchError::{Astray, Budget, Denied, SignIn, Timeout, Transport};
    match outcome {
        Outcome::Failed(Denied(_) | Astray(_) | Budget(_)) => "refusal",
        Outcome::Answered | Outcome::Failed(Timeout | Transport(_) | SignIn(_)) => "exchange",
    }
}

/// The kind of failure, without its text: that may quote a guest's request.
fn kind_of(error: &rollcall_grants::FetchError) -> &'static str {
    use rollcall_grants::FetchError::{Astray, Budget, Denied, SignIn, Timeout, Transport};
    match error {
        Denied(_) => "denied",
        Astray(_) => "led-astray",
        Budget(_) => "budget",
        Timeout => "timeout",
        Transport(_) => "transport",
        SignIn(_) => "sign-in",
    }
}
