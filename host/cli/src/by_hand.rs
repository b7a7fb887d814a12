//! Who does something by hand, as commands ask for it.

use clap::Args;
use jiff::Timestamp;
use rollcall_model::{AccountId, IntegrationId, SourceId, TenantId};
use rollcall_store::{Store, TenantStore};
use rollcall_sync::{Hand, HandError};

use crate::clock;
use crate::data::DataArgs;
use crate::exit::Exit;

/// Whose accounts, and who changes them.
#[derive(Debug, Args)]
pub struct HandArgs {
    #[command(flatten)]
    data: DataArgs,
    /// Whose accounts.
    #[arg(long)]
    tenant: String,
    /// Who does it. It is kept in the audit.
    #[arg(long, default_value = "command line")]
    by: String,
    /// Why. It is kept in the audit.
    #[arg(long, default_value = "")]
    reason: String,
    /// Take this for now (RFC 3339).
    #[arg(long, value_name = "INSTANT")]
    now: Option<Timestamp>,
}

impl HandArgs {
    /// `new`: the tenant is made if there is none.
    pub fn open(&self, new: bool) -> Result<(Store, TenantStore), Exit> {
        let id: TenantId = self.tenant.as_str().into();
        if new {
            let store = self.data.open()?;
            let tenant = store.tenant(&id)?;
            return Ok((store, tenant));
        }
        self.data.open_tenant(&id)
    }

    pub fn hand(&self) -> Hand<'_> {
        Hand { by: &self.by, reason: &self.reason, now_ms: clock::at(self.now) }
    }
}

/// Somebody of a source.
#[derive(Debug, Args)]
pub struct PersonArgs {
    #[command(flatten)]
    pub hand: HandArgs,
    /// The source, by the id of its integration.
    #[arg(long)]
    integration: String,
    /// The person, by the source's id.
    source_id: String,
}

impl PersonArgs {
    pub fn integration(&self) -> IntegrationId {
        self.integration.as_str().into()
    }

    pub fn source(&self) -> SourceId {
        self.source_id.as_str().into()
    }
}

/// `account-5`, as all output has it.
pub fn account_id(text: &str) -> Result<AccountId, String> {
    let number = text.strip_prefix("account-").unwrap_or(text);
    number.parse().map(AccountId).map_err(|_| "write it as account-5".to_owned())
}

impl From<HandError> for Exit {
    fn from(error: HandError) -> Self {
        match error {
            HandError::Store(error) => error.into(),
            error => Self::usage(error),
        }
    }
}
