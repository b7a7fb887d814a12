//! `rollcall disconnect` and `rollcall undo`: letting go of a source, and giving
//! back the access that a run took away.

use clap::{Args, ValueEnum};
use rollcall_model::{IntegrationId, RunId};
use rollcall_pipeline::OnDisconnect;
use rollcall_sync::{Prospect, UNDO_DAYS, disconnect, finish_removal, prospect, undo};

use crate::by_hand::HandArgs;
use crate::exit::Exit;
use crate::print::{self, say};

#[derive(Debug, Args)]
pub struct DisconnectArgs {
    #[command(flatten)]
    hand: HandArgs,
    /// The source, by the id of its integration.
    #[arg(long)]
    integration: String,
    /// What becomes of its accounts. Without it: what each choice would do.
    #[arg(long, value_enum, requires = "confirm")]
    accounts: Option<Accounts>,
    /// The number of accounts, as it was shown: the choice is for these.
    #[arg(long, value_name = "NUMBER")]
    confirm: Option<u64>,
    /// Remove the accounts of a disconnected source whose days are over.
    #[arg(long, conflicts_with = "accounts")]
    finish: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Accounts {
    Keep,
    Deactivate,
    Remove,
}

impl From<Accounts> for OnDisconnect {
    fn from(accounts: Accounts) -> Self {
        match accounts {
            Accounts::Keep => Self::Keep,
            Accounts::Deactivate => Self::Deactivate,
            Accounts::Remove => Self::Remove,
        }
    }
}

pub fn run(args: &DisconnectArgs) -> Result<(), Exit> {
    let (store, tenant) = args.hand.open(false)?;
    let id: IntegrationId = args.integration.as_str().into();
    let hand = args.hand.hand();
    if args.finish {
        let (removed, waiting) = finish_removal(&store, &tenant, &id, &hand)?;
        say!("removed {removed}; {waiting} wait");
        return Ok(());
    }
    let prospect = prospect(&tenant, &id)?;
    let (Some(accounts), Some(confirmed)) = (args.accounts, args.confirm) else {
        show(&prospect);
        return Err(Exit::Held(format!(
            "choose, and repeat with --accounts keep|deactivate|remove --confirm {}",
            prospect.accounts
        )));
    };
    if confirmed != prospect.accounts {
        return Err(Exit::usage(format!(
            "--confirm {confirmed}: there are {} accounts; look again before you decide",
            prospect.accounts
        )));
    }
    let run = disconnect(&store, &tenant, &id, accounts.into(), &hand)?;
    say!("`{id}` is disconnected: {}", run.id);
    match accounts {
        Accounts::Keep => say!("its accounts stay as they are, and are nobody's"),
        Accounts::Deactivate => say!("its accounts have no access; `rollcall undo {}` gives it back", run.id),
        Accounts::Remove => say!(
            "its accounts have no access; `rollcall undo {}` gives it back for {} days, then `rollcall \
             disconnect --finish` removes them",
            run.id,
            prospect.remove_after_days
        ),
    }
    Ok(())
}

fn show(prospect: &Prospect) {
    let Prospect { integration, accounts, active, protected, remove_after_days, proposed, removing } =
        prospect;
    say!(
        "{} (`{}`) has {accounts} accounts, {active} of them with access.",
        integration.name,
        integration.id
    );
    if let Some(waiting) = removing {
        say!("It was disconnected before; {waiting} accounts wait for their removal.");
    }
    say!(
        "\nIf you change to another source, do not disconnect: `rollcall migrate FILE.toml --from {}` takes \
         the accounts over, by e-mail or id, and removes nobody.\n",
        integration.id
    );
    let mut table = print::table(["choice", "what happens to whom"]);
    let goes = accounts - protected;
    let of = |choice: OnDisconnect, name: &str| {
        if choice == *proposed { format!("{name} (proposed)") } else { name.to_owned() }
    };
    table.add_row([
        of(OnDisconnect::Keep, "keep"),
        format!("{accounts} accounts stay as they are. Nothing updates them any more."),
    ]);
    table.add_row([
        of(OnDisconnect::Deactivate, "deactivate"),
        format!("Up to {goes} accounts lose access at once. They are kept, and can be given it back."),
    ]);
    table.add_row([
        of(OnDisconnect::Remove, "remove"),
        format!(
            "Up to {goes} accounts lose access at once, and are removed for good after {remove_after_days} days."
        ),
    ]);
    say!("{table}");
    if *protected > 0 {
        say!("{protected} protected accounts stay in any case.");
    }
}

#[derive(Debug, Args)]
pub struct UndoArgs {
    #[command(flatten)]
    hand: HandArgs,
    /// The run, as `rollcall sync` printed it: run-5.
    #[arg(value_parser = run_id)]
    run: RunId,
}

fn run_id(text: &str) -> Result<RunId, String> {
    let number = text.strip_prefix("run-").unwrap_or(text);
    number.parse().map(RunId).map_err(|_| "write it as run-5".to_owned())
}

pub fn run_undo(args: &UndoArgs) -> Result<(), Exit> {
    let (store, tenant) = args.hand.open(false)?;
    if tenant.run(args.run)?.is_none() {
        return Err(Exit::usage(format!("there is no {} here", args.run)));
    }
    let undone = undo(&store, &tenant, args.run, &args.hand.hand())?;
    say!("{} accounts have access again", undone.restored.len());
    if undone.active > 0 {
        say!("{} had it already", undone.active);
    }
    if undone.gone > 0 {
        say!("{} were removed since, which cannot be undone", undone.gone);
    }
    if !undone.restored.is_empty() {
        say!(
            "nothing is taken from them again for {UNDO_DAYS} days: correct the filter, the policies or the \
             source until then"
        );
    }
    Ok(())
}
