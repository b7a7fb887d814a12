//! `rollcall connector ...`

mod build;
mod inspect;
mod pull;

use clap::Subcommand;

use crate::exit::Outcome;

#[derive(Subcommand)]
pub enum Command {
    /// Build connectors into components, with their manifests inside.
    Build(build::Args),
    /// Show what a component is and what it can reach, without running it.
    Inspect(inspect::Args),
    /// Run a connector and print what it reads, one JSON object a line.
    Pull(pull::PullArgs),
}

pub fn run(command: Command) -> Outcome {
    match command {
        Command::Build(args) => build::run(args),
        Command::Inspect(args) => inspect::run(&args),
        Command::Pull(args) => crate::wait(pull::run(args)),
    }
}
