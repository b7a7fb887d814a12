//! Tests of connectors, without a sandbox and without a network: a [`Provider`]
//! is a provider in memory, which answers the requests it was told of and nothing
//! else, and [`Dropped`] a folder of files. Whole conversations are played by `rollcall connector test`.

mod dropped;
mod provider;

pub use dropped::Dropped;
pub use provider::{Exchange, Provider, get, link, post};

pub use crate::log::take as take_log;
