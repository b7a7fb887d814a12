//! `rollcall link`: who is linked to whom, and what an admin says about it.

use clap::{Args, Subcommand};
use rollcall_model::{AccountId, LinkStatus};
use rollcall_sync::{break_link, exclude, include, links, repair};

use crate::by_hand::{PersonArgs, account_id};
use crate::data::DataArgs;
use crate::exit::Exit;
use crate::print::{self, safe, say};
use crate::sync::Format;

#[derive(Debug, Args)]
pub struct LinkArgs {
    #[command(subcommand)]
    command: LinkCommand,
}

#[derive(Debug, Subcommand)]
enum LinkCommand {
    /// Show every account and every open case with its status: synced,
    /// terminated, non-matching, review, excluded.
    List {
        #[command(flatten)]
        data: DataArgs,
        /// Whose accounts.
        #[arg(long)]
        tenant: String,
        /// Only these.
        #[arg(long, value_parser = status)]
        status: Option<LinkStatus>,
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Say that a person and their account are not the same: the account is
    /// nobody's again, and the two are never matched another time.
    Break(PersonArgs),
    /// Say that a person and an account are the same, whatever was thought
    /// before. Decides a review.
    Repair {
        #[command(flatten)]
        person: PersonArgs,
        /// The account.
        #[arg(long, value_parser = account_id)]
        account: AccountId,
    },
    /// Keep a person out, whatever the filter says; the next sync treats them as
    /// out of scope.
    Exclude(PersonArgs),
    /// No longer keep a person out.
    Include(PersonArgs),
}

fn status(text: &str) -> Result<LinkStatus, String> {
    LinkStatus::ALL.iter().find(|status| status.as_str() == text).copied().ok_or_else(|| {
        let all: Vec<_> = LinkStatus::ALL.iter().map(|status| status.as_str()).collect();
        format!("use one of {}", all.join(", "))
    })
}

pub fn run(args: &LinkArgs) -> Result<(), Exit> {
    match &args.command {
        LinkCommand::List { data, tenant, status, format } => list(data, tenant, *status, *format),
        LinkCommand::Break(person) => {
            let (store, tenant) = person.hand.open(false)?;
            let source = person.source();
            let account = break_link(&store, &tenant, &person.integration(), &source, &person.hand.hand())?;
            say!("{} is no longer linked to {source}", account.id);
            Ok(())
        }
        LinkCommand::Repair { person, account } => {
            let (store, tenant) = person.hand.open(false)?;
            let source = person.source();
            let hand = person.hand.hand();
            repair(&store, &tenant, &person.integration(), &source, *account, &hand)?;
            say!("{account} is linked to {source}; the next sync brings it up to date");
            Ok(())
        }
        LinkCommand::Exclude(person) => {
            let (store, tenant) = person.hand.open(false)?;
            let source = person.source();
            exclude(&store, &tenant, &person.integration(), &source, &person.hand.hand())?;
            say!("{source} is kept out; the next sync acts on it");
            Ok(())
        }
        LinkCommand::Include(person) => {
            let (store, tenant) = person.hand.open(false)?;
            let source = person.source();
            include(&store, &tenant, &person.integration(), &source, &person.hand.hand())?;
            say!("{source} is no longer kept out");
            Ok(())
        }
    }
}

fn list(data: &DataArgs, tenant: &str, only: Option<LinkStatus>, format: Format) -> Result<(), Exit> {
    let (_store, tenant) = data.open_tenant(&tenant.into())?;
    let mut rows = Vec::new();
    links(&tenant, |row| {
        if only.is_none_or(|only| row.status == only) {
            rows.push(row);
        }
    })?;
    match format {
        Format::Json => {
            for row in &rows {
                say!("{}", serde_json::to_string(row).map_err(Exit::host)?);
            }
        }
        Format::Text => {
            let mut table = print::table(["status", "who", "account", "source", "why"]);
            for row in &rows {
                let source = match (&row.integration, &row.source_id) {
                    (Some(integration), Some(source)) => format!("{integration}: {source}"),
                    _ => "-".to_owned(),
                };
                let account = row.account.map_or_else(|| "-".to_owned(), |id| id.to_string());
                table.add_row([
                    row.status.to_string(),
                    safe(&row.label),
                    account,
                    safe(&source),
                    safe(&row.reason),
                ]);
            }
            say!("{table}");
        }
    }
    Ok(())
}
