//! A component's file.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::Context as _;
use rollcall_sandbox::{ComponentLimits, Refusal};

use crate::exit::{Exit, Sort as _};

/// Reads a component, and no more of the file than a component may have.
pub fn read(file: &Path) -> Result<Vec<u8>, Exit> {
    let unreadable = |error| {
        Exit::usage(format!("read {}: {error}; build it with `rollcall connector build`", file.display()))
    };
    let opened = File::open(file).map_err(unreadable)?;
    let bytes = opened.metadata().map_err(unreadable)?.len();
    let limit = ComponentLimits::BYTES;
    if bytes > limit as u64 {
        let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
        return Err(Refusal::TooBig { bytes, limit })
            .with_context(|| file.display().to_string())
            .or_connector();
    }
    // What is not a plain file has no size, and perhaps no end.
    let mut read = Vec::new();
    opened.take(limit as u64 + 1).read_to_end(&mut read).map_err(unreadable)?;
    Ok(read)
}
