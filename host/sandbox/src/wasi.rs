//! A WASI with nothing behind it, for components of stock toolchains that import
//! it whether they use it or not. Files, environment, arguments and sockets are
//! empty or refused; clocks and random numbers come from the run, so that the
//! same run gives the same pages; output goes into the log.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use bytes::Bytes;
use sha2::{Digest as _, Sha256};
use wasmtime::component::{Linker, ResourceTable};
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamResult};
use wasmtime_wasi::random::Deterministic;
use wasmtime_wasi::{
    HostMonotonicClock, HostWallClock, I32Exit, WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView, async_trait,
};

use crate::limits::LOG_LINE_BYTES;
use crate::log::{LogLevel, LogPipe};
use crate::state::CallState;

/// Bytes that a guest may ask for at once.
const RANDOM_BYTES: u64 = 64 * 1024;
/// After so many 32-byte blocks the random numbers repeat.
const RANDOM_BLOCKS: u32 = 128;

pub(crate) fn link(mut linker: Linker<CallState>) -> wasmtime::Result<Linker<CallState>> {
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    Ok(linker)
}

/// Made when a guest first asks for it: most never do.
pub(crate) struct WasiState {
    now_ms: u64,
    seed: [u8; 32],
    log: LogPipe,
    open: Option<(WasiCtx, ResourceTable)>,
}

impl WasiState {
    pub fn new(now_ms: u64, run: &str, log: LogPipe) -> Self {
        let seed = Sha256::new().chain_update(now_ms.to_le_bytes()).chain_update(run).finalize().into();
        Self { now_ms, seed, log, open: None }
    }
}

impl WasiView for CallState {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        let WasiState { now_ms, seed, log, open } = &mut self.wasi;
        let (ctx, table) = open.get_or_insert_with(|| (closed(*now_ms, seed, log), ResourceTable::new()));
        WasiCtxView { ctx, table }
    }
}

fn closed(now_ms: u64, seed: &[u8; 32], log: &LogPipe) -> WasiCtx {
    let random = |purpose: u8| {
        let block = |number: u32| {
            Sha256::new()
                .chain_update(seed)
                .chain_update([purpose])
                .chain_update(number.to_le_bytes())
                .finalize()
        };
        Deterministic::new((0..RANDOM_BLOCKS).flat_map(block).collect())
    };
    let mut number = [0; 16];
    number.copy_from_slice(seed.first_chunk::<16>().unwrap_or(&[0; 16]));
    WasiCtxBuilder::new()
        .stdout(ToLog { log: log.clone(), level: LogLevel::Info })
        .stderr(ToLog { log: log.clone(), level: LogLevel::Warn })
        .wall_clock(RunClock { now_ms })
        .monotonic_clock(Ordinal::default())
        .secure_random(random(0))
        .insecure_random(random(1))
        .insecure_random_seed(u128::from_le_bytes(number))
        .max_random_size(RANDOM_BYTES)
        .allow_tcp(false)
        .allow_udp(false)
        .allow_ip_name_lookup(false)
        .build()
}

/// The run's time, standing still.
struct RunClock {
    now_ms: u64,
}

impl HostWallClock for RunClock {
    fn resolution(&self) -> Duration {
        Duration::from_millis(1)
    }

    fn now(&self) -> Duration {
        Duration::from_millis(self.now_ms)
    }
}

/// A microsecond later each time it is asked, so that it never stands still and
/// never depends on the machine.
#[derive(Default)]
struct Ordinal(AtomicU64);

impl HostMonotonicClock for Ordinal {
    fn resolution(&self) -> u64 {
        1_000
    }

    fn now(&self) -> u64 {
        self.0.fetch_add(1_000, Relaxed)
    }
}

/// Standard output or error: each line a line of the log.
struct ToLog {
    log: LogPipe,
    level: LogLevel,
}

impl IsTerminal for ToLog {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for ToLog {
    fn async_stream(&self) -> Box<dyn tokio::io::AsyncWrite + Send + Sync> {
        // Only WASI 0.3 asks for this one, and it is not linked.
        Box::new(tokio::io::sink())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(Lines { log: self.log.clone(), level: self.level, line: Vec::new() })
    }
}

struct Lines {
    log: LogPipe,
    level: LogLevel,
    /// Begun and not ended. At most a log line long.
    line: Vec<u8>,
}

impl Lines {
    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        if !line.is_empty() {
            self.log.line(self.level, &String::from_utf8_lossy(&line));
        }
    }
}

impl OutputStream for Lines {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        for byte in bytes {
            if byte == b'\n' || self.line.len() >= LOG_LINE_BYTES {
                self.end_line();
            }
            if byte != b'\n' {
                self.line.push(byte);
            }
        }
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(LOG_LINE_BYTES)
    }
}

#[async_trait]
impl Pollable for Lines {
    async fn ready(&mut self) {}
}

impl Drop for Lines {
    fn drop(&mut self) {
        self.end_line();
    }
}

/// Whether the guest called `exit`.
pub(crate) fn is_exit(error: &wasmtime::Error) -> bool {
    error.downcast_ref::<I32Exit>().is_some()
}
