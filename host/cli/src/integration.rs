//! `rollcall integration`: what is connected in a tenant (R146).

use clap::{Args, Subcommand};
use rollcall_store::Integration;
use rollcall_sync::times_of;
use serde_json::json;

use crate::data::DataArgs;
use crate::exit::Exit;
use crate::print::say;

#[derive(Debug, Args)]
pub struct IntegrationArgs {
    #[command(subcommand)]
    command: IntegrationCommand,
}

#[derive(Debug, Subcommand)]
enum IntegrationCommand {
    /// Print the integrations of a tenant, one JSON object a line: which
    /// connector each has, when it ran last, and when it is due again by its
    /// schedule.
    List {
        #[command(flatten)]
        data: DataArgs,
        /// Whose integrations.
        #[arg(long)]
        tenant: String,
        /// Only those with this in their id, connector, or one of its names; case
        /// makes no difference.
        #[arg(long, value_name = "TEXT")]
        search: Option<String>,
    },
}

pub fn run(args: &IntegrationArgs) -> Result<(), Exit> {
    let IntegrationCommand::List { data, tenant, search } = &args.command;
    let (_store, tenant) = data.open_tenant(&tenant.as_str().into())?;
    let search = search.as_deref().unwrap_or_default().to_lowercase();
    for one in tenant.integrations()?.iter().filter(|one| is_meant(one, &search)) {
        let times = times_of(one)?;
        let line = json!({
            "integration": one.id,
            "name": one.name,
            "connector": one.connector,
            "last_run_ms": times.last_run_ms,
            "next_run_ms": times.next_run_ms,
            "disconnected_ms": one.disconnected_ms,
        });
        say!("{line}");
    }
    Ok(())
}

/// `search`: in small letters.
fn is_meant(integration: &Integration, search: &str) -> bool {
    let texts = [integration.id.as_str(), &integration.name, &integration.connector];
    let names = integration.aliases.iter().map(String::as_str);
    texts.into_iter().chain(names).any(|text| text.to_lowercase().contains(search))
}
