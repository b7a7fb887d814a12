//! Policies C1..C22, as an admin meets them on the command line. Each value of a
//! policy that decides about one person alone is tested in the pipeline.

mod by_hand;
mod credential;
mod grouping;
mod leaving;
mod sources;

use rollcall_tests::Scene;

const SALES: &str = "[filter]\ninclude = { attribute = \"department\", equals = \"Sales\" }\n";

fn count(counts: &std::collections::BTreeMap<String, u64>, reaction: &str) -> u64 {
    counts.get(reaction).copied().unwrap_or_default()
}

fn active(scene: &Scene) -> usize {
    scene.accounts().values().filter(|account| account["status"] == "active").count()
}
