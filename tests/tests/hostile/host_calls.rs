//! Calling the host too often, with too much, and with what is not there.

use rollcall_tests::guests::{self, Watched};

use crate::program::{CPU, Crime, PEAK, ends};
use crate::{Comes, Fails, guests};

guests! {
    fetch_flood: Fails("budget", "connector", "200 requests a call");
    long_log: Fails("budget", "connector", "32 MiB handed over at once");
    invalid_log: Fails("contract", "connector", "utf-8");
    wild_log: Fails("contract", "connector", "out of bounds");
    wrapping_log: Fails("contract", "connector", "out of bounds");
    unknown_level: Fails("contract", "connector", "discriminant");
    million_headers: Fails("budget", "connector", "32 MiB handed over at once");
    many_headers: Fails("budget", "connector", "200 headers or query parameters");
    claimed_headers: Fails("contract", "connector", "out of bounds");
    wild_answer: Fails("contract", "connector", "out of bounds");
    misaligned_answer: Fails("contract", "connector", "aligned");
    wild_realloc: Fails("contract", "connector", "beyond end of memory");
    realloc_misaligned: Fails("contract", "connector", "aligned");
    realloc_same: Comes(0);
    realloc_traps: Fails("crashed", "connector", "unreachable");
    realloc_calls_out: Fails("crashed", "connector", "cannot leave component instance");
    unreachable: Fails("crashed", "connector", "unreachable");
    invented_blame: Fails("contract", "connector", "reports a request that failed, and none did");
}

#[test]
fn a_million_requests() {
    // Each refusal is handed over: always to the same place, or it runs out.
    let flood = guests::own("fetch-flood").replace("(i32.const 999)", "(i32.const 999999)")
        + "(func $realloc (param i32 i32 i32 i32) (result i32) (i32.const 65536))";
    let crime = Crime::of("million-fetches", &guests::with_manifest(&guests::bare(&flood)));
    ends(&crime, Fails("budget", "connector", "200 requests a call"));
    assert_eq!(crime.refusals().len(), 200);
}

#[test]
fn a_flood_of_log_lines_is_500() {
    let crime = Crime::new("log-flood");
    let mut pull = crime.pull();
    pull.env("RUST_LOG", "info").env("NO_COLOR", "1");
    let used = Watched::start(pull).end();
    let ended = used.ended.expect(0);
    assert_eq!(ended.lines().last().expect("a receipt")["complete"], true);
    let lines: Vec<_> = ended.stderr.lines().filter(|line| line.contains("guest=")).collect();
    assert_eq!(lines.len(), 500);
    assert!(lines.iter().all(|line| line.len() < 64 * 1024));
    assert!(!ended.stderr.contains('\0'), "control characters come through");
    assert!(used.peak < PEAK && used.cpu < CPU, "{} MiB, {:?}", used.peak >> 20, used.cpu);
}
