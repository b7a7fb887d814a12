//! A page of people as any bytes in a guest's memory: lifted by the engine,
//! converted, and held against the laws of the sandbox.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use rollcall_grants::{FetchError, Fetching, Network, Outside, Request, Response};
use rollcall_model::{Blame, Failure, Worker};
use rollcall_sandbox::{
    Call, Compile, Connector, Limits, Metering, Nesting, NoLog, PoolSize, PullMode, RunInput, Sandbox,
    SandboxOptions, Wasi, WorkerPage,
};
use rollcall_store::{decode, encode};
use rollcall_tests::guests;
use tokio::runtime::{Builder, Runtime};

/// Where the guest puts the bytes, as pointers of the seeds have it.
const AT: u32 = 0x20000;

/// Bytes that the guest has room for.
const MOST: usize = 48 * 1024;

pub const WORDS: &[&[u8]] = &[
    &0_u32.to_le_bytes(),
    &1_u32.to_le_bytes(),
    &2_u32.to_le_bytes(),
    &AT.to_le_bytes(),
    &(AT + 64).to_le_bytes(),
    &(AT + 128).to_le_bytes(),
    &(AT + 768).to_le_bytes(),
    &5000_u32.to_le_bytes(),
    &5001_u32.to_le_bytes(),
    &65536_u32.to_le_bytes(),
    &0x4000_0000_u32.to_le_bytes(),
    &u32::MAX.to_le_bytes(),
    &f64::NAN.to_le_bytes(),
    &[1],
    b"a",
    b"\n",
    b"\xc2\x85",
    b"\xff",
    b"2026-01-15",
];

struct Stage {
    runtime: Runtime,
    connector: Connector,
}

static STAGE: LazyLock<Stage> = LazyLock::new(|| {
    let cache = tempfile::tempdir().expect("a directory");
    let options = SandboxOptions {
        cache_dir: cache.path().join("compiled"),
        wasi: Wasi::Refuse,
        metering: Metering::Epochs,
        compile: Compile::InProcess,
        pool: PoolSize::SMALL,
    };
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let sandbox = Sandbox::new(options).expect("a sandbox");
    let connector = runtime.block_on(sandbox.load(&guests::guest("any-answer"))).expect("the guest loads");
    Stage { runtime, connector }
});

/// The bytes are the guest's answer.
pub fn target(data: &[u8]) {
    let page = data.get(..MOST).unwrap_or(data).to_vec();
    let run = RunInput {
        id: "run".into(),
        mode: PullMode::Full,
        now_ms: 0,
        settings: Arc::new([]),
        wanted_attributes: Arc::new([]),
        wanted_groups: Arc::new([]),
        nesting: Nesting::Direct,
        page_size: 100,
    };
    let limits = Limits { cpu: Duration::from_secs(60), ..Limits::COMPILED };
    let call = Call {
        run,
        cursor: None,
        outside: Outside::Network(Arc::new(Bytes(page))),
        log: Arc::new(NoLog),
        limits,
    };
    let called = STAGE.runtime.block_on(STAGE.connector.pull_workers(call));
    match called.result {
        Ok(page) => lawful(&page, &limits),
        Err(failure) => blamed(&failure),
    }
}

/// What the laws let through, looked at from the other side.
fn lawful(page: &WorkerPage, limits: &Limits) {
    assert!(page.workers.len() + page.deleted.len() <= limits.page_records);
    for cursor in [&page.next, &page.checkpoint].into_iter().flatten() {
        assert!(cursor.len() <= limits.cursor);
    }
    assert!(page.next.is_none() || page.checkpoint.is_none());
    let ids =
        page.workers.iter().map(|worker| worker.id.as_str()).chain(page.deleted.iter().map(String::as_str));
    for id in ids {
        assert!((1..=1024).contains(&id.len()) && !id.contains(char::is_control), "{id:?}");
    }
    let mut text = 0;
    for worker in &page.workers {
        let bytes = encode("worker", worker).expect("a worker is stored");
        let again: Worker = decode("worker", &bytes).expect("a worker that was stored is read");
        // Not the workers: what is no number differs from itself.
        assert_eq!(encode("worker", &again).expect("a worker is stored"), bytes);
        text += worker.id.as_str().len();
    }
    assert!(text <= limits.page_bytes);
}

/// Bytes of a guest are never the host's fault, and never a hang.
fn blamed(failure: &Failure) {
    assert_ne!(failure.blame(), Blame::Host, "{failure:?}");
    assert!(!matches!(failure, Failure::Stopped { .. } | Failure::Crashed { .. }), "{failure:?}");
    assert!(!failure.to_string().contains(char::is_control), "{failure:?}");
}

/// Answers every request with the same bytes.
struct Bytes(Vec<u8>);

impl Network for Bytes {
    fn fetch(&self, _: Request) -> Fetching<'_, Result<Response, FetchError>> {
        let body = self.0.clone();
        Box::pin(async { Ok(Response { status: 200, headers: Vec::new(), body }) })
    }

    fn fetch_all(&self, requests: Vec<Request>) -> Fetching<'_, Vec<Result<Response, FetchError>>> {
        Box::pin(async move { requests.iter().map(|_| Err(FetchError::Timeout)).collect() })
    }
}
