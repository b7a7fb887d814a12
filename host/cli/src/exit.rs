//! How the program ends: 0 done, 1 the connector or the sync failed, 2 usage or
//! configuration, 3 this host or its environment, 4 held for approval.

use std::fmt::Display;
use std::path::Path;
use std::process::ExitCode;

use rollcall_egress::EgressError;
use rollcall_grants::{GrantError, SettingError};
use rollcall_model::Failure;
use rollcall_pipeline::Problem;
use rollcall_sandbox::{LoadError, SandboxError};
use rollcall_store::StoreError;
use rollcall_sync::{FileError, SyncError};
use serde_json::json;

/// A command's end: an error says whose it is.
pub type Outcome = Result<(), Exit>;

/// Why a command did not do what it was asked.
#[derive(Debug)]
pub enum Exit {
    /// Exit code 1: a call of the connector failed. Printed as JSON, with blame
    /// and next step, for a script to read.
    Failed(Failure),
    /// Exit code 1: the connector is not one that this host builds or runs.
    Connector(anyhow::Error),
    /// Exit code 2: the command line or a configuration is wrong.
    Usage(anyhow::Error),
    /// Exit code 3: this host or its environment.
    Host(anyhow::Error),
    /// Exit code 4: the plan waits for a person.
    Held(String),
}

impl Exit {
    pub fn usage(problem: impl Display) -> Self {
        Self::Usage(anyhow::anyhow!("{problem}"))
    }

    pub fn host(problem: impl Display) -> Self {
        Self::Host(anyhow::anyhow!("{problem}"))
    }

    /// A component was not loaded.
    pub fn load(component: &Path, error: LoadError) -> Self {
        let of_connector = error.is_connector();
        let error = anyhow::Error::from(error).context(component.display().to_string());
        if of_connector { Self::Connector(error) } else { Self::Host(error) }
    }

    /// Several things are wrong, one line each.
    fn problems<P: Display>(problems: &[P]) -> Self {
        let lines: Vec<_> = problems.iter().map(ToString::to_string).collect();
        Self::usage(lines.join("\n  "))
    }
}

/// Sorts an error into who is to mend it, at the place where that is known:
/// `read(path).or_usage()?`.
pub trait Sort<T> {
    fn or_connector(self) -> Result<T, Exit>;
    fn or_usage(self) -> Result<T, Exit>;
    fn or_host(self) -> Result<T, Exit>;
}

impl<T, E: Into<anyhow::Error>> Sort<T> for Result<T, E> {
    fn or_connector(self) -> Result<T, Exit> {
        self.map_err(|error| Exit::Connector(error.into()))
    }

    fn or_usage(self) -> Result<T, Exit> {
        self.map_err(|error| Exit::Usage(error.into()))
    }

    fn or_host(self) -> Result<T, Exit> {
        self.map_err(|error| Exit::Host(error.into()))
    }
}

/// Prints the error, if there is one, and gives the code.
pub fn code(outcome: Outcome) -> ExitCode {
    let (code, told) = match outcome {
        Ok(()) => return ExitCode::SUCCESS,
        Err(Exit::Failed(failure)) => {
            let told = json!({
                "error": failure,
                "blame": failure.blame(),
                "message": failure.to_string(),
                "next_step": failure.next_step(),
            });
            (1, told.to_string())
        }
        Err(Exit::Connector(error)) => (1, format!("rollcall: {error:#}")),
        Err(Exit::Usage(error)) => (2, format!("rollcall: {error:#}")),
        Err(Exit::Host(error)) => (3, format!("rollcall: {error:#}")),
        Err(Exit::Held(why)) => (4, format!("rollcall: held for approval: {why}")),
    };
    eprintln!("{told}");
    ExitCode::from(code)
}

impl From<SandboxError> for Exit {
    fn from(error: SandboxError) -> Self {
        Self::Host(error.into())
    }
}

impl From<EgressError> for Exit {
    fn from(error: EgressError) -> Self {
        Self::Host(error.into())
    }
}

impl From<StoreError> for Exit {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::TenantId(_) | StoreError::MasterKeyForm(_) => Self::Usage(error.into()),
            error => Self::Host(error.into()),
        }
    }
}

impl From<FileError> for Exit {
    fn from(error: FileError) -> Self {
        Self::Usage(error.into())
    }
}

impl From<Failure> for Exit {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<SyncError> for Exit {
    fn from(error: SyncError) -> Self {
        match error {
            SyncError::Failed(failure) => Self::Failed(failure),
            SyncError::Configuration(problems) => problems.into(),
            SyncError::Store(error) => error.into(),
            SyncError::Host(_) => Self::Host(error.into()),
        }
    }
}

impl From<Vec<Problem>> for Exit {
    fn from(problems: Vec<Problem>) -> Self {
        Self::problems(&problems)
    }
}

impl From<Vec<SettingError>> for Exit {
    fn from(errors: Vec<SettingError>) -> Self {
        Self::problems(&errors)
    }
}

impl From<GrantError> for Exit {
    fn from(error: GrantError) -> Self {
        Self::problems(&error.0)
    }
}
