//! `rollcall connector inspect`: what a reviewer reads before approving. Reads
//! the file; neither compiles nor runs anything of it.

mod auth;
mod report;
mod text;

use std::path::PathBuf;

use anyhow::Context as _;
use rollcall_sandbox::{Wasi, inspect};

use self::report::Report;
use crate::component;
use crate::exit::{Outcome, Sort as _};
use crate::print::say;

#[derive(clap::Args)]
pub struct Args {
    /// The component.
    file: PathBuf,
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Format {
    Text,
    Json,
}

/// A component that this host refuses is shown as well, as far as it can be
/// read, and then ends with exit code 1.
pub fn run(args: &Args) -> Outcome {
    let bytes = component::read(&args.file)?;
    let inspection = inspect(&bytes).with_context(|| args.file.display().to_string()).or_connector()?;
    let report = Report::new(&inspection);
    match args.format {
        Format::Text => say!("{}", text::text(&report).trim_end()),
        Format::Json => say!("{}", serde_json::to_string_pretty(&report).or_host()?),
    }
    inspection
        .admit(Wasi::Refuse)
        .map(drop)
        .context("refused by hosts with `wasi = \"refuse\"`")
        .or_connector()
}
