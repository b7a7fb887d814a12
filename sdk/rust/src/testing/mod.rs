//! Tests of connectors, without a sandbox and without a network: a [`Provider`]
//! is a provider in memory, which answers the requests it was told of and nothing
//! else, and [`Dropped`] a folder of files. Whole conversations are played by
//! `rollcall connector test`.

mod dropped;
mod provider;

pub use dropped::Dropped;
pub use provider::{Exchange, Provider, get, link, post};

pub use crate::log::take as take_log;

use crate::date::Instant;
use crate::{Mode, Nesting, Run};

/// A full read of everything at noon of 15 January 2026 with pages of 100.
fn run() -> Run {
    Run {
        id: "test".into(),
        mode: Mode::Full,
        now_ms: 1_768_478_400_000,
        settings: Vec::new(),
        wanted_attributes: Vec::new(),
        wanted_groups: Vec::new(),
        nesting: Nesting::Direct,
        page_size: 100,
    }
}

/// Enters a setting, in place of what was entered before.
fn enter(run: &mut Run, key: &str, value: &str) {
    run.settings.retain(|(k, _)| k != key);
    run.settings.push((key.to_owned(), value.to_owned()));
}

/// Milliseconds since 1970 of an RFC 3339 instant.
fn millis(instant: &str) -> u64 {
    let instant = Instant::parse(instant).expect("an instant");
    u64::try_from(instant.millis()).expect("an instant after 1970")
}
