//! `rollcall account`: the accounts that syncs keep.

use std::io::{BufWriter, Write};

use clap::{Args, Subcommand};
use rollcall_model::{Account, AccountStatus, Attributes, TenantId, Value};
use rollcall_pipeline::fold;
use rollcall_store::{Store, StoreError, TenantStore};

use crate::clock::now_ms;
use crate::data::DataArgs;
use crate::exit::Exit;
use crate::print::say;

#[derive(Debug, Args)]
pub struct AccountArgs {
    #[command(subcommand)]
    command: AccountCommand,
}

#[derive(Debug, Subcommand)]
enum AccountCommand {
    /// Print all accounts of a tenant, one JSON object a line.
    List {
        #[command(flatten)]
        data: DataArgs,
        /// Whose accounts.
        #[arg(long)]
        tenant: String,
    },
    /// Make an account by hand. The first sync that brings a person with the
    /// same e-mail links it.
    Add {
        #[command(flatten)]
        data: DataArgs,
        /// Whose accounts.
        #[arg(long)]
        tenant: String,
        /// Unique within the tenant; what the first sync finds the account by.
        #[arg(long)]
        email: String,
        /// First name.
        #[arg(long)]
        given_name: String,
        /// Last name.
        #[arg(long)]
        family_name: String,
    },
}

pub fn run(args: &AccountArgs) -> Result<(), Exit> {
    match &args.command {
        AccountCommand::List { data, tenant } => list(&data.open_tenant(&tenant.as_str().into())?.1),
        AccountCommand::Add { data, tenant, email, given_name, family_name } => {
            let tenant = tenant.as_str().into();
            let account = add(&data.open()?, &tenant, email, given_name, family_name)?;
            say!("{}", account.id);
            Ok(())
        }
    }
}

fn list(tenant: &TenantStore) -> Result<(), Exit> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut failed = None;
    tenant.each_account(|account| {
        let written =
            serde_json::to_writer(&mut out, &account).map_err(Into::into).and_then(|()| out.write_all(b"\n"));
        failed = failed.take().or(written.err());
        Ok(())
    })?;
    if let Err(error) = failed.map_or_else(|| out.flush(), Err) {
        crate::print::gone(&error);
    }
    Ok(())
}

/// A local account: nobody's until a sync matches it (R102).
pub fn add(
    store: &Store,
    tenant: &TenantId,
    email: &str,
    given: &str,
    family: &str,
) -> Result<Account, Exit> {
    if !email.contains('@') {
        return Err(Exit::usage(format!("--email {email}: is not an e-mail address")));
    }
    let folded = fold(email);
    let tenant = store.tenant(tenant)?;
    if !tenant.keys()?.find("email", &folded)?.is_empty() {
        return Err(Exit::usage(format!("--email {email}: another account has it already")));
    }
    let text = |text: &str| Value::Text(text.to_owned());
    let attributes: Attributes = [("email", email), ("given_name", given), ("family_name", family)]
        .map(|(name, value)| (name.to_owned(), text(value)))
        .into();
    let now_ms = now_ms();
    Ok(tenant.apply(|apply| {
        let id = apply.new_account_id();
        let account = Account {
            id,
            status: AccountStatus::Active,
            attributes,
            owner: None,
            created_ms: now_ms,
            updated_ms: now_ms,
        };
        apply.put_account(&account)?;
        apply.put_key("email", &folded, id, false);
        Ok::<_, StoreError>(account)
    })?)
}
