//! Recorded conversations and what the connector makes of them.

#[test]
fn cassettes() {
    rollcall_sdk::testing::run_cases::<connector_personio::Personio>(env!("CARGO_MANIFEST_DIR"));
}
