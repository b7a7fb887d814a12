//! Recorded conversations, and what the connector makes of them.

use connector_google_workspace::GoogleWorkspace;
use rollcall_sdk::testing;

#[test]
fn cassettes() {
    testing::run_cases::<GoogleWorkspace>(env!("CARGO_MANIFEST_DIR"));
}
