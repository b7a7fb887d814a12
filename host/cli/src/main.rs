//! The `rollcall` program: parse, pick a command, run it. Each command has a
//! file of its own, and ends with an [`exit::Outcome`].

mod account;
mod audit;
mod by_hand;
mod clock;
mod compile_component;
mod component;
mod connect;
mod connector;
mod data;
mod demo;
mod disconnect;
mod erase;
mod exit;
mod explain;
mod export;
mod fields;
mod integration;
mod kept_tokens;
mod link;
mod plan;
mod preset;
mod print;
mod progress;
mod sync;

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Pages of people are made on one thread and freed on another, millions of
/// small texts: the system's allocator spends a fifth of a sync on that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Connector runtime for workforce provisioning.
#[derive(Parser)]
#[command(name = "rollcall", version, max_term_width = 100)]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build, inspect and run connectors.
    #[command(subcommand)]
    Connector(connector::Command),
    /// Plan or apply a whole integration, from a file.
    Sync(sync::SyncArgs),
    /// Tell why one person is treated as they are: what was read, what each clause
    /// and line says, what the next sync would do.
    Explain(explain::ExplainArgs),
    /// Show the plan that waits for a person: counts, names, changes, reasons.
    Plan(plan::PlanArgs),
    /// Release the plan that waits: this one only, once, and not for ever.
    Approve(plan::ApproveArgs),
    /// Take over the accounts of another source: match its people again, swap the
    /// links, remove nobody.
    Migrate(sync::MigrateArgs),
    /// Give back the access that a run took away.
    Undo(disconnect::UndoArgs),
    /// Let go of a source: how many accounts it has, what may become of them, and
    /// then that.
    Disconnect(disconnect::DisconnectArgs),
    /// Look at links between people and accounts, break and repair them.
    Link(link::LinkArgs),
    /// Show the sets of policies that a file may begin with.
    #[command(subcommand)]
    Preset(preset::Command),
    /// Show the main job on a company that does not exist: plan, first sync,
    /// changes, second sync.
    Demo(demo::DemoArgs),
    /// Print everything that is held about one person.
    Export(export::ExportArgs),
    /// Erase one person, or a whole tenant: shows what would be erased, and asks
    /// to be told twice.
    Erase(erase::EraseArgs),
    /// List the attributes that an integration stores, looks at, and asks for.
    Fields(fields::FieldsArgs),
    /// Look at accounts, or make, edit and protect one by hand.
    Account(account::AccountArgs),
    /// Look at the groups that came with the people.
    Group(account::GroupArgs),
    /// Look at what is connected.
    Integration(integration::IntegrationArgs),
    /// Look at the audit, and check that nobody has changed it.
    Audit(audit::AuditArgs),
    /// What the sandbox calls to compile a component; not for people.
    #[command(hide = true)]
    CompileComponent(compile_component::Args),
}

fn main() -> ExitCode {
    small_pages();
    // A wrong command line ends here, with exit code 2.
    match Args::parse().command {
        Command::Connector(command) => exit::code(connector::run(command)),
        Command::Sync(args) => exit::code(wait(sync::run(args))),
        Command::Explain(args) => exit::code(wait(explain::run(args))),
        Command::Plan(args) => exit::code(plan::show(&args)),
        Command::Approve(args) => exit::code(plan::run_approve(&args)),
        Command::Migrate(args) => exit::code(wait(sync::migrate(args))),
        Command::Undo(args) => exit::code(disconnect::run_undo(&args)),
        Command::Disconnect(args) => exit::code(disconnect::run(&args)),
        Command::Link(args) => exit::code(link::run(&args)),
        Command::Preset(command) => exit::code(preset::run(&command)),
        Command::Demo(args) => exit::code(wait(demo::run(args))),
        Command::Export(args) => exit::code(export::run(&args)),
        Command::Erase(args) => exit::code(erase::run(&args)),
        Command::Fields(args) => exit::code(fields::run(&args)),
        Command::Account(args) => exit::code(account::run(&args)),
        Command::Group(args) => exit::code(account::run_groups(&args)),
        Command::Integration(args) => exit::code(integration::run(&args)),
        Command::Audit(args) => exit::code(audit::run(&args)),
        // Limits itself before any thread is started.
        Command::CompileComponent(args) => compile_component::run(&args),
    }
}

/// The allocator asks for huge pages, and many small runs then spend a third of
/// their time on having two megabytes cleared at a time.
fn small_pages() {
    // A kernel without them has nothing to switch off.
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}

/// Runs what waits for the network.
fn wait(command: impl Future<Output = exit::Outcome>) -> exit::Outcome {
    log();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(exit::Exit::host)?.block_on(command)
}

/// Lines of the host and of connectors on standard error; RUST_LOG chooses.
fn log() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env();
    let filter = filter.unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    // Colours are for people: in a file they are noise.
    let colours = std::io::stderr().is_terminal();
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    lines.with_ansi(colours).init();
}
