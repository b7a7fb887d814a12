//! The providers that the stub plays.

pub mod bamboohr;
pub mod factorial;
pub mod google;
pub mod graph;
pub mod hibob;
pub mod hrworks;
pub mod okta;
pub mod onelogin;
pub mod personio;
pub mod scim;
pub mod sesame;
pub mod successfactors;
pub mod workday;

use crate::interface::Interface;

pub const ALL: &[&Interface] = &[
    &bamboohr::INTERFACE,
    &factorial::INTERFACE,
    &google::INTERFACE,
    &graph::INTERFACE,
    &hibob::INTERFACE,
    &hrworks::INTERFACE,
    &okta::INTERFACE,
    &onelogin::INTERFACE,
    &onelogin::FIRST,
    &personio::v1::INTERFACE,
    &personio::v2::INTERFACE,
    &scim::INTERFACE,
    &sesame::INTERFACE,
    &successfactors::CENTRAL,
    &successfactors::ACCOUNTS,
    &workday::report::INTERFACE,
    &workday::soap::INTERFACE,
];
