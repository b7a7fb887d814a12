//! The sandbox by itself: loading from the cache, a store with an instance, and
//! normalising a page against parsing the same bytes natively.

use std::collections::{BTreeMap, HashMap};
use std::hint::black_box;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow};
use rollcall_grants::{FetchError, Fetching, Network, Outside, Request, Response, Settings, Target};
use rollcall_sandbox::{
    Call, Compile, Connector, Metering, Nesting, NoLog, PoolSize, PullMode, RunInput, Sandbox,
    SandboxOptions, Wasi,
};

use crate::program::{Programs, SECRET};
use crate::shapes::Shape;
use crate::stub::Stub;

/// Milliseconds since 1970 that connectors believe it is.
pub const NOW_MS: u64 = 1_770_000_000_000;

/// How often the short things are repeated.
const TIMES: usize = 300;

/// How often a page is normalised, and parsed.
const PAGES: usize = 200;

pub struct Costs {
    pub load: Duration,
    /// A store, an instance, one call that gets no further than its first
    /// request, and the end of all that.
    pub call: Duration,
    pub normalize: Duration,
    pub parse: Duration,
    pub page_people: usize,
}

pub fn measure(programs: &Programs, shape: Shape) -> anyhow::Result<Costs> {
    // One thread: a call that hops between threads measures the scheduler.
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(costs(programs, shape))
}

async fn costs(programs: &Programs, shape: Shape) -> anyhow::Result<Costs> {
    let cache = tempfile::tempdir()?;
    let sandbox = open(programs, cache.path().join("compiled"), PoolSize::SMALL)?;
    let component = std::fs::read(programs.connectors.join(shape.connector()).with_extension("wasm"))?;
    let connector = sandbox.load(&component).await?;
    let mut loads = Vec::new();
    for _ in 0..TIMES / 6 {
        let begun = Instant::now();
        black_box(sandbox.load(&component).await?);
        loads.push(begun.elapsed());
    }

    let stub = Stub::start(programs, 1_000)?;
    let network = Arc::new(Recorded::new(shape, stub.url.clone()).await?);
    let first = call(&connector, shape, network.clone(), None)?;
    let page = connector.pull_workers(first).await.result.map_err(|failure| anyhow!("{failure}"))?;
    let cursor = page.next.context("the first page leads nowhere")?;
    // The second page costs one request and is full.
    let second = call(&connector, shape, network.clone(), Some(cursor))?;
    let page = connector.pull_workers(second.clone()).await.result.map_err(|failure| anyhow!("{failure}"))?;
    let page_people = page.workers.len();
    let body = network.last();

    let offline = Call { outside: Outside::Network(Arc::new(Offline)), ..second.clone() };
    let mut calls = Vec::new();
    for _ in 0..TIMES {
        let begun = Instant::now();
        black_box(connector.pull_workers(offline.clone()).await.result.is_err());
        calls.push(begun.elapsed());
    }

    let (mut normalized, mut parsed) = (Vec::new(), Vec::new());
    for _ in 0..PAGES {
        let begun = Instant::now();
        black_box(connector.pull_workers(second.clone()).await.result.is_ok());
        normalized.push(begun.elapsed());
        let begun = Instant::now();
        black_box(shape.parse(black_box(&body))?.len());
        parsed.push(begun.elapsed());
    }
    Ok(Costs {
        load: typical(loads),
        call: typical(calls),
        normalize: typical(normalized),
        parse: typical(parsed),
        page_people,
    })
}

/// A sandbox as the program has it.
pub fn open(programs: &Programs, cache_dir: PathBuf, pool: PoolSize) -> anyhow::Result<Sandbox> {
    Ok(Sandbox::new(SandboxOptions {
        cache_dir,
        wasi: Wasi::Refuse,
        metering: Metering::Epochs,
        compile: Compile::InChild {
            program: programs.rollcall.clone(),
            args: vec!["compile-component".into()],
        },
        pool,
    })?)
}

