//! Every limit, by name. Each has a test that reaches it.

use std::time::Duration;

/// How often running guests are looked at, and the unit of CPU accounting.
pub(crate) const TICK: Duration = Duration::from_millis(10);

/// Time between a call's wall deadline, at which its guest is stopped between
/// two instructions, and the moment the whole call is dropped wherever it is.
pub(crate) const WALL_GRACE: Duration = Duration::from_millis(500);

const MIB: usize = 1 << 20;

/// What one call may use. Given per call; [`crate::Connector::limits`] has the
/// values for its class of component.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of linear memory, over all memories of the guest.
    pub memory: usize,
    /// Time spent computing, in whole ticks of 10 ms.
    pub cpu: Duration,
    /// Time from the start of the call to its end, waiting included.
    pub wall: Duration,
    /// Requests, those of `fetch-all` each counted.
    pub fetches: u32,
    /// Log lines; what is over is dropped and counted.
    pub log_lines: u32,
    /// Bytes of one request's body.
    pub request_body: usize,
    /// Bytes of one answer's body, decompressed.
    pub response_body: usize,
    /// Bytes of the bodies that one `fetch-all` answers with.
    pub batch_bodies: usize,
    /// Records on a page, deletions included.
    pub page_records: usize,
    /// Bytes of text in a page.
    pub page_bytes: usize,
    /// Bytes of a cursor or a checkpoint.
    pub cursor: usize,
}

impl Limits {
    /// For components compiled ahead of time: Rust, C, Go without a runtime.
    pub const COMPILED: Self = Self {
        memory: 64 * MIB,
        cpu: Duration::from_secs(5),
        // Mostly waiting: a provider's `Retry-After`, and its rate limit.
        wall: Duration::from_secs(600),
        fetches: 200,
        log_lines: 500,
        request_body: MIB,
        response_body: 16 * MIB,
        batch_bodies: 32 * MIB,
        page_records: 5_000,
        page_bytes: 8 * MIB,
        cursor: 64 * 1024,
    };

    /// For components that carry an interpreter: JavaScript, Python. A page of
    /// 5,000 records takes them 40 times as long as compiled ones.
    pub const INTERPRETED: Self = Self { memory: 192 * MIB, cpu: Duration::from_secs(10), ..Self::COMPILED };

    /// An interpreter shows in the size: 12 MB (JavaScript) and 18 MB (Python)
    /// against some 100 kB of a compiled connector.
    pub(crate) fn for_component(bytes: usize, core_modules: usize) -> Self {
        if bytes > INTERPRETER_BYTES || core_modules > INTERPRETER_MODULES {
            Self::INTERPRETED
        } else {
            Self::COMPILED
        }
    }
}

const INTERPRETER_BYTES: usize = 4 * MIB;
/// wit-component makes two or three small modules beside the guest's own.
const INTERPRETER_MODULES: usize = 8;

/// Requests in one `fetch-all`. In the contract.
pub(crate) const BATCH_REQUESTS: usize = 100;
/// Headers or query pairs of one request.
pub(crate) const REQUEST_PAIRS: usize = 200;
/// Bytes of a request without its body: target, headers, query, purpose.
pub(crate) const REQUEST_HEAD_BYTES: usize = 128 * 1024;
/// Bytes of a file that one read answers with. In the contract.
pub(crate) const FILE_READ_BYTES: u32 = 4 << 20;
/// Bytes of a log line. In the contract.
pub(crate) const LOG_LINE_BYTES: usize = 4 * 1024;
/// Bytes of a text in a failure that a guest reports.
pub(crate) const DETAIL_BYTES: usize = 2 * 1024;
/// Bytes of an id. Providers' longest are Graph's group ids and DNs below 500.
pub(crate) const ID_BYTES: usize = 1024;
/// Warnings of a `check`.
pub(crate) const WARNINGS: usize = 100;
/// Attributes that `discover` may find.
pub(crate) const DEFINITIONS: usize = 5_000;

/// Bytes that a guest may hand over in one host call, and in one result, as
/// wasmtime counts them: list elements by the size of the host's type. A page
/// of 5,000 workers is 6 MiB of those before its 8 MiB of text.
pub(crate) const HOSTCALL_BYTES: usize = 32 * MIB;
/// Component-model handles. The contract has no resources; a guest that links
/// the closed WASI holds a few streams.
pub(crate) const HANDLES: usize = 1_024;

/// What a component may be made of, checked before anything is compiled.
pub struct ComponentLimits;

