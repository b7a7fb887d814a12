//! Recorded conversations, and what the connector makes of them.

use connector_entra_id::EntraId;
use rollcall_sdk::testing;

#[test]
fn cassettes() {
    testing::run_cases::<EntraId>(env!("CARGO_MANIFEST_DIR"));
}
