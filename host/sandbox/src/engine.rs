//! The engine: what wasm may do here, how it is compiled, and from what pool its
//! instances are taken.

use std::num::NonZeroUsize;
use std::thread;

use wasmtime::{
    Config, Enabled, Engine, InstanceAllocationStrategy, OptLevel, PoolingAllocationConfig,
    WasmBacktraceDetails,
};

use crate::error::SandboxError;
use crate::limits::{TICK, pool};
use crate::options::{Compile, Metering, SandboxOptions};

/// Everything that decides about the code. The compiling child uses the same, or
/// the artefact would not load.
fn code_config(metering: Metering) -> Config {
    let mut config = Config::new();
    // The component model's own concurrency had a native stack overflow, a
    // guest-sized allocation and a drop panic within one year; a page at a time
    // needs none of it. Left out of the build too: this holds if another crate
    // of the tree ever switches the feature on.
    config.concurrency_support(false);
    config.gc_support(false);
    // What no toolchain for connectors needs.
    config.wasm_memory64(false);
    config.wasm_multi_memory(false);
    config.wasm_tail_call(false);
    config.wasm_relaxed_simd(false);
    config.wasm_wide_arithmetic(false);
    // The same bits on every machine: a replay has to give the same pages.
    config.cranelift_nan_canonicalization(true);
    config.cranelift_opt_level(OptLevel::Speed);
    config.epoch_interruption(true);
    config.consume_fuel(metering == Metering::Fuel);
    // Stacks are used again by other tenants' guests.
    config.async_stack_zeroing(true);
    config.wasm_backtrace_max_frames(NonZeroUsize::new(20));
    // Details would come from debug information, which a guest controls.
    config.wasm_backtrace_details(WasmBacktraceDetails::Disable);
    // Both are for debuggers. Without them artefacts are smaller, and loading
    // one registers nothing with the process's unwinder.
    config.generate_address_map(false);
    config.native_unwind_info(false);
    config
}

/// An engine that only compiles. Allocates nothing for instances, so that it
/// fits into the child's limit of address space.
pub(crate) fn compiling(metering: Metering) -> wasmtime::Result<Engine> {
    let mut config = code_config(metering);
    config.allocation_strategy(InstanceAllocationStrategy::OnDemand);
    Engine::new(&config)
}

/// The engine that runs guests. Takes from a pool: a fixed number of places,
/// mapped once, is faster and cannot grow. Some containers lack the address
/// space for one; there each instance is mapped by itself.
pub(crate) fn serving(options: &SandboxOptions) -> Result<Engine, SandboxError> {
    let mut config = code_config(options.metering);
    if matches!(options.compile, Compile::InChild { .. }) {
        // Guests are compiled elsewhere: no need to have the compiler reachable.
        config.enable_compiler(false);
    }
    config.allocation_strategy(pool(options.pool.calls));
    match Engine::new(&config) {
        Ok(engine) => Ok(engine),
        Err(error) => {
            tracing::warn!(
                error = format!("{error:#}"),
                "no address space for the pool of instances; each call maps its own memory, which is slower"
            );
            config.allocation_strategy(InstanceAllocationStrategy::OnDemand);
            Engine::new(&config).map_err(|error| SandboxError::Engine(format!("{error:#}")))
        }
    }
}

fn pool(calls: u32) -> InstanceAllocationStrategy {
    let calls = calls.max(1);
    let mut config = PoolingAllocationConfig::new();
    config
        .total_component_instances(calls)
        .total_core_instances(calls.saturating_mul(pool::CORE_INSTANCES))
        .total_memories(calls.saturating_mul(pool::MEMORIES))
        .total_tables(calls.saturating_mul(pool::TABLES))
        .total_stacks(calls)
        .max_memory_size(pool::MEMORY_BYTES)
        .table_elements(crate::limits::ComponentLimits::TABLE_ELEMENTS as usize)
        .max_core_instances_per_component(pool::CORE_INSTANCES)
        .max_memories_per_component(pool::MEMORIES)
        .max_tables_per_component(pool::TABLES)
        .max_tables_per_module(pool::TABLES)
        .max_component_instance_size(pool::COMPONENT_INSTANCE_BYTES)
        .max_core_instance_size(pool::CORE_INSTANCE_BYTES)
        .max_unused_warm_slots(pool::WARM_SLOTS)
        // The first bytes are overwritten with zeros after each call instead of
        // going back to the kernel, which saves the page faults of the next one.
        .linear_memory_keep_resident(pool::MEMORY_KEPT)
        .pagemap_scan(Enabled::Auto)
        .async_stack_keep_resident(pool::STACK_KEPT)
        .table_keep_resident(pool::TABLE_KEPT);
    InstanceAllocationStrategy::Pooling(config)
}

/// Starts the thread that counts time for every guest of an engine. A thread of
/// its own, not a task: a task would wait behind the very guests it has to
/// interrupt. Ends with the engine.
pub(crate) fn start_ticker(engine: &Engine) -> Result<(), SandboxError> {
    let engine = engine.weak();
    let tick = move || {
        while let Some(engine) = engine.upgrade() {
            engine.increment_epoch();
            drop(engine);
            thread::sleep(TICK);
        }
    };
    let thread = thread::Builder::new().name("sandbox-ticker".to_owned());
    thread.spawn(tick).map(drop).map_err(SandboxError::Ticker)
}
