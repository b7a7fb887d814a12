//! Tests of connectors, without a sandbox and without a network.
//!
//! A [`Provider`] is a provider in memory: it answers the requests it was told
//! of and nothing else. A [`Case`] is a recorded conversation, with what the
//! connector makes of it.

mod case;
mod cassette;
mod contract;
mod manifest;
mod output;
mod provider;

pub use case::{Case, run_cases};
pub use output::{Output, Step};
pub use provider::{Exchange, Provider, get, link, post};

pub use crate::log::take as take_log;
