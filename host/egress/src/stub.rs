//! For the tests of this crate: a provider on loopback that says exactly what it
//! is told, time that passes when it is waited for, and an audit to look into.

use std::collections::BTreeMap;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rollcall_grants::{Grant, Manifest, Method, Request, Settings, Target, Upstream};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::audit::{AuditEvent, AuditSink};
use crate::time::{Clock, Jitter, Sleeper};
use crate::{Egress, EgressOptions, KeepsNothing, Limits, Session, TokenKeeper};

/// A request as it came over the wire.
#[derive(Debug, Clone)]
pub struct Received {
    pub method: String,
    pub target: String,
    pub headers: BTreeMap<String, String>,
    pub body: String,
    /// Which connection it came over.
    pub connection: usize,
}

impl Received {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

/// What the stub does about a request.
#[derive(Debug, Clone)]
pub enum Reply {
    /// These bytes, and on with the connection.
    Bytes(Vec<u8>),
    /// These bytes, and the end of the connection.
    Close(Vec<u8>),
    /// These bytes, and nothing more for ever.
    Hang(Vec<u8>),
    /// These bytes, then the others again and again.
    Endless(Vec<u8>, Vec<u8>),
}

impl Reply {
    pub fn new(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Self {
        let mut head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n", body.len());
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        Self::Bytes([head.as_bytes(), body].concat())
    }

    pub fn ok(body: &str) -> Self {
        Self::new(200, &[("content-type", "application/json")], body.as_bytes())
    }

    pub fn status(status: u16) -> Self {
        Self::new(status, &[], b"")
    }

    pub fn redirect(status: u16, location: &str) -> Self {
        Self::new(status, &[("location", location)], b"")
    }
}

type Handler = dyn Fn(&Received, usize) -> Reply + Send + Sync;

/// A listener on loopback.
pub struct Stub {
    pub address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
    connections: Arc<AtomicUsize>,
}

impl Stub {
    /// `handler` gets each request and how many came before it.
    pub async fn start(handler: impl Fn(&Received, usize) -> Reply + Send + Sync + 'static) -> Self {
        Self::start_on("127.0.0.1:0", handler).await
    }

    pub async fn start_on(
        address: &str,
        handler: impl Fn(&Received, usize) -> Reply + Send + Sync + 'static,
    ) -> Self {
        Self::listen(address, None, handler).await
    }

    pub async fn start_tls(
        acceptor: TlsAcceptor,
        handler: impl Fn(&Received, usize) -> Reply + Send + Sync + 'static,
    ) -> Self {
        Self::listen("127.0.0.1:0", Some(acceptor), handler).await
    }

    async fn listen(
        address: &str,
        tls: Option<TlsAcceptor>,
        handler: impl Fn(&Received, usize) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let received = Arc::new(Mutex::new(Vec::new()));
        let connections = Arc::new(AtomicUsize::new(0));
        let handler: Arc<Handler> = Arc::new(handler);
        let (log, count) = (Arc::clone(&received), Arc::clone(&connections));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let connection = count.fetch_add(1, Ordering::SeqCst);
                let (tls, handler, log) = (tls.clone(), Arc::clone(&handler), Arc::clone(&log));
                tokio::spawn(async move {
                    match tls {
                        None => serve(stream, connection, handler, log).await,
                        Some(tls) => serve(tls.accept(stream).await.ok()?, connection, handler, log).await,
                    }
                });
            }
        });
        Self { address, received, connections }
    }

    pub fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// Requests to a path, queries left out.
    pub fn count(&self, path: &str) -> usize {
        self.received().iter().filter(|r| r.target.split('?').next() == Some(path)).count()
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

async fn serve<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    connection: usize,
    handler: Arc<Handler>,
    log: Arc<Mutex<Vec<Received>>>,
) -> Option<()> {
    let mut buffer = Vec::new();
    loop {
        let request = read_request(&mut stream, &mut buffer, connection).await?;
        let before = {
            let mut log = log.lock().unwrap();
            log.push(request.clone());
            log.len() - 1
        };
        match handler(&request, before) {
            Reply::Bytes(bytes) => stream.write_all(&bytes).await.ok()?,
            Reply::Close(bytes) => {
                stream.write_all(&bytes).await.ok()?;
                stream.shutdown().await.ok()?;
                return None;
            }
            Reply::Hang(bytes) => {
                stream.write_all(&bytes).await.ok()?;
                std::future::pending::<()>().await;
            }
            Reply::Endless(head, chunk) => {
                stream.write_all(&head).await.ok()?;
                while stream.write_all(&chunk).await.is_ok() {}
                return None;
            }
        }
    }
}

