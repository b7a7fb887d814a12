//! Tests of connectors, without a sandbox and without a network: a [`Provider`]
//! is a provider in memory, which answers the requests it was told of and nothing
//! else. Whole conversations are played by `rollcall connector test`.

mod provider;

pub use provider::{Exchange, Provider, get, link, post};

pub use crate::log::take as take_log;
