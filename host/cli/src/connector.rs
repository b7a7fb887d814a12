//! `rollcall connector ...`

mod build;
mod dev;
mod inspect;
mod new;
mod pull;
mod test;

use clap::Subcommand;

use crate::exit::Outcome;

#[derive(Subcommand)]
pub enum Command {
    /// Make a project for a new connector, which builds and passes its tests.
    New(new::Args),
    /// Build connectors into components, with their manifests inside.
    Build(build::Args),
    /// Build and play again after each change, and show what became different.
    Dev(dev::Args),
    /// Show what a component is and what it can reach, without running it.
    Inspect(inspect::Args),
    /// Run a connector and print what it reads, one JSON object a line.
    Pull(pull::PullArgs),
    /// Play recorded conversations to a connector and look at what it makes of
    /// them.
    Test(test::Args),
}

pub fn run(command: Command) -> Outcome {
    match command {
        Command::New(args) => new::run(&args),
        Command::Build(args) => build::run(args),
        Command::Dev(args) => crate::wait(dev::run(args)),
        Command::Inspect(args) => inspect::run(&args),
        Command::Pull(args) => crate::wait(pull::run(args)),
        Command::Test(args) => crate::wait(test::run(args)),
    }
}
