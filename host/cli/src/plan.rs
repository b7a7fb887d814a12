//! `rollcall plan` and `rollcall approve`: a plan that waits for a person.

use clap::Args;
use jiff::Timestamp;
use rollcall_model::{IntegrationId, RunState};
use rollcall_store::{Store, TenantStore};
use rollcall_sync::{ApproveError, Consent, MAX_HOURS, Ready, Times, approve, waiting};

use crate::clock;
use crate::data::DataArgs;
use crate::exit::Exit;
use crate::print::say;
use crate::sync::{Format, SHOWN_ITEMS, print_json, print_plan};

/// Which integration.
#[derive(Debug, Args)]
pub struct Of {
    #[command(flatten)]
    data: DataArgs,
    /// Whose integration.
    #[arg(long)]
    tenant: String,
    /// Its id, as in the integration's file.
    #[arg(long)]
    integration: String,
}

impl Of {
    fn open(&self) -> Result<(Store, TenantStore, IntegrationId), Exit> {
        let (store, tenant) = self.data.open_tenant(&self.tenant.as_str().into())?;
        let integration: IntegrationId = self.integration.as_str().into();
        if tenant.latest_run(&integration)?.is_none() {
            return Err(Exit::usage(format!("--integration {integration}: it has never run")));
        }
        Ok((store, tenant, integration))
    }
}

#[derive(Debug, Args)]
pub struct PlanArgs {
    #[command(flatten)]
    of: Of,
    /// Print every item.
    #[arg(long)]
    all: bool,
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Shows the plan that waits, as it was made.
pub fn show(args: &PlanArgs) -> Result<(), Exit> {
    let (_store, tenant, integration) = args.of.open()?;
    let Some((run, plan)) = waiting(&tenant, &integration)? else {
        return Err(Exit::usage(ApproveError::NothingWaits));
    };
    let receipt = run.receipt.clone().unwrap_or_default();
    let staging = tenant.staging();
    let ready = Ready {
        plan: &plan,
        receipt: &receipt,
        tenant: &tenant,
        staging: &staging,
        watched: &[],
        times: Times::default(),
    };
    match args.format {
        Format::Text => print_plan(&ready, if args.all { usize::MAX } else { SHOWN_ITEMS })?,
        Format::Json => print_json(&ready, true)?,
    }
    if let (Format::Text, RunState::Held { reason }) = (args.format, &run.state) {
        say!("{} of {} waits: {reason}", run.id, instant(run.started_ms));
    }
    Ok(())
}

#[derive(Debug, Args)]
pub struct ApproveArgs {
    /// The plan's hash, as `rollcall plan` and `rollcall sync` print it.
    plan: String,
    #[command(flatten)]
    of: Of,
    /// Who approves.
    #[arg(long)]
    by: String,
    /// Why. It is kept in the audit.
    #[arg(long)]
    reason: String,
    /// Hours within which a sync may use it.
    #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u32).range(1..=i64::from(MAX_HOURS)))]
    hours: u32,
    /// Take this for now (RFC 3339).
    #[arg(long, value_name = "INSTANT")]
    now: Option<Timestamp>,
}

/// Approves it. The next sync applies it, if it comes to the same plan.
pub fn run_approve(args: &ApproveArgs) -> Result<(), Exit> {
    let (store, tenant, integration) = args.of.open()?;
    let consent = Consent {
        plan: &args.plan,
        by: &args.by,
        reason: &args.reason,
        hours: args.hours,
        now_ms: clock::at(args.now),
    };
    let approval = approve(&store, &tenant, &integration, &consent).map_err(|error| match error {
        ApproveError::Store(error) => error.into(),
        error => Exit::usage(error),
    })?;
    say!("approved until {}, once: the next sync applies it", instant(approval.expires_ms));
    Ok(())
}

pub fn instant(ms: i64) -> String {
    Timestamp::from_millisecond(ms).map(|at| at.to_string()).unwrap_or_default()
}
