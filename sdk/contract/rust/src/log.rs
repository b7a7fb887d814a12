//! Lines in the log.

use rollcall_sdk::{Level, info, warn};
use rollcall_sdk::{debug, log};

use super::*;

pub struct Log;

impl Connector for Log {
    fn check(_: &Context) -> Result<AccountInfo> {
        debug!("a line to debug");
        info!("a line of information");
        warn!("a warning");
        log::emit(Level::Error, "an error");
        // The other languages print this: `print`, `console.log`.
        info!("printed: Zoë 1 true");
        Ok(AccountInfo::default())
    }

    fn workers(_: &Context, _: Cursor) -> Result<WorkerPage> {
        Ok(WorkerPage::default())
    }
}

/// One line of more than the 4 KiB that the host keeps.
pub struct LogLong;

impl Connector for LogLong {
    fn check(_: &Context) -> Result<AccountInfo> {
        info!("{}", "ä".repeat(3000));
        info!("the line after it");
        Ok(AccountInfo::default())
    }

    fn workers(_: &Context, _: Cursor) -> Result<WorkerPage> {
        Ok(WorkerPage::default())
    }
}