async fn read_request<S: AsyncRead + Unpin>(
    stream: &mut S,
    buffer: &mut Vec<u8>,
    connection: usize,
) -> Option<Received> {
    let end = loop {
        if let Some(end) = buffer.windows(4).position(|w| w == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8_lossy(&buffer[..end]).into_owned();
    buffer.drain(..end + 4);
    let mut lines = head.lines();
    let mut first = lines.next()?.split(' ');
    let (method, target) = (first.next()?.to_owned(), first.next()?.to_owned());
    let headers: BTreeMap<String, String> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length: usize = headers.get("content-length").map_or(0, |l| l.parse().unwrap());
    while buffer.len() < length {
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
    let body = String::from_utf8_lossy(&buffer[..length]).into_owned();
    buffer.drain(..length);
    Some(Received { method, target, headers, body, connection })
}

/// Time that stands still but for waiting, and remembers what was waited.
#[derive(Debug, Default)]
pub struct TestTime {
    now: Mutex<Duration>,
    waits: Mutex<Vec<Duration>>,
}

/// Where the tests' clock starts: 2026-01-15T08:00:00Z, in seconds.
pub const START: u64 = 1_768_464_000;

impl TestTime {
    pub fn advance(&self, by: Duration) {
        *self.now.lock().unwrap() += by;
    }

    pub fn waits(&self) -> Vec<Duration> {
        self.waits.lock().unwrap().clone()
    }
}

impl Clock for TestTime {
    fn unix_millis(&self) -> u64 {
        START * 1000 + self.monotonic().as_millis() as u64
    }

    fn monotonic(&self) -> Duration {
        *self.now.lock().unwrap()
    }
}

impl Sleeper for TestTime {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.waits.lock().unwrap().push(duration);
        self.advance(duration);
        Box::pin(std::future::ready(()))
    }
}

impl Jitter for TestTime {
    fn fraction(&self) -> f64 {
        0.5
    }
}

/// Keeps the audit.
#[derive(Debug, Default)]
pub struct Recorder(Mutex<Vec<AuditEvent>>);

impl Recorder {
    pub fn events(&self) -> Vec<AuditEvent> {
        self.0.lock().unwrap().clone()
    }
}

impl AuditSink for Recorder {
    fn record(&self, event: AuditEvent) {
        self.0.lock().unwrap().push(event);
    }
}

/// A secret that has to be encoded everywhere.
pub const SECRET: &str = "s3cret/+ val?ue";
pub const USER: &str = "us er:x";

const MANIFEST: &str = r#"
id = "stub"
version = "1.0.0"
name = "Stub"
category = "hris"
guide = { en = "None." }
settings = [
  { key = "user", label = { en = "User" } },
  { key = "secret", label = { en = "Secret" }, secret = true },
  { key = "key", label = { en = "Key" }, secret = true },
  { key = "certificate", label = { en = "Certificate" } },
  { key = "nothing", label = { en = "Nothing" } },
]
hosts = [
  { alias = "api", url = "https://api.test/v1", concurrency = 4, allow = [
    "GET /users", "GET /users/*", "HEAD /users", "POST /users/.search", "POST /users", "GET /other/**",
  ] },
  { alias = "soap", url = "https://api.test/v1", allow = ["GET /users"],
    final_500 = ["authenticationError"], limit_403 = ["rateLimitExceeded"] },
  { alias = "slow", url = "https://slow.test", rate = { requests = 2, seconds = 10 }, allow = ["GET /**"] },
]
"#;

/// A session against a stub, and what it is watched with.
pub struct Rig {
    pub session: Session,
    pub audit: Arc<Recorder>,
    pub time: Arc<TestTime>,
}

/// A session whose hosts are all at `stub`. `slots`: TOML.
pub fn rig(stub: &Stub, slots: &str) -> Rig {
    rig_with(stub, slots, Limits::default())
}

pub fn rig_with(stub: &Stub, slots: &str, limits: Limits) -> Rig {
    let key = include_str!("../testdata/client.key.pem");
    rig_of(&Egress::default(), stub, slots, limits, key)
}

pub fn rig_of(egress: &Egress, stub: &Stub, slots: &str, limits: Limits, key: &str) -> Rig {
    rig_kept(egress, stub, slots, limits, key, Arc::new(KeepsNothing))
}

pub fn rig_kept(
    egress: &Egress,
    stub: &Stub,
    slots: &str,
    limits: Limits,
    key: &str,
    keeper: Arc<dyn TokenKeeper>,
) -> Rig {
    let manifest = Manifest::parse_toml(&format!("{MANIFEST}{slots}")).unwrap();
    let certificate = include_str!("../testdata/client.cert.pem");
    let map = |pairs: &[(&str, &str)]| pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
    let public = map(&[("user", USER), ("certificate", certificate)]);
    let settings = Settings::resolve(&manifest, &public, &map(&[("secret", SECRET), ("key", key)])).unwrap();
    let upstreams: Vec<_> = ["api.test", "slow.test", "login.test"]
        .iter()
        .map(|host| Upstream::parse(&format!("{host}={}", stub.url(""))).unwrap())
        .collect();
    let grant = Arc::new(Grant::new(&manifest, &settings, &upstreams).unwrap());
    let (audit, time) = (Arc::new(Recorder::default()), Arc::new(TestTime::default()));
    let options = EgressOptions {
        label: "tenant".into(),
        clock: time.clone(),
        sleeper: time.clone(),
        jitter: time.clone(),
        audit: audit.clone(),
        limits,
        keeper,
        stand_in: None,
    };
    Rig { session: egress.session(grant, settings, options).unwrap(), audit, time }
}

pub fn get(path: &str) -> Request {
    Request {
        method: Method::Get,
        host: "api".into(),
        target: Target::Path(path.into()),
        query: vec![],
        headers: vec![],
        body: None,
        credential: None,
        purpose: "test".into(),
    }
}

pub fn with(slot: &str, request: Request) -> Request {
    Request { credential: Some(slot.into()), ..request }
}
