//! One call: a fresh store, its limits, two deadlines, and what came of it.

use std::sync::Arc;
use std::time::Instant;

use rollcall_grants::Outside;
use rollcall_model::Failure;
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use wasmtime::{Engine, PoolConcurrencyLimitError, Store, Trap};

use crate::abi::{Abi, Calling, Request, Told, WrongType};
use crate::input::RunInput;
use crate::law::Lawful;
use crate::limits::{DETAIL_BYTES, HANDLES, HOSTCALL_BYTES, Limits, WALL_GRACE};
use crate::log::{LogPipe, LogSink, printable};
use crate::meter::{Meter, Usage};
use crate::options::Metering;
use crate::state::{CallState, Stop};

/// What a call is made with.
#[derive(Clone)]
pub struct Call {
    pub run: RunInput,
    /// From the page before. `None`: the first page; ignored by `check` and
    /// `discover`.
    pub cursor: Option<Vec<u8>>,
    pub outside: Outside,
    pub log: Arc<dyn LogSink>,
    /// [`crate::Connector::limits`] has the usual ones.
    pub limits: Limits,
}

/// What came of a call.
#[derive(Debug, Clone)]
pub struct Called<T> {
    pub result: Result<T, Failure>,
    pub usage: Usage,
}

/// A function of the contract, as a method of its adapter.
pub(crate) type Function<T> =
    for<'a> fn(&'a dyn Abi, &'a mut Store<CallState>, &'a Request) -> Calling<'a, T>;

/// What every call of a connector shares.
#[derive(Clone)]
pub(crate) struct Target {
    pub engine: Engine,
    pub metering: Metering,
    pub abi: Arc<dyn Abi>,
}

/// Runs a call on a task of its own: a panic in the host's code ends this call
/// and no other. Dropping the returned future drops the call.
pub(crate) async fn call<T>(
    target: Target,
    place: OwnedSemaphorePermit,
    call: Call,
    function: Function<T>,
) -> Called<T>
where
    T: Lawful + Send + 'static,
{
    let started = Instant::now();
    let meter = Arc::new(Meter::default());
    let work = run(target, call, Arc::clone(&meter), function);
    let mut task = AbortOnDrop(tokio::spawn(async move {
        // Given back by the task, not by whoever waits for it: a call that was
        // dropped has its instance until its guest's next tick.
        let _place = place;
        work.await
    }));
    let (result, fuel) = match (&mut task.0).await {
        Ok(done) => done,
        Err(error) if error.is_panic() => {
            tracing::error!(
                panic = panic_text(error.into_panic()),
                "a connector's call panicked in the host"
            );
            (Err(Failure::Host { detail: "a bug of the host ended the call; see its log".to_owned() }), None)
        }
        Err(_) => (Err(Failure::Host { detail: "the host is shutting down".to_owned() }), None),
    };
    Called { result, usage: meter.usage(started.elapsed(), fuel) }
}

struct AbortOnDrop<T>(JoinHandle<T>);

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

type Done<T> = (Result<T, Failure>, Option<u64>);

async fn run<T: Lawful>(target: Target, call: Call, meter: Arc<Meter>, function: Function<T>) -> Done<T> {
    let limits = call.limits;
    let request = Request { run: call.run, cursor: call.cursor };
    let log = LogPipe { sink: call.log, meter: Arc::clone(&meter), limit: limits.log_lines };
    #[cfg(feature = "wasi")]
    let wasi = crate::wasi::WasiState::new(request.run.now_ms, &request.run.id, log.clone());
    let state = CallState::new(
        limits,
        meter,
        call.outside,
        log,
        #[cfg(feature = "wasi")]
        wasi,
    );
    let mut store = Store::new(&target.engine, state);
    if let Err(error) = prepare(&mut store, target.metering) {
        return (Err(Failure::Host { detail: format!("{error:#}") }), None);
    }
    // The first deadline stops a guest that computes, the second one drops a
    // call that waits within a host function, where epochs do not reach.
    let deadline = limits.wall.saturating_add(WALL_GRACE);
    let outcome = timeout(deadline, function(&*target.abi, &mut store, &request)).await;
    let fuel = fuel_used(&store, target.metering);
    let result = match outcome {
        Ok(Ok(Ok(answer))) => match answer.check(&limits) {
            Ok(()) => Ok(answer),
            Err(breach) => Err(breach.into()),
        },
        Ok(Ok(Err(told))) => Err(blame(told, store.data())),
        Ok(Err(error)) => Err(stopped(&error, store.data())),
        Err(_) => Err(Failure::Stopped { detail: Stop::Wall(limits.wall).to_string() }),
    };
    (result, fuel)
}

