//! `rollcall erase`: one person, or a whole tenant, for good.

use clap::Args;
use jiff::Timestamp;
use rollcall_store::{AuditEntry, TenantCounts};
use rollcall_sync::{EraseError, Wish, erase, export, refusal};
use serde_json::json;

use crate::clock;
use crate::exit::Exit;
use crate::export::{TenantArgs, find};
use crate::print::{self, say};

#[derive(Debug, Args)]
pub struct EraseArgs {
    #[command(flatten)]
    of: TenantArgs,
    /// Who: account-5, an e-mail, or INTEGRATION:SOURCE_ID.
    #[arg(required_unless_present = "everything")]
    person: Option<String>,
    /// The tenant with everybody and everything in it.
    #[arg(long, conflicts_with = "person")]
    everything: bool,
    /// Do it: the person's name as this command prints it, or the tenant's.
    #[arg(long, value_name = "NAME")]
    confirm: Option<String>,
    /// Who wants it. It is kept in the audit: not the person's own name.
    #[arg(long, requires = "reason")]
    by: Option<String>,
    /// Why, without naming the person.
    #[arg(long, requires = "by")]
    reason: Option<String>,
    /// Take this for now (RFC 3339).
    #[arg(long, value_name = "INSTANT")]
    now: Option<Timestamp>,
}

pub fn run(args: &EraseArgs) -> Result<(), Exit> {
    match &args.person {
        Some(person) => run_person(args, person),
        None => run_tenant(args),
    }
}

impl EraseArgs {
    fn wish(&self) -> Wish<'_> {
        Wish { by: self.by.as_deref(), reason: self.reason.as_deref(), now_ms: clock::at(self.now) }
    }

    /// Passes with a `--confirm` of this name.
    fn confirmed(&self, name: &str) -> Result<(), Exit> {
        match &self.confirm {
            None => Err(Exit::Held(format!("nothing was erased; repeat it with --confirm {name}"))),
            Some(given) if given != name => {
                Err(Exit::usage(format!("--confirm {given}: this would erase {name}; nothing was erased")))
            }
            Some(_) => Ok(()),
        }
    }
}

fn run_person(args: &EraseArgs, person: &str) -> Result<(), Exit> {
    let (store, tenant) = args.of.open()?;
    let subject = find(&tenant, person)?;
    let wish = args.wish();
    refusal(&tenant, &subject, &wish)?;
    let held = export(&store, &tenant, &subject)?;
    let name = print::safe(&subject.name());
    let mut table = print::table(["what is held", "records"]);
    for (what, count) in held.counts() {
        table.add_row([what.to_owned(), count.to_string()]);
    }
    say!("{name}\n{table}");
    if !held.staged.is_empty() {
        say!("Plans and reads that name them are given up; the next sync makes them anew.");
    }
    for named in &held.named_in {
        say!("{} has them as `{}`: its own record, which stays.", named.account, named.attribute);
    }
    if !held.audit.is_empty() {
        say!("Audit entries that name them in somebody's words, and stay: {}.", held.audit.len());
    }
    args.confirmed(&subject.name())?;
    erase(&store, tenant, &subject, &held, &wish)?;
    say!("erased {name}");
    say!("The source will bring them again, unless they are excluded there or by the filter.");
    Ok(())
}

fn run_tenant(args: &EraseArgs) -> Result<(), Exit> {
    let (store, tenant) = args.of.open()?;
    let id = tenant.id.clone();
    let TenantCounts { accounts, links, events, runs, secrets } = tenant.counts()?;
    let mut table = print::table(["what is held", "records"]);
    for (what, count) in
        [("accounts", accounts), ("links", links), ("events", events), ("runs", runs), ("secrets", secrets)]
    {
        table.add_row([what.to_owned(), count.to_string()]);
    }
    say!("{id}\n{table}");
    args.confirmed(id.as_str())?;
    let Wish { by, reason, now_ms } = args.wish();
    let entry = AuditEntry {
        at_ms: now_ms,
        tenant: id.to_string(),
        kind: "tenant-erasure".to_owned(),
        detail: json!({"by": by, "reason": reason}),
    };
    store.append_audit(&[entry])?;
    drop(tenant);
    store.erase_tenant(&id)?;
    // Its key is gone from the disk with the opening.
    drop(store);
    args.of.reopen()?;
    say!("erased {id}, with its key; the audit keeps what was done");
    Ok(())
}

impl From<EraseError> for Exit {
    fn from(error: EraseError) -> Self {
        match error {
            EraseError::Store(error) => error.into(),
            error => Self::usage(error),
        }
    }
}
