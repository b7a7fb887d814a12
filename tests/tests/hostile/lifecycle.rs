//! What ends before its time: calls that are dropped, a host that panics, files
//! that go away. Killed processes have tests of their own: README.md.

use std::time::Duration;

use rollcall_grants::{FetchError, Fetching, Network, Request, Response};
use rollcall_model::Failure;
use rollcall_sandbox::WorkerPage;
use rollcall_tests::{Provider, Scene};
use tokio::time::timeout;

use crate::beside::{others_may_run, run};
use crate::host::{Host, NoNetwork, call};

#[test]
fn a_guest_that_falls_over_when_it_is_asked_what_it_is() {
    let _others = others_may_run();
    run(async {
        let connector = Host::start().hostile("unreachable-check").await.connector;
        let checked = connector.check(call(NoNetwork)).await.result;
        let discovered = connector.discover(call(NoNetwork)).await.result;
        for failure in [checked.unwrap_err(), discovered.unwrap_err()] {
            assert!(
                matches!(&failure, Failure::Crashed { detail } if detail.contains("unreachable")),
                "{failure:?}"
            );
        }
        assert_eq!(connector.pull_workers(call(NoNetwork)).await.result, Ok(WorkerPage::default()));
    });
}

#[test]
fn a_call_that_is_dropped_while_something_is_handed_over() {
    let _others = others_may_run();
    run(async {
        let host = Host::start();
        let good = host.hostile("nothing").await.connector;
        let stuck = host.hostile("endless-realloc").await.connector;
        // More than there are places.
        for _ in 0..8 {
            let dropped = timeout(Duration::from_millis(20), stuck.pull_workers(call(NoNetwork))).await;
            assert!(dropped.is_err(), "{dropped:?}");
        }
        assert_eq!(good.pull_workers(call(NoNetwork)).await.result, Ok(WorkerPage::default()));
    });
}

/// A bug of the host's own.
struct Panics;

impl Network for Panics {
    fn fetch(&self, _: Request) -> Fetching<'_, Result<Response, FetchError>> {
        Box::pin(async { panic!("injected: a bug of the host") })
    }

    fn fetch_all(&self, _: Vec<Request>) -> Fetching<'_, Vec<Result<Response, FetchError>>> {
        Box::pin(async { panic!("injected: a bug of the host") })
    }
}

#[test]
fn a_panic_in_the_host_ends_one_call_and_no_neighbour() {
    let _others = others_may_run();
    run(async {
        let host = Host::start();
        let scene = Scene::new(Provider::Entra, 40);
        let neighbour = host.neighbour(&scene).await;
        let unlucky = host.hostile("undeclared-host").await.connector;
        let panicking = tokio::spawn(async move {
            for _ in 0..3 {
                let failure = unlucky.pull_workers(call(Panics)).await.result.unwrap_err();
                assert!(matches!(failure, Failure::Host { .. }), "{failure:?}");
            }
        });
        let read = host.sync(&neighbour).await.expect("the neighbour syncs").receipt.workers.records;
        panicking.await.expect("every panic comes back as a failure");
        assert_eq!(read, scene.stub.people(scene.provider).len() as u64);
    });
}

#[test]
fn files_that_go_away_take_nothing_from_a_run() {
    let _others = others_may_run();
    run(async {
        let host = Host::start();
        let scene = Scene::new(Provider::Entra, 40);
        let neighbour = host.neighbour(&scene).await;
        // Its code is mapped; what lies on the disk is for the next time.
        host.forget_compiled();
        host.sync(&neighbour).await.map(drop).expect("the neighbour syncs");
        let due = scene.stub.people(scene.provider).iter().filter(|person| person.is_due()).count();
        assert_eq!(host.accounts(&neighbour).len(), due);
    });
}
