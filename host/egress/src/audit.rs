//! What is written down: every exchange and every refusal. Never a query value,
//! a header or a body.

use std::net::IpAddr;

use rollcall_grants::address::AddressRefusal;
use rollcall_grants::{FetchError, Method};

/// Takes the events of one session. Called on the way of every request: cheap,
/// and never waiting.
pub trait AuditSink: Send + Sync {
    fn record(&self, event: AuditEvent);
}

/// Something worth writing down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditEvent {
    /// A guest's request: carried out, failed or refused.
    Exchange(Exchange),
    /// The host signed in for a slot, whose name is in `alias`.
    SignIn(Exchange),
    /// The host read a file for a guest, or the list of a folder.
    FileRead(FileRead),
    /// A host name led to an address that may not be reached. `refusal` is
    /// `None` for a name that is not granted at all.
    AddressRefused { host: String, address: Option<IpAddr>, refusal: Option<AddressRefusal> },
    /// An answer had a credential in it, which was taken out.
    SecretEchoed { alias: String, path: String, times: usize },
    /// A secret is too short to be searched for in answers.
    SecretTooShort { setting: String },
}

/// One request of a guest, or one sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    pub alias: String,
    pub method: Method,
    /// The host as granted; empty when the request was refused before.
    pub host: String,
    /// As granted, `*` where the request has an id; empty when the request was
    /// refused before.
    pub path: String,
    /// Of the last answer.
    pub status: Option<u16>,
    /// Of the last answer's body, decompressed.
    pub bytes: u64,
    /// From the guest's call to the answer, waits included.
    pub milliseconds: u64,
    /// How often it was sent.
    pub attempts: u32,
    /// The guest's words, control characters escaped.
    pub purpose: String,
    pub via_upstream: bool,
    pub outcome: Outcome,
}

/// One file, or one list of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRead {
    /// As granted; empty for a folder of this machine.
    pub host: String,
    /// As the admin entered it: a name may be that of somebody. `None`: the list.
    pub pattern: Option<String>,
    /// As the guest reads it.
    pub bytes: u64,
    /// The kind of failure.
    pub failed: Option<&'static str>,
}

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// With an answer, whatever its status.
    Answered,
    /// Without one.
    Failed(FetchError),
}

/// Writes nothing down.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoAudit;

impl AuditSink for NoAudit {
    fn record(&self, _: AuditEvent) {}
}
