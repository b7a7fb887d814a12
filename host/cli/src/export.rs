//! `rollcall export`: everything that is held about one person.

use std::io::Write;

use clap::Args;
use rollcall_store::{Store, TenantStore};
use rollcall_sync::{Subject, SubjectError, Who, export};

use crate::data::DataArgs;
use crate::exit::Exit;
use crate::print;

/// One tenant's data.
#[derive(Debug, Args)]
pub struct TenantArgs {
    #[command(flatten)]
    data: DataArgs,
    /// Whose data.
    #[arg(long)]
    tenant: String,
}

impl TenantArgs {
    pub fn open(&self) -> Result<(Store, TenantStore), Exit> {
        self.data.open_tenant(&self.tenant.as_str().into())
    }

    /// The data directory, opened anew.
    pub fn reopen(&self) -> Result<Store, Exit> {
        self.data.open_existing()
    }
}

#[derive(Debug, Args)]
pub struct ExportArgs {
    #[command(flatten)]
    of: TenantArgs,
    /// Who: account-5, an e-mail, or INTEGRATION:SOURCE_ID.
    person: String,
}

/// One JSON document, sensitive values included: it is for the person.
pub fn run(args: &ExportArgs) -> Result<(), Exit> {
    let (store, tenant) = args.of.open()?;
    let subject = find(&tenant, &args.person)?;
    let document = export(&store, &tenant, &subject)?.document()?;
    let mut out = std::io::stdout().lock();
    if let Err(error) = out.write_all(document.as_bytes()).and_then(|()| out.flush()) {
        print::gone(&error);
    }
    Ok(())
}

pub fn find(tenant: &TenantStore, person: &str) -> Result<Subject, Exit> {
    let found = Who::parse(person).and_then(|who| Subject::find(tenant, &who, person));
    found.map_err(|error| match error {
        SubjectError::Store(error) => error.into(),
        error => Exit::usage(error),
    })
}
