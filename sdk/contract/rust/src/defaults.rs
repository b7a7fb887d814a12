//! Case 1: a connector that has nothing but what each has to have.

use super::*;

pub struct Defaults;

impl Connector for Defaults {
    fn check(_: &Context) -> Result<AccountInfo> {
        Ok(AccountInfo::default())
    }

    fn workers(_: &Context, _: Cursor) -> Result<WorkerPage> {
        Ok(WorkerPage::default())
    }
}
