//! The data directory, as commands name it.

use std::path::{Path, PathBuf};

use clap::Args;
use rollcall_model::TenantId;
use rollcall_store::{MasterKey, Store, TenantStore};

use crate::exit::Exit;

/// Names the master key without being it.
const MASTER_KEY: &str = "ROLLCALL_MASTER_KEY";

#[derive(Debug, Args)]
pub struct DataArgs {
    /// Where accounts, runs, secrets and the audit are kept.
    #[arg(long, value_name = "DIR")]
    pub data: PathBuf,
    /// File with the master key, 64 hexadecimal digits. Keep it away from the
    /// data. Without it: the variable ROLLCALL_MASTER_KEY, else DIR/master.key,
    /// which is made if it is not there.
    #[arg(long, value_name = "FILE")]
    pub master_key: Option<PathBuf>,
}

impl DataArgs {
    pub fn open(&self) -> Result<Store, Exit> {
        Ok(Store::open(&self.data, self.key()?)?)
    }

    /// As [`Self::open`], for commands that only look.
    pub fn open_existing(&self) -> Result<Store, Exit> {
        if !self.data.join("control.redb").is_file() {
            return Err(Exit::usage(format!(
                "--data {}: there is no data here; `rollcall sync` makes it",
                self.data.display()
            )));
        }
        self.open()
    }

    /// As [`Self::open_existing`], for commands about one tenant.
    pub fn open_tenant(&self, id: &TenantId) -> Result<(Store, TenantStore), Exit> {
        let store = self.open_existing()?;
        if !store.tenants()?.contains(id) {
            return Err(Exit::usage(format!("--tenant {id}: there is no such tenant")));
        }
        let tenant = store.tenant(id)?;
        Ok((store, tenant))
    }

    fn key(&self) -> Result<MasterKey, Exit> {
        if let Some(path) = &self.master_key {
            let text = std::fs::read_to_string(path)
                .map_err(|error| Exit::usage(format!("--master-key {}: {error}", path.display())))?;
            return Ok(MasterKey::from_hex(&text, &path.display().to_string())?);
        }
        match std::env::var(MASTER_KEY) {
            Ok(key) => Ok(MasterKey::from_hex(&key, MASTER_KEY)?),
            Err(_) => {
                let path = self.data.join("master.key");
                // A new key would open nothing of what is there.
                if self.data.join("control.redb").is_file() && !path.is_file() {
                    return Err(Exit::usage(format!(
                        "{}: there is data, and its master key is not beside it; name it with --master-key or \
                         {MASTER_KEY}",
                        path.display()
                    )));
                }
                Ok(MasterKey::from_file(&path)?)
            }
        }
    }
}

/// Compiled components of this data directory.
pub fn cache(data: &Path) -> PathBuf {
    data.join("compiled")
}