/// Instructions that a store of the counting engine begins with: more than any
/// call executes within its time.
const FUEL: u64 = u64::MAX / 2;

fn prepare(store: &mut Store<CallState>, metering: Metering) -> wasmtime::Result<()> {
    store.limiter(|state| &mut state.resources);
    store.set_hostcall_fuel(HOSTCALL_BYTES);
    store.set_max_component_handles(HANDLES);
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(|mut context| Ok(context.data_mut().tick()?));
    match metering {
        Metering::Epochs => Ok(()),
        Metering::Fuel => store.set_fuel(FUEL),
    }
}

fn fuel_used(store: &Store<CallState>, metering: Metering) -> Option<u64> {
    match metering {
        Metering::Epochs => None,
        Metering::Fuel => store.get_fuel().ok().map(|left| FUEL.saturating_sub(left)),
    }
}

/// A guest that reports a failed request cannot choose the blame: the host knows
/// why the request failed.
fn blame(told: Told, state: &CallState) -> Failure {
    let text = match told {
        Told::Failure(failure) => return failure,
        Told::FetchFailed(text) => text,
    };
    state.last_failure.clone().unwrap_or_else(|| Failure::Contract {
        detail: format!("it reports a request that failed, and none did: {text}"),
    })
}

/// Why the guest did not come to an end.
fn stopped(error: &wasmtime::Error, state: &CallState) -> Failure {
    if let Some(stop) = error.downcast_ref::<Stop>() {
        return Failure::Stopped { detail: stop.to_string() };
    }
    if error.downcast_ref::<PoolConcurrencyLimitError>().is_some() {
        return Failure::Host { detail: "no free place to run a connector".to_owned() };
    }
    if error.downcast_ref::<WrongType>().is_some() {
        return Failure::Contract { detail: printable(&format!("{error:#}"), DETAIL_BYTES) };
    }
    match state.resources.refused {
        Some("memory") => {
            return Failure::Budget { detail: format!("{} MiB of memory", state.limits.memory >> 20) };
        }
        Some(what) => return Failure::Budget { detail: what.to_owned() },
        None => {}
    }
    if let Some(trap) = error.downcast_ref::<Trap>() {
        return Failure::Crashed { detail: printable(&trap.to_string(), DETAIL_BYTES) };
    }
    let cause = printable(&error.root_cause().to_string(), DETAIL_BYTES);
    // wasmtime keeps the types of these errors to itself.
    if cause.contains("fuel allocated for hostcalls") {
        return Failure::Budget { detail: format!("{} MiB handed over at once", HOSTCALL_BYTES >> 20) };
    }
    if cause.contains("handle limit exceeded") {
        return Failure::Budget { detail: format!("{HANDLES} handles") };
    }
    #[cfg(feature = "wasi")]
    if crate::wasi::is_exit(error) {
        return Failure::Crashed { detail: "it ended itself".to_owned() };
    }
    Failure::Contract { detail: cause }
}

fn panic_text(panic: Box<dyn std::any::Any + Send>) -> String {
    match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(panic) => panic.downcast::<&str>().map(|text| (*text).to_owned()).unwrap_or_default(),
    }
}
