//! Time and randomness, which a run has of its own.

use super::*;

pub struct Clock;

impl Connector for Clock {
    fn check(cx: &Context) -> Result<AccountInfo> {
        saw(vec![
            format!("now: {}", cx.now()),
            format!("today: {}", cx.today()),
            // A guest in Rust has no other clock; the other languages have, and
            // it has to say the same.
            format!("the language's clock: {}", cx.now()),
        ])
    }

    fn workers(_: &Context, _: Cursor) -> Result<WorkerPage> {
        Ok(WorkerPage::default())
    }
}

/// The first draw of two calls of one run. Rust's standard library has no
/// random numbers, so that both are the same without anybody's doing.
pub struct Random;

impl Connector for Random {
    fn check(_: &Context) -> Result<AccountInfo> {
        Ok(AccountInfo::default())
    }

    fn workers(_: &Context, cursor: Cursor) -> Result<WorkerPage> {
        if cursor.is_start() {
            let page = WorkerPage::of(vec![Worker::new("drawn", WorkerStatus::Active)]);
            return Ok(page.next(Some(Token { token: Some("drawn".into()) })));
        }
        Ok(WorkerPage::of(vec![Worker::new("drawn the same", WorkerStatus::Active)]))
    }
}
