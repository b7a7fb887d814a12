//! What is left of one call for the next. That the two tenants of a host read
//! nothing of each other is looked at in every group: `beside.rs`.

use futures::future::join_all;
use rollcall_sandbox::{Connector, PoolSize, WorkerPage};

use crate::beside::{others_may_run, run};
use crate::host::{Host, NoNetwork, call};

#[test]
fn no_memory_of_another_tenant_is_ever_seen() {
    let _others = others_may_run();
    run(async {
        let host = Host::start();
        // One fills 64 MiB with a pattern, the other looks for anything but zeros.
        let fills = host.hostile("memory-to-the-limit").await.connector;
        let looks = host.hostile("looks-around").await.connector;
        for _ in 0..3 {
            // In every place that a call may have.
            in_every_place(&fills).await;
            in_every_place(&looks).await;
        }
    });
}

async fn in_every_place(connector: &Connector) {
    let calls = (0..PoolSize::SMALL.calls).map(|_| connector.pull_workers(call(NoNetwork)));
    for called in join_all(calls).await {
        assert_eq!(called.result, Ok(WorkerPage::default()), "{:?}", called.usage);
    }
}
