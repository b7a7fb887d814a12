//! A neighbour of hostile guests: a tenant with a real company, in the same
//! process, the same sandbox and the same store. It comes to the same as alone,
//! in a time that is at most doubled, and the host's memory comes back.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::{Duration, Instant};

use rollcall_sync::{Outcome, SyncError};
use rollcall_tests::{Provider, SECRET, Scene};
use serde_json::Value;

use crate::host::{Host, Tenant};
use crate::{Comes, End, Fails, Guest};

/// Threads of the host: one more than hostile tenants that sync at a time. With
/// as many of those, every answer of the network waits until a guest that
/// computes gives up its turn; README.md has what was measured.
const WORKERS: usize = 2;

/// How much longer a neighbour may take.
const AT_MOST: f64 = 2.0;

/// A busy machine is slow by chance: the neighbour is late when it is late in
/// each of so many measurements.
const MEASUREMENTS: usize = 3;

/// Syncs of the neighbour alone, before and again after those in company.
const ALONE: usize = 4;

const PEOPLE: u32 = 300;

/// What the host may keep of memory after so many hostile runs: less than one
/// guest's 64 MiB, so that not even a single one was kept.
const KEPT: u64 = 48 << 20;

/// Whoever measures the process or the machine has it alone among the tests.
static MACHINE: RwLock<()> = RwLock::new(());

pub fn others_may_run() -> RwLockReadGuard<'static, ()> {
    // A test that failed leaves nothing half done here.
    MACHINE.read().unwrap_or_else(PoisonError::into_inner)
}

pub fn alone() -> RwLockWriteGuard<'static, ()> {
    MACHINE.write().unwrap_or_else(PoisonError::into_inner)
}

/// Runs to the end on a few threads, as the host has them. The future is on one
/// of them too.
pub fn run<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> T {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(WORKERS).enable_all().build().expect("a runtime");
    runtime.block_on(async { tokio::spawn(work).await.expect("no panic") })
}

/// Every guest ends as it has to, while a neighbour syncs again and again.
pub fn check(guests: &[Guest]) {
    let _alone = alone();
    let guests: Vec<(String, End)> = guests.iter().map(|guest| (guest.name.clone(), guest.end)).collect();
    run(async move {
        let street = Arc::new(Street::new(&guests).await);
        let mut ratios = Vec::new();
        for _ in 0..MEASUREMENTS {
            ratios.push(street.measure().await);
            if ratios.last().is_some_and(|ratio| *ratio <= AT_MOST) {
                break;
            }
        }
        eprintln!("beside {} guests a sync takes {ratios:.2?} times as long as alone", guests.len());
        assert!(ratios.iter().any(|ratio| *ratio <= AT_MOST), "{ratios:.2?}");
        street.nobody_reads_of_the_other();
        street.memory_comes_back().await;
    });
}

struct Street {
    host: Host,
    neighbour: Tenant,
    /// What its sync comes to, alone.
    accounts: BTreeMap<String, Value>,
    /// How many neighbours there were.
    neighbours: AtomicU32,
    hostile: Vec<(Tenant, String, End)>,
    _scene: Scene,
}

impl Street {
    async fn new(guests: &[(String, End)]) -> Self {
        let host = Host::start();
        let scene = Scene::new(Provider::Entra, PEOPLE);
        let neighbour = host.neighbour(&scene).await;
        let mut hostile = Vec::new();
        for (name, end) in guests {
            hostile.push((host.hostile(name).await, name.clone(), *end));
        }
        host.sync(&neighbour).await.map(drop).expect("a neighbour alone syncs");
        let accounts = host.accounts(&neighbour);
        let due = scene.stub.people(scene.provider).iter().filter(|person| person.is_due()).count();
        assert_eq!(accounts.len(), due, "the neighbour alone has everybody");
        Self { host, neighbour, accounts, neighbours: AtomicU32::new(0), hostile, _scene: scene }
    }

