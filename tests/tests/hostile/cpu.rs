//! Computing without end.

use std::time::Duration;

use rollcall_model::Failure;
use rollcall_sandbox::{Call, Limits, WorkerPage};

use crate::beside::{alone, run};
use crate::host::{Host, NoNetwork, call};
use crate::{Fails, guests};

guests! {
    endless_loop: Fails("stopped", "connector", "computed for more than");
    endless_calls: Fails("stopped", "connector", "computed for more than");
    endless_recursion: Fails("stopped", "connector", "computed for more than");
    endless_start: Fails("stopped", "connector", "computed for more than");
    endless_realloc: Fails("stopped", "connector", "computed for more than");
    endless_post_return: Fails("stopped", "connector", "computed for more than");
    endless_copying: Fails("stopped", "connector", "computed for more than");
    endless_waiting: Fails("stopped", "connector", "computed for more than");
    endless_matching: Fails("stopped", "connector", "computed for more than");
}

#[test]
fn twenty_calls_succeed_while_hostile_ones_compute() {
    let _alone = alone();
    run(async {
        let host = Host::start();
        let long =
            || Call { limits: Limits { cpu: Duration::from_secs(2), ..Limits::COMPILED }, ..call(NoNetwork) };
        let good = host.hostile("nothing").await.connector;
        let mut hostile = Vec::new();
        // As many as there are threads, and one more.
        for name in ["endless-loop", "endless-copying", "endless-start"] {
            let connector = host.hostile(name).await.connector;
            let call = long();
            hostile.push(tokio::spawn(async move { connector.pull_workers(call).await }));
        }
        for _ in 0..20 {
            let called = good.pull_workers(long()).await;
            assert_eq!(called.result, Ok(WorkerPage::default()));
            assert!(called.usage.cpu_ticks < 100, "{:?}", called.usage);
        }
        // They did compute all the while.
        assert!(hostile.iter().all(|call| !call.is_finished()));
        for call in hostile {
            let called = call.await.expect("a call ends as a value");
            assert!(matches!(called.result, Err(Failure::Stopped { .. })), "{called:?}");
        }
    });
}
