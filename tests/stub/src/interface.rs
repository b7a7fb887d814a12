//! What the stub has to know of a provider to play it. Each is a file or a
//! folder in `providers`, and a line in its list.

use axum::response::Response;
use serde_json::Value;

use crate::people::Company;
use crate::server::{Stub, hold};
use crate::tokens::Grant;
use crate::web::Ask;

/// One interface of a provider.
pub struct Interface {
    /// In the control interface, and the owner of its tokens.
    pub name: &'static str,
    /// How the paths of its data begin.
    pub data: &'static str,
    /// How the paths begin where it gives tokens; it may be below `data`.
    pub tokens: &'static str,
    pub token: fn(&Stub, &Ask) -> Response,
    /// What the credential of a request may do; `None`: it is not valid.
    pub admit: fn(&Interface, &Stub, &Ask) -> Option<Grant>,
    pub answer: fn(&Stub, &Ask) -> Response,
    /// An answer that is no success, in the provider's own form.
    pub failure: fn(u16) -> Response,
    /// Another way to say that there were too many requests.
    pub quota: Option<fn() -> Response>,
    pub truth: Truth,
}

/// The plain facts that every reader of a provider should arrive at.
pub struct Truth {
    pub people: fn(&Company) -> Vec<Value>,
    pub groups: fn(&Company) -> Vec<Value>,
    pub memberships: fn(&Company) -> Vec<Value>,
}

/// The token of the header `Authorization`, as far as this provider gave it.
pub fn bearer(interface: &Interface, stub: &Stub, ask: &Ask) -> Option<Grant> {
    let token = ask.credential("bearer")?;
    hold(&stub.tokens).check(interface.name, token)
}
