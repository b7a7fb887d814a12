//! Guests that try to use up the host. Each ends with the right blame, and its
//! neighbours notice nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use rollcall_grants::Response;
use rollcall_model::Failure;
use rollcall_sandbox::{Call, Called, Limits, LogLevel, LogSink, Metering, WorkerPage};

use crate::guest::{Answers, Silence, call, call_to, guest, host, host_with};

const FOREVER: &str = "(loop $again (br $again))";

async fn pull(extra: &str, body: &str, call: Call) -> Called<WorkerPage> {
    let host = host();
    guest(&host, extra, body).await.pull_workers(call).await
}

async fn failure(extra: &str, body: &str, call: Call) -> Failure {
    pull(extra, body, call).await.result.unwrap_err()
}

fn short() -> Limits {
    Limits { cpu: Duration::from_millis(200), wall: Duration::from_secs(20), ..Limits::COMPILED }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_good_guest_answers_with_an_empty_page() {
    let called = pull("", "", call()).await;
    assert_eq!(called.result, Ok(WorkerPage::default()));
    assert_eq!(called.usage.peak_memory, 2 * 64 * 1024);
    assert_eq!(called.usage.fuel, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endless_loop_is_stopped_by_its_cpu_time() {
    let called = pull("", FOREVER, Call { limits: short(), ..call() }).await;
    assert_eq!(called.result, Err(Failure::Stopped { detail: "it computed for more than 0.2 s".into() }));
    assert!(called.usage.cpu_ticks >= 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endless_loop_is_stopped_by_the_clock() {
    let limits = Limits { wall: Duration::from_millis(150), ..Limits::COMPILED };
    let failure = failure("", FOREVER, Call { limits, ..call() }).await;
    assert_eq!(failure, Failure::Stopped { detail: "it took more than 0.15 s".into() });
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endless_loop_in_the_start_function_is_stopped() {
    let extra = format!("(func $boot {FOREVER}) (start $boot)");
    let failure = failure(&extra, "", Call { limits: short(), ..call() }).await;
    assert!(matches!(failure, Failure::Stopped { .. }), "{failure:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_for_a_silent_network_is_stopped() {
    let limits = Limits { wall: Duration::from_millis(100), ..Limits::COMPILED };
    let body = "(call $fetch (i32.const 2048) (i32.const 4096))";
    let failure = failure("", body, Call { limits, ..call_to(Silence) }).await;
    assert_eq!(failure, Failure::Stopped { detail: "it took more than 0.1 s".into() });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_memory_bomb_meets_its_limit() {
    let body =
        "(loop $again (br_if $again (i32.ne (memory.grow (i32.const 64)) (i32.const -1)))) unreachable";
    let called = pull("", body, call()).await;
    assert_eq!(called.result, Err(Failure::Budget { detail: "64 MiB of memory".into() }));
    let limit = Limits::COMPILED.memory as u64;
    assert!(called.usage.peak_memory <= limit && called.usage.peak_memory > limit / 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_may_survive_a_refused_growth() {
    let called = pull("", "(drop (memory.grow (i32.const 4096)))", call()).await;
    assert!(called.result.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_bomb_meets_its_limit() {
    let extra = "(table $t 1 funcref)";
    let body =
        "(if (i32.eq (table.grow $t (ref.null func) (i32.const 30000)) (i32.const -1)) (then unreachable))";
    assert_eq!(failure(extra, body, call()).await, Failure::Budget { detail: "table elements".into() });
}

#[tokio::test(flavor = "multi_thread")]
async fn deep_recursion_is_a_crash() {
    let failure = failure("(func $deep call $deep call $deep)", "call $deep", call()).await;
    assert!(matches!(&failure, Failure::Crashed { detail } if detail.contains("stack")), "{failure:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trap_is_a_crash() {
    let failure = failure("", "unreachable", call()).await;
    assert!(matches!(&failure, Failure::Crashed { detail } if detail.contains("unreachable")), "{failure:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pointer_out_of_memory_breaks_the_contract() {
    let failure = failure("", "(return (i32.const 0x7ffffff0))", call()).await;
    assert!(matches!(failure, Failure::Contract { .. }), "{failure:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_claims_a_billion_records_allocates_nothing() {
    // Ok, then a list at 0 with 2^30 elements.
    let extra = r#"(data (i32.const 32768) "\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\40")"#;
    let failure = failure(extra, "(return (i32.const 32768))", call()).await;
    assert!(matches!(failure, Failure::Contract { .. } | Failure::Budget { .. }), "{failure:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_handed_over_at_once_is_bounded() {
    let emit = async |bytes: u32| {
        let body = format!(
            "(drop (memory.grow (i32.const 600))) (call $emit (i32.const 1) (i32.const 131072) (i32.const {bytes}))"
        );
        pull("", &body, call()).await.result
    };
    assert_eq!(emit(31 << 20).await, Ok(WorkerPage::default()));
    let detail = "32 MiB handed over at once".to_owned();
    assert_eq!(emit(33 << 20).await, Err(Failure::Budget { detail }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_of_many_words_is_cut() {
    // Err, `auth-failed`, 4 KiB of zeros.
    let extra = r#"(data (i32.const 32768) "\01\00\00\00\00\00\00\00\00\00\00\00\00\a0\00\00\00\10\00\00")"#;
    let failure = failure(extra, "(return (i32.const 32768))", call()).await;
    let Failure::AuthFailed { detail } = failure else { panic!("{failure:?}") };
    assert_eq!(detail.len(), 2048 * "\\u{0}".len() + " [cut]".len());
}

#[derive(Default)]
struct Lines(AtomicUsize, AtomicUsize);

impl LogSink for Lines {
    fn line(&self, _level: LogLevel, message: &str) {
        self.0.fetch_add(1, Relaxed);
        self.1.fetch_max(message.len(), Relaxed);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_million_log_lines_are_500() {
    let body = r#"(local $left i32) (local.set $left (i32.const 1000000))
        (loop $again
            (call $emit (i32.const 1) (i32.const 2048) (i32.const 6000))
            (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))"#;
    let lines = Arc::new(Lines::default());
    let limits = Limits { cpu: Duration::from_secs(60), ..Limits::COMPILED };
    let called = pull("", body, Call { log: lines.clone(), limits, ..call() }).await;
    assert!(called.result.is_ok());
    assert_eq!(called.usage.log_lines, 500);
    assert_eq!(called.usage.log_dropped, 999_500);
    assert_eq!(lines.0.load(Relaxed), 500);
    // 4 KiB of control characters, each escaped, and the mark.
    assert_eq!(lines.1.load(Relaxed), 4096 * "\\u{0}".len() + " [cut]".len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_of_the_host_is_contained() {
    let network = Answers(|_| -> Result<Response, _> { panic!("a bug of ours") });
    let host = host();
    let body = "(call $fetch (i32.const 2048) (i32.const 4096))";
    let connector = guest(&host, "", body).await;
    let called = connector.pull_workers(call_to(network)).await;
    assert!(matches!(called.result, Err(Failure::Host { .. })), "{called:?}");
    assert_eq!(called.usage.fetches, 1);
    // The same connector goes on working.
    assert!(connector.pull_groups(call()).await.result.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_call_ends_and_frees_its_place() {
    let host = host_with(|options| options.pool.calls = 1);
    let connector = guest(&host, "", FOREVER).await;
    let waiting = guest(&host, "", "(call $fetch (i32.const 2048) (i32.const 4096))").await;
    for _ in 0..3 {
        let dropped = tokio::time::timeout(Duration::from_millis(50), connector.pull_workers(call())).await;
        assert!(dropped.is_err());
        let dropped =
            tokio::time::timeout(Duration::from_millis(50), waiting.pull_workers(call_to(Silence))).await;
        assert!(dropped.is_err());
    }
    let started = Instant::now();
    let called = connector.pull_groups(call()).await;
    assert!(called.result.is_ok(), "{called:?}");
    assert!(started.elapsed() < Duration::from_secs(1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_neighbour_gets_its_turn() {
    let host = host();
    let busy = guest(&host, "", FOREVER).await;
    let good = guest(&host, "", "").await;
    let limits = Limits { cpu: Duration::from_secs(2), ..Limits::COMPILED };
    // One worker thread: only because the busy guest yields can the other run.
    let spinning = tokio::spawn(async move { busy.pull_workers(Call { limits, ..call() }).await });
    tokio::task::yield_now().await;
    let started = Instant::now();
    for _ in 0..10 {
        assert!(good.pull_workers(call()).await.result.is_ok());
    }
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    assert!(matches!(spinning.await.unwrap().result, Err(Failure::Stopped { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_survives_from_one_call_to_the_next() {
    // Traps if the memory was written to before; then writes to it.
    let body =
        "(if (i32.load (i32.const 32000)) (then unreachable)) (i32.store (i32.const 32000) (i32.const 1))";
    let host = host_with(|options| options.pool.calls = 1);
    let connector = guest(&host, "", body).await;
    for _ in 0..3 {
        assert!(connector.pull_workers(call()).await.result.is_ok());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn more_calls_than_places_wait() {
    let host = host_with(|options| options.pool.calls = 2);
    let connector = guest(&host, "", "").await;
    let calls = (0..20).map(|_| {
        let connector = connector.clone();
        tokio::spawn(async move { connector.pull_workers(call()).await })
    });
    for called in calls.collect::<Vec<_>>() {
        assert!(called.await.unwrap().result.is_ok());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fuel_is_the_same_every_time() {
    let host = host_with(|options| options.metering = Metering::Fuel);
    let body = r#"(local $left i32) (local.set $left (i32.const 1000))
        (loop $again (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))"#;
    let connector = guest(&host, "", body).await;
    let first = connector.pull_workers(call()).await.usage.fuel;
    assert!(first.is_some_and(|fuel| fuel > 1_000 && fuel < 100_000), "{first:?}");
    assert_eq!(connector.pull_workers(call()).await.usage.fuel, first);
}
