//! The conversations of the suite, and what this connector makes of them.

use contract_rust::Contract;
use rollcall_sdk::testing;

#[test]
fn cassettes() {
    testing::run_cases::<Contract>(env!("CARGO_MANIFEST_DIR"));
}
