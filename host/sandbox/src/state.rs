//! What a store carries: the limits of the call, its counters, and the two ways
//! out of the guest.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use rollcall_grants::Outside;
use rollcall_model::Failure;
use wasmtime::{ResourceLimiter, UpdateDeadline};

use crate::limits::{ComponentLimits, Limits, TICK, pool};
use crate::log::LogPipe;
use crate::meter::Meter;

pub(crate) struct CallState {
    pub limits: Limits,
    pub meter: Arc<Meter>,
    pub outside: Outside,
    pub log: LogPipe,
    pub resources: Resources,
    /// Why the last request got no response, or the last file no bytes, as the
    /// host knows it. A guest that reports `fetch-failed` is believed that far
    /// and no further.
    pub last_failure: Option<Failure>,
    /// For the closed WASI.
    #[cfg(feature = "wasi")]
    pub wasi: crate::wasi::WasiState,
    deadline: Instant,
}

/// Why a guest was stopped between two instructions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Stop {
    #[error("it computed for more than {} s", .0.as_secs_f32())]
    Cpu(Duration),
    #[error("it took more than {} s", .0.as_secs_f32())]
    Wall(Duration),
}

impl CallState {
    pub fn new(
        limits: Limits,
        meter: Arc<Meter>,
        outside: Outside,
        log: LogPipe,
        #[cfg(feature = "wasi")] wasi: crate::wasi::WasiState,
    ) -> Self {
        Self {
            limits,
            outside,
            log,
            resources: Resources::new(limits.memory, Arc::clone(&meter)),
            meter,
            last_failure: None,
            #[cfg(feature = "wasi")]
            wasi,
            deadline: Instant::now() + limits.wall,
        }
    }

    /// Called at every tick while the guest computes.
    pub fn tick(&mut self) -> Result<UpdateDeadline, Stop> {
        let ticks = self.meter.cpu_ticks.fetch_add(1, Relaxed) + 1;
        let used = TICK.saturating_mul(u32::try_from(ticks).unwrap_or(u32::MAX));
        if used > self.limits.cpu {
            return Err(Stop::Cpu(self.limits.cpu));
        }
        if Instant::now() >= self.deadline {
            return Err(Stop::Wall(self.limits.wall));
        }
        // Other calls get their turn, and a dropped one ends here.
        Ok(UpdateDeadline::Yield(1))
    }
}

/// Memory and tables of a guest. Memory is limited over all of a guest's
/// memories together, which wasmtime's own limiter does not do.
pub(crate) struct Resources {
    memory_limit: usize,
    memory: usize,
    /// Of the last growth allowed, for the case that it then fails.
    last_growth: usize,
    meter: Arc<Meter>,
    /// Whether anything was refused: a trap after that is about the limit.
    pub refused: Option<&'static str>,
}

impl Resources {
    fn new(memory_limit: usize, meter: Arc<Meter>) -> Self {
        Self { memory_limit, memory: 0, last_growth: 0, meter, refused: None }
    }
}

impl ResourceLimiter for Resources {
    /// Refusing lets `memory.grow` answer -1, which guests handle better than a
    /// trap: JavaScript reports "out of memory".
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let growth = desired.saturating_sub(current);
        let total = self.memory.saturating_add(growth);
        if total > self.memory_limit {
            self.refused = Some("memory");
            return Ok(false);
        }
        self.memory = total;
        self.last_growth = growth;
        self.meter.peak_memory.fetch_max(total as u64, Relaxed);
        Ok(true)
    }

    fn memory_grow_failed(&mut self, _error: wasmtime::Error) -> wasmtime::Result<()> {
        self.memory = self.memory.saturating_sub(std::mem::take(&mut self.last_growth));
        Ok(())
    }

    fn table_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let allowed = desired as u64 <= ComponentLimits::TABLE_ELEMENTS;
        if !allowed {
            self.refused = Some("table elements");
        }
        Ok(allowed)
    }

    fn instances(&self) -> usize {
        pool::CORE_INSTANCES as usize
    }

    fn tables(&self) -> usize {
        ComponentLimits::TABLES
    }

    fn memories(&self) -> usize {
        ComponentLimits::MEMORIES
    }
}
