//! A bug in the connector's own code. No cassette has it: what is told of a bug
//! differs by language, and natively a panic would end the test.

use super::*;

pub struct Bug;

impl Connector for Bug {
    #[allow(clippy::indexing_slicing)]
    fn check(cx: &Context) -> Result<AccountInfo> {
        let people: Vec<&str> = cx.setting("missing").list().collect();
        saw(vec![people[0].to_owned()])
    }

    fn workers(_: &Context, _: Cursor) -> Result<WorkerPage> {
        Ok(WorkerPage::default())
    }
}
