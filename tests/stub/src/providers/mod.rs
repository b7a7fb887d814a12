//! The providers that the stub plays.

pub mod factorial;
pub mod google;
pub mod graph;
pub mod personio;
pub mod scim;

use crate::interface::Interface;

pub const ALL: &[&Interface] = &[
    &factorial::INTERFACE,
    &google::INTERFACE,
    &graph::INTERFACE,
    &personio::v1::INTERFACE,
    &personio::v2::INTERFACE,
    &scim::INTERFACE,
];
