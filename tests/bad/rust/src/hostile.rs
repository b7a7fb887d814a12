//! What harms the host and not the data: the same crimes in each language, each
//! by its own means.

use rollcall_sdk::prelude::*;

/// Lines that are logged, where the host takes 500.
const FLOOD: usize = 10_000;

/// Commits it, if it is one of these.
#[allow(clippy::panic, reason = "it is the crime")]
pub fn committed(cx: &Context, crime: &str) -> Option<Result<WorkerPage>> {
    match crime {
        "endless-loop" => loop {
            std::hint::black_box(());
        },
        "memory-bomb" => {
            let mut all = Vec::new();
            loop {
                all.push(vec![1_u8; 1 << 20]);
            }
        }
        "log-flood" => {
            (0..FLOOD).for_each(|line| info!("line {line}"));
            Some(Ok(WorkerPage::default()))
        }
        "undeclared-host" => {
            let sent = cx.get("elsewhere", "/people").purpose("curiosity").send();
            Some(sent.map(|_| WorkerPage::default()))
        }
        "blurting" => panic!("the password is hunter2-of-mara.lind"),
        _ => None,
    }
}