    /// How many times as long the neighbour takes while all guests have their
    /// turn: the median of its syncs.
    async fn measure(self: &Arc<Self>) -> f64 {
        let (mut alone, mut beside) = (Vec::new(), Vec::new());
        for _ in 0..ALONE {
            alone.push(self.sync_neighbour().await);
        }
        let enough = Arc::new(AtomicBool::new(false));
        let (street, told) = (Arc::clone(self), Arc::clone(&enough));
        let hostile = tokio::spawn(async move {
            while !told.load(SeqCst) {
                street.hostile_row().await;
            }
        });
        while !hostile.is_finished() {
            beside.push(self.sync_neighbour().await);
            enough.store(beside.len() >= ALONE, SeqCst);
        }
        hostile.await.expect("every guest ended as it has to");
        for _ in 0..ALONE {
            alone.push(self.sync_neighbour().await);
        }
        median(beside).as_secs_f64() / median(alone).as_secs_f64()
    }

    /// A first sync of the neighbour, whose store knows nothing yet.
    async fn sync_neighbour(&self) -> Duration {
        let neighbour = self.neighbour.named(&format!("neighbour-{}", self.neighbours.fetch_add(1, SeqCst)));
        let begun = Instant::now();
        let synced = self.host.sync(&neighbour).await;
        let took = begun.elapsed();
        synced.map(drop).expect("a neighbour of hostile guests syncs");
        assert_eq!(self.host.accounts(&neighbour), self.accounts, "the neighbour has what it has alone");
        took
    }

    /// One guest after the other.
    async fn hostile_row(&self) {
        for (tenant, name, end) in &self.hostile {
            judge(name, *end, self.host.sync(tenant).await);
        }
    }

    /// The audit of each has nothing of the other.
    fn nobody_reads_of_the_other(&self) {
        let last = format!("neighbour-{}", self.neighbours.load(SeqCst) - 1);
        let neighbour = self.host.audit(&self.neighbour.named(&last));
        assert!(!neighbour.is_empty());
        assert!(neighbour.iter().all(|entry| !format!("{entry:?}").contains("victim")), "{neighbour:?}");
        for (tenant, name, _) in &self.hostile {
            let audit = self.host.audit(tenant);
            assert!(audit.iter().any(|entry| entry.kind == "run-ended"), "{name}");
            let told = format!("{audit:?}");
            assert!(!told.contains(SECRET) && !told.contains("neighbour-"), "{name}: {told}");
        }
    }

    /// After more hostile runs the process is as large as after the first.
    async fn memory_comes_back(&self) {
        let before = resident();
        for _ in 0..3 {
            self.hostile_row().await;
        }
        let after = resident();
        eprintln!("memory: {} MiB, and {} MiB after three rows more", before >> 20, after >> 20);
        assert!(after < before + KEPT, "{} MiB are kept", after.saturating_sub(before) >> 20);
    }
}

/// A guest ended as the list says, and what is told of it has nothing of the
/// neighbour in it.
fn judge(name: &str, end: End, ended: Result<Outcome, SyncError>) {
    match (end, ended) {
        (Comes(people), Ok(outcome)) => assert_eq!(outcome.receipt.workers.records, people, "{name}"),
        (Fails(code, blame, detail), Err(error)) => {
            let told = format!("{error} {error:?}");
            assert_eq!(
                (error.code().as_str(), error.blame().to_string().as_str()),
                (code, blame),
                "{name}: {told}"
            );
            assert!(told.contains(detail), "{name}: {told}");
            assert!(!told.contains(SECRET) && !told.contains("neighbour-"), "{name}: {told}");
        }
        (_, Ok(_)) => panic!("{name} ended in peace"),
        (_, Err(error)) => panic!("{name} ended with {error:?}"),
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// Bytes of this process in memory.
fn resident() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").expect("the kernel tells");
    let pages: u64 = statm.split(' ').nth(1).expect("a second number").parse().expect("a number");
    pages * rustix::param::page_size() as u64
}
