//! What components cost: `measure PROGRAM FILE...` compiles each with `PROGRAM
//! compile-component` (the `rollcall` binary), loads it again from the cache, and
//! makes calls. The sizes of the pool in `limits.rs` were set by it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rollcall_grants::{FetchError, Fetching, Network, Outside, Request, Response};
use rollcall_sandbox::{
    Call, Compile, Connector, LogLevel, LogSink, Metering, Nesting, PoolSize, PullMode, RunInput, Sandbox,
    SandboxOptions, Wasi,
};

struct Offline;

impl Network for Offline {
    fn fetch(&self, _: Request) -> Fetching<'_, Result<Response, FetchError>> {
        Box::pin(async { Err(FetchError::Transport("offline".to_owned())) })
    }

    fn fetch_all(&self, requests: Vec<Request>) -> Fetching<'_, Vec<Result<Response, FetchError>>> {
        Box::pin(async move { vec![Err(FetchError::Transport("offline".to_owned())); requests.len()] })
    }
}

struct Stderr;

impl LogSink for Stderr {
    fn line(&self, level: LogLevel, message: &str) {
        if level > LogLevel::Info {
            eprintln!("{}: {message}", level.as_str());
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let program = arguments.next().ok_or("measure PROGRAM FILE...")?;
    let cache = tempfile::tempdir()?;
    let options = SandboxOptions {
        cache_dir: cache.path().join("cache"),
        wasi: Wasi::Closed,
        metering: Metering::Epochs,
        compile: Compile::InChild { program, args: vec!["compile-component".into()] },
        pool: PoolSize::default(),
    };
    let started = Instant::now();
    let sandbox = Sandbox::new(options)?;
    println!("sandbox: {:?}", started.elapsed());
    for file in arguments {
        let bytes = std::fs::read(&file)?;
        println!("{}: {} bytes", file.display(), bytes.len());
        let started = Instant::now();
        sandbox.load(&bytes).await?;
        println!("  first load (compiled): {:?}", started.elapsed());
        let started = Instant::now();
        let connector = sandbox.load(&bytes).await?;
        println!("  load from the cache:   {:?}", started.elapsed());
        let inspection = connector.inspection();
        println!(
            "  {} core modules, {} tables, {} memories, {} functions",
            inspection.core_modules,
            inspection.tables,
            inspection.memories.len(),
            inspection.functions
        );
        measure(&connector).await;
    }
    Ok(())
}

async fn measure(connector: &Connector) {
    let checks = times(50, || async { connector.check(call(connector, 1)).await.usage.peak_memory }).await;
    println!("  check: median {:?}, peak memory {} KiB", checks.0, checks.1 >> 10);
    for size in [0, 1, 1_000, 5_000] {
        let pages =
            times(9, || async { connector.pull_workers(call(connector, size)).await.usage.peak_memory });
        let (median, peak) = pages.await;
        println!("  pull of {size} workers: median {median:?}, peak memory {} KiB", peak >> 10);
    }
    if let Err(failure) = connector.pull_workers(call(connector, 1)).await.result {
        println!("  (which ended with: {failure})");
    }
    let called = connector.pull_memberships(call(connector, 1)).await;
    println!("  pull of memberships: {:?} after {:?}", called.result.map(drop), called.usage.wall);
}

async fn times<F: Future<Output = u64>>(count: usize, run: impl Fn() -> F) -> (Duration, u64) {
    let mut all = Vec::new();
    let mut peak = 0;
    for _ in 0..count {
        let started = Instant::now();
        peak = run().await.max(peak);
        all.push(started.elapsed());
    }
    all.sort();
    (all.get(count / 2).copied().unwrap_or_default(), peak)
}

fn call(connector: &Connector, page_size: u32) -> Call {
    let run = RunInput {
        id: "measure".into(),
        mode: PullMode::Full,
        now_ms: 1_700_000_000_000,
        settings: Arc::new([]),
        wanted_attributes: Arc::new([]),
        wanted_groups: Arc::new([]),
        nesting: Nesting::Direct,
        page_size,
    };
    let limits = connector.limits();
    Call { run, cursor: None, outside: Outside::Network(Arc::new(Offline)), log: Arc::new(Stderr), limits }
}
