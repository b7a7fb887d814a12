//! The providers that the stub plays.

pub mod bamboohr;
pub mod factorial;
pub mod google;
pub mod graph;
pub mod okta;
pub mod onelogin;
pub mod personio;
pub mod scim;
pub mod sesame;
pub mod workday;

use crate::interface::Interface;

pub const ALL: &[&Interface] = &[
    &bamboohr::INTERFACE,
    &factorial::INTERFACE,
    &google::INTERFACE,
    &graph::INTERFACE,
    &okta::INTERFACE,
    &onelogin::INTERFACE,
    &onelogin::FIRST,
    &personio::v1::INTERFACE,
    &personio::v2::INTERFACE,
    &scim::INTERFACE,
    &sesame::INTERFACE,
    &workday::report::INTERFACE,
    &workday::soap::INTERFACE,
];
