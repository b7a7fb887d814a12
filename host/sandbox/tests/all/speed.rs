//! What a call costs beyond the guest's own work. Not a bound for a busy
//! machine: run with `--nocapture` to see the numbers.

use std::time::Instant;

use crate::guest::{call, component, host};

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_cheap() {
    let host = host();
    let bytes = component("", "");
    host.sandbox.load(&bytes).await.unwrap();
    let started = Instant::now();
    let connector = host.sandbox.load(&bytes).await.unwrap();
    eprintln!("load from the cache: {:?}", started.elapsed());
    let mut times: Vec<_> = Vec::new();
    for _ in 0..500 {
        let started = Instant::now();
        connector.pull_workers(call()).await.result.unwrap();
        times.push(started.elapsed());
    }
    times.sort();
    eprintln!("call: median {:?}, p90 {:?}", times[250], times[450]);
    assert!(times[250].as_millis() < 5, "{:?}", times[250]);
}