pub fn settings(connector: &Connector, shape: Shape) -> anyhow::Result<Settings> {
    let settings: BTreeMap<_, _> =
        shape.settings().iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    let secrets = BTreeMap::from([("client_secret".to_owned(), SECRET.to_owned())]);
    Settings::resolve(connector.manifest(), &settings, &secrets)
        .map_err(|errors| anyhow!("settings of the bench: {errors:?}"))
}

/// A full read that nobody has asked anything of yet.
pub fn full_run(settings: &Settings) -> RunInput {
    RunInput {
        id: "bench".into(),
        mode: PullMode::Full,
        now_ms: NOW_MS,
        settings: settings.public().into(),
        wanted_attributes: Arc::new([]),
        wanted_groups: Arc::new([]),
        nesting: Nesting::Direct,
        page_size: 1_000,
    }
}

/// One that nine tenths take longer than: what the work takes where nobody else
/// wants the processor. A median has the others' turns in it, and more of them
/// the longer the work is.
fn typical(mut all: Vec<Duration>) -> Duration {
    all.sort_unstable();
    all.get(all.len() / 10).copied().unwrap_or_default()
}

fn call(
    connector: &Connector,
    shape: Shape,
    network: Arc<Recorded>,
    cursor: Option<Vec<u8>>,
) -> anyhow::Result<Call> {
    let settings = settings(connector, shape)?;
    let wanted_attributes = shape.wanted().map(str::to_owned).collect();
    let run = RunInput { wanted_attributes, page_size: 200, ..full_run(&settings) };
    Ok(Call {
        run,
        cursor,
        outside: Outside::Network(network),
        log: Arc::new(NoLog),
        limits: connector.limits(),
    })
}

/// The stub behind the guest, asked once for each address.
struct Recorded {
    http: crate::http::Signed,
    shape: Shape,
    answers: Mutex<(HashMap<String, Vec<u8>>, String)>,
}

impl Recorded {
    async fn new(shape: Shape, url: String) -> anyhow::Result<Self> {
        let http = crate::http::Signed::in_at(shape, &url, SECRET).await?;
        Ok(Self { http, shape, answers: Mutex::default() })
    }

    /// The body that was given out last.
    fn last(&self) -> Vec<u8> {
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.0.get(&answers.1).cloned().unwrap_or_default()
    }

    async fn answer(&self, request: Request) -> Result<Response, FetchError> {
        let url = self.url(&request);
        let known = {
            let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
            answers.1.clone_from(&url);
            answers.0.get(&url).cloned()
        };
        let body = match known {
            Some(body) => body,
            None => {
                let body = self.http.get(&url).await;
                let body = body.map_err(|error| FetchError::Transport(error.to_string()))?.to_vec();
                let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
                answers.0.insert(url, body.clone());
                body
            }
        };
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        Ok(Response { status: 200, headers, body })
    }

    fn url(&self, request: &Request) -> String {
        let path = match &request.target {
            Target::NextLink(link) => return link.clone(),
            Target::Path(path) => path,
        };
        let side = match self.shape {
            Shape::Graph => "graph",
            Shape::Personio => "personio",
        };
        let pairs = request.query.iter();
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        format!("{}/{side}{path}?{query}", self.http.base)
    }
}

impl Network for Recorded {
    fn fetch(&self, request: Request) -> Fetching<'_, Result<Response, FetchError>> {
        Box::pin(self.answer(request))
    }

    fn fetch_all(&self, requests: Vec<Request>) -> Fetching<'_, Vec<Result<Response, FetchError>>> {
        Box::pin(async move {
            let mut answers = Vec::new();
            for request in requests {
                answers.push(self.answer(request).await);
            }
            answers
        })
    }
}

/// No network at all.
struct Offline;

impl Network for Offline {
    fn fetch(&self, _: Request) -> Fetching<'_, Result<Response, FetchError>> {
        Box::pin(async { Err(FetchError::Timeout) })
    }

    fn fetch_all(&self, requests: Vec<Request>) -> Fetching<'_, Vec<Result<Response, FetchError>>> {
        Box::pin(async move { vec![Err(FetchError::Timeout); requests.len()] })
    }
}
