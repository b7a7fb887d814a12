//! The conversations of the provider sheet, and what the connector makes of them.

use connector_scim::Scim;
use rollcall_sdk::testing;

#[test]
fn cassettes() {
    testing::run_cases::<Scim>(env!("CARGO_MANIFEST_DIR"));
}
