//! `rollcall compile-component`: the sandbox's compiling child. Reads a component
//! from standard input and writes machine code. Called by
//! [`rollcall_sandbox::Compile::InChild`].

use std::path::PathBuf;
use std::process::ExitCode;

use rollcall_sandbox::Metering;

#[derive(clap::Args)]
pub struct Args {
    /// `epochs` or `fuel`.
    #[arg(long, value_parser = parse_metering)]
    metering: Metering,
    #[arg(long)]
    output: PathBuf,
}

fn parse_metering(text: &str) -> Result<Metering, String> {
    Metering::parse(text).ok_or_else(|| "either `epochs` or `fuel`".to_owned())
}

pub fn run(args: &Args) -> ExitCode {
    ExitCode::from(rollcall_sandbox::compile_from_stdin(args.metering, &args.output))
}
