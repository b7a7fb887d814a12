//! `rollcall account` and `rollcall group`: what syncs keep, and what is done to
//! it by hand.

use std::io::{BufWriter, Write};

use clap::{Args, Subcommand};
use rollcall_model::{Account, AccountId, Attributes, Value};
use rollcall_store::TenantStore;
use rollcall_sync::{Edit, add, edit, protect};
use serde::Serialize;
use serde_json::json;

use crate::by_hand::{HandArgs, account_id};
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
    /// same e-mail links it, where the policies allow that.
    Add {
        #[command(flatten)]
        hand: HandArgs,
        /// Unique within the tenant; what the first sync finds the account by.
        #[arg(long)]
        email: String,
        /// First name.
        #[arg(long)]
        given_name: String,
        /// Last name.
        #[arg(long)]
        family_name: String,
        /// Another attribute. May be repeated.
        #[arg(long = "set", value_name = "NAME=VALUE", value_parser = attribute)]
        set: Vec<Edit>,
    },
    /// Change attributes of an account. What a source governs is refused,
    /// overwritten by the next sync or kept, as its policy `manual_edit` says.
    Edit {
        #[command(flatten)]
        hand: HandArgs,
        #[arg(value_parser = account_id)]
        account: AccountId,
        /// An attribute; without a value it is emptied. May be repeated.
        #[arg(long = "set", value_name = "NAME=VALUE", value_parser = attribute, required = true)]
        set: Vec<Edit>,
    },
    /// Have no sync link, change or deactivate an account: for who must never
    /// be locked out.
    Protect {
        #[command(flatten)]
        hand: HandArgs,
        #[arg(value_parser = account_id)]
        account: AccountId,
    },
    /// Have syncs govern an account again.
    Unprotect {
        #[command(flatten)]
        hand: HandArgs,
        #[arg(value_parser = account_id)]
        account: AccountId,
    },
}

#[derive(Debug, Args)]
pub struct GroupArgs {
    #[command(subcommand)]
    command: GroupCommand,
}

#[derive(Debug, Subcommand)]
enum GroupCommand {
    /// Print all groups of a tenant, one JSON object a line. Who belongs to
    /// them is said by `rollcall account list`.
    List {
        #[command(flatten)]
        data: DataArgs,
        /// Whose groups.
        #[arg(long)]
        tenant: String,
    },
}

pub fn run(args: &AccountArgs) -> Result<(), Exit> {
    match &args.command {
        AccountCommand::List { data, tenant } => list(&data.open_tenant(&tenant.as_str().into())?.1),
        AccountCommand::Add { hand, email, given_name, family_name, set } => {
            let (store, tenant) = hand.open(true)?;
            let text = |text: &String| Value::Text(text.clone());
            let mut attributes: Attributes =
                [("email", email), ("given_name", given_name), ("family_name", family_name)]
                    .map(|(name, value)| (name.to_owned(), text(value)))
                    .into();
            attributes.extend(set.iter().filter_map(|(name, value)| Some((name.clone(), value.clone()?))));
            say!("{}", add(&store, &tenant, attributes, &hand.hand())?.id);
            Ok(())
        }
        AccountCommand::Edit { hand, account, set } => {
            let (store, tenant) = hand.open(false)?;
            let account = edit(&store, &tenant, *account, set, &hand.hand())?;
            say!("{}", serde_json::to_string(&account).map_err(Exit::host)?);
            Ok(())
        }
        AccountCommand::Protect { hand, account } => set_protected(hand, *account, true),
        AccountCommand::Unprotect { hand, account } => set_protected(hand, *account, false),
    }
}

fn set_protected(hand: &HandArgs, account: AccountId, protected: bool) -> Result<(), Exit> {
    let (store, tenant) = hand.open(false)?;
    protect(&store, &tenant, account, protected, &hand.hand())?;
    say!("{account} is {}", if protected { "protected" } else { "no longer protected" });
    Ok(())
}

/// `NAME=VALUE`.
fn attribute(text: &str) -> Result<Edit, String> {
    let (name, value) = text.split_once('=').ok_or("write NAME=VALUE")?;
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if name.is_empty() || !name.chars().all(plain) {
        return Err(format!("`{name}` is no attribute's name: use a-z, 0-9 and _"));
    }
    let value = (!value.is_empty()).then(|| Value::Text(value.to_owned()));
    Ok((name.to_owned(), value))
}

#[derive(Serialize)]
struct Row {
    #[serde(flatten)]
    account: Account,
    /// The account that this one reports to.
    #[serde(skip_serializing_if = "Option::is_none")]
    manager: Option<AccountId>,
}

fn list(tenant: &TenantStore) -> Result<(), Exit> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut failed = None;
    let view = tenant.view()?;
    tenant.each_account(|account| {
        let row = Row { manager: view.manager(account.id)?, account };
        let written =
            serde_json::to_writer(&mut out, &row).map_err(Into::into).and_then(|()| out.write_all(b"\n"));
        failed = failed.take().or(written.err());
        Ok(())
    })?;
    if let Err(error) = failed.map_or_else(|| out.flush(), Err) {
        crate::print::gone(&error);
    }
    Ok(())
}

pub fn run_groups(args: &GroupArgs) -> Result<(), Exit> {
    let GroupCommand::List { data, tenant } = &args.command;
    let (_store, tenant) = data.open_tenant(&tenant.as_str().into())?;
    let view = tenant.view()?;
    for integration in tenant.integrations()? {
        for (key, group) in view.groups(&integration.id)? {
            let line = json!({
                "integration": integration.id,
                "key": key,
                "name": group.name,
                "kind": group.kind,
                "parent": group.parent,
                "members": group.members,
            });
            say!("{line}");
        }
    }
    Ok(())
}
