//! How a sandbox is set up, as its owner writes it.

use std::ffi::OsString;
use std::path::PathBuf;

#[derive(Debug, Clone)]
pub struct SandboxOptions {
    /// Where compiled components are kept. Made with mode 0700; has to belong to
    /// the user the host runs as, and to nobody else: what lies in it is run as
    /// native code.
    pub cache_dir: PathBuf,
    pub wasi: Wasi,
    pub metering: Metering,
    pub compile: Compile,
    pub pool: PoolSize,
}

/// What happens to components that import WASI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wasi {
    /// They are refused.
    Refuse,
    /// They get a WASI with nothing behind it: no files, environment, sockets or
    /// arguments; clocks and random numbers come from the run, output goes into
    /// the log.
    Closed,
}

/// How computing is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metering {
    /// By the clock, in ticks of 10 ms. For serving: costs about 10 %.
    Epochs,
    /// By the instruction, besides the clock: the same numbers on every machine,
    /// two to three times slower. For tests of connectors.
    Fuel,
}

impl Metering {
    /// As the compiling child's argument spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Epochs => "epochs",
            Self::Fuel => "fuel",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "epochs" => Some(Self::Epochs),
            "fuel" => Some(Self::Fuel),
            _ => None,
        }
    }
}

/// Where components are compiled.
#[derive(Debug, Clone)]
pub enum Compile {
    /// In a child process with limits of its own. It is called as `program
    /// args... --metering M --output FILE` with the component on standard input,
    /// and has to do what [`crate::compile_from_stdin`] does.
    InChild { program: PathBuf, args: Vec<OsString> },
    /// In this process, without limits. Only for components one trusts: tests.
    InProcess,
}

/// How many calls may run at once; further ones wait. Each reserves 8.5 GiB of
/// address space (no memory), and the memory of a run at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolSize {
    pub calls: u32,
}

impl Default for PoolSize {
    fn default() -> Self {
        Self { calls: 32 }
    }
}

impl PoolSize {
    /// For a command that works on one connector.
    pub const SMALL: Self = Self { calls: 4 };
}
