//! The bench runs. What it measures is no test's business: a machine that is
//! busy with tests has no figures to give.

use std::process::Command;

use rollcall_tests::{command, component};
use serde_json::Value;

#[test]
fn the_bench_measures_a_small_company() {
    let connectors = component("personio");
    let bench = Command::new(env!("CARGO_BIN_EXE_bench"))
        .args(["--quick", "--people", "500", "--rounds", "1", "--format", "json"])
        .arg("--rollcall")
        .arg(command().get_program())
        .arg("--connectors")
        .arg(connectors.parent().expect("a component lies in a directory"))
        .output()
        .expect("the bench starts");
    assert!(bench.status.success(), "{}", String::from_utf8_lossy(&bench.stderr));
    let report: Value = serde_json::from_slice(&bench.stdout).expect("the bench writes JSON");
    let rows = report["rows"].as_array().expect("the report has rows");
    assert!(rows.len() >= 16, "{report:#}");
    assert!(rows.iter().all(|row| row["figure"].is_number()), "{report:#}");
}