impl ComponentLimits {
    pub const BYTES: usize = 64 * MIB;
    /// Python has 38.
    pub const CORE_MODULES: usize = 64;
    pub const FUNCTIONS: usize = 50_000;
    /// Bytes of one function. Compiling takes 600 times as much memory, and 4 s;
    /// Python's largest has 427 kB.
    pub const FUNCTION_BYTES: usize = MIB;
    /// Bytes that a memory may have from the start.
    pub const MEMORY: u64 = 192 * MIB as u64;
    pub const MEMORIES: usize = 2;
    /// Twice what any toolchain makes.
    pub const TABLES: usize = 4;
    /// Elements of one table. JavaScript's has 7,689.
    pub const TABLE_ELEMENTS: u64 = 20_000;
    pub const NESTED_COMPONENTS: usize = 4;
    /// Bytes of one custom section that is not one of the well-known ones.
    pub const CUSTOM_SECTION: usize = MIB;
    /// Custom sections, those of inner modules included.
    pub const CUSTOM_SECTIONS: usize = 4_096;
    /// Imports and exports, each.
    pub const NAMES: usize = 100;
}

/// The pool. Sizes are per call that may run at once, unless said otherwise.
///
/// Run with components of the contract's world (`examples/measure.rs`):
///
/// | | Rust | JavaScript (0.23) | Python (0.25.1) |
/// |---|---|---|---|
/// | bytes | 91 kB - 458 kB | 12.4 MB | 18.4 MB |
/// | core modules, memories, tables | 3, 1, 2 | 3, 1, 2 | 38, 1, 2 |
/// | memory: at start, with 5,000 workers | 1.1, 8.3 MiB | 9.1, 17.9 MiB | 12.3, 15.4 MiB |
/// | compiled, loaded again | 0.3-0.8 s, 1-5 ms | 17 s, 53 ms | 12 s, 61 ms |
/// | a call that does nothing | 35 us | 1.1 ms | 1.3 ms |
/// | a worker of a page of 5,000 | 3.4 us | 50 us | 45 us |
pub(crate) mod pool {
    use super::{ComponentLimits, MIB};

    pub const CORE_INSTANCES: u32 = 64;
    pub const MEMORIES: u32 = ComponentLimits::MEMORIES as u32;
    /// Of all instances of a component together, as with memories.
    pub const TABLES: u32 = ComponentLimits::TABLES as u32;
    pub const MEMORY_BYTES: usize = 256 * MIB;
    pub const COMPONENT_INSTANCE_BYTES: usize = 8 * MIB;
    pub const CORE_INSTANCE_BYTES: usize = 4 * MIB;
    /// Bytes of a memory that are zeroed and kept mapped. A page of 200 people
    /// takes a Rust guest 2 MiB.
    pub const MEMORY_KEPT: usize = 4 * MIB;
    /// Bytes of a stack that are zeroed and kept mapped. A Rust guest's page call
    /// uses some 20 KiB.
    pub const STACK_KEPT: usize = 32 * 1024;
    /// Bytes of a table that are zeroed and kept mapped: 512 elements.
    pub const TABLE_KEPT: usize = 4 * 1024;
    /// In all: slots kept mapped for the same component's next call.
    pub const WARM_SLOTS: u32 = 8;
}

/// What the child process that compiles may use.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ChildLimits {
    /// Bytes of address space.
    pub address_space: u64,
    /// Seconds of CPU, over all its threads.
    pub cpu_seconds: u64,
    pub wall: Duration,
    /// Bytes of the artefact.
    pub artefact: u64,
    /// Bytes of its standard error that are read.
    pub message: u64,
}

impl ChildLimits {
    /// A Python component takes 27 s of CPU and comes to 35 MiB.
    pub const USUAL: Self = Self {
        address_space: 4 << 30,
        cpu_seconds: 120,
        wall: Duration::from_secs(180),
        artefact: 512 << 20,
        message: 16 * 1024,
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interpreter_shows_in_the_size() {
        let check = |bytes, core_modules, expected| {
            assert_eq!(Limits::for_component(bytes, core_modules), expected, "{bytes}, {core_modules}");
        };
        check(INTERPRETER_BYTES, INTERPRETER_MODULES, Limits::COMPILED);
        check(INTERPRETER_BYTES + 1, 3, Limits::INTERPRETED);
        check(100_000, INTERPRETER_MODULES + 1, Limits::INTERPRETED);
    }
}
