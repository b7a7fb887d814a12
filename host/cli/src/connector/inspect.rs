//! `rollcall connector inspect`: what a reviewer reads before approving. Reads
//! the file; neither compiles nor runs anything of it.

mod auth;
mod files;
mod report;
mod text;

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use rollcall_grants::differences;
use rollcall_sandbox::{Inspection, Wasi, inspect};

use self::report::{Change, Report};
use crate::component;
use crate::exit::{Exit, Outcome, Sort as _};
use crate::print::say;

#[derive(clap::Args)]
pub struct Args {
    /// The component.
    file: PathBuf,
    /// An older version, to show what this one widens and takes away.
    #[arg(long, value_name = "FILE")]
    against: Option<PathBuf>,
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Format {
    Text,
    Json,
}

fn read(file: &Path) -> Result<Inspection, Exit> {
    let bytes = component::read(file)?;
    inspect(&bytes).with_context(|| file.display().to_string()).or_connector()
}

/// A component that this host refuses is shown as well, as far as it can be
/// read, and then ends with exit code 1.
pub fn run(args: &Args) -> Outcome {
    let inspection = read(&args.file)?;
    let mut report = Report::new(&inspection);
    if let Some(file) = &args.against {
        let older = read(file)?.manifest().with_context(|| file.display().to_string()).or_connector()?;
        let newer = inspection.manifest().with_context(|| args.file.display().to_string()).or_connector()?;
        report.changes = Some(differences(&older, &newer).iter().map(Change::new).collect());
    }
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
