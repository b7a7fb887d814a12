//! `rollcall audit`: the chain of what was done.

use clap::{Args, Subcommand};

use crate::data::DataArgs;
use crate::exit::Exit;
use crate::print::say;

#[derive(Debug, Args)]
pub struct AuditArgs {
    #[command(subcommand)]
    command: AuditCommand,
}

#[derive(Debug, Subcommand)]
enum AuditCommand {
    /// Walk the chain and tell whether an entry was changed, added or cut off.
    /// Prints the number of entries and the hash of the last: note it elsewhere
    /// to prove later that the chain was not replaced as a whole.
    Verify {
        #[command(flatten)]
        data: DataArgs,
    },
    /// Print the entries, one JSON object a line, oldest first.
    List {
        #[command(flatten)]
        data: DataArgs,
        /// Only of this tenant.
        #[arg(long)]
        tenant: Option<String>,
    },
}

pub fn run(args: &AuditArgs) -> Result<(), Exit> {
    match &args.command {
        AuditCommand::Verify { data } => {
            let head = data.open_existing()?.verify_audit()?;
            say!("{} entries, head {}", head.entries, head.hash);
        }
        AuditCommand::List { data, tenant } => {
            for entry in data.open_existing()?.audit(tenant.as_deref())? {
                say!("{}", serde_json::to_string(&entry).map_err(Exit::host)?);
            }
        }
    }
    Ok(())
}
