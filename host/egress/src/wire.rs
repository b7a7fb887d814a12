//! One request over the network and its whole answer, within limits.

use std::error::Error as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{CONTENT_ENCODING, HeaderMap};
use reqwest::{Client, Method, Request, Response, redirect};
use rollcall_grants::{FetchError, Grant};
use rustls::ClientConfig;
use tokio::time::timeout;
use url::Url;

use crate::EgressError;
use crate::audit::AuditSink;
use crate::limits::{Limits, MAX_RESPONSE_HEADER_BYTES, MAX_RESPONSE_HEADERS};
use crate::resolve::{AddressDenied, GrantResolver};
use crate::stand_in::{self, StandIn};
use crate::tls;

const USER_AGENT: &str = concat!("rollcall/", env!("CARGO_PKG_VERSION"));

/// What is sent. Cheap to send again.
#[derive(Debug, Clone)]
pub(crate) struct Transfer {
    /// The host alias; none for a token endpoint.
    pub alias: Option<String>,
    pub slot: Option<String>,
    pub method: Method,
    pub url: Url,
    /// The URL without the credential, where it is in the query.
    pub plain: Option<Url>,
    pub headers: HeaderMap,
    pub body: Option<Bytes>,
    /// The body without the credential, where it is in there.
    pub plain_body: Option<Bytes>,
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: reqwest::header::HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// Why there is no answer. No text of the library: those have URLs and
/// addresses in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WireError {
    Address,
    Timeout,
    TooLarge(usize),
    BatchTooLarge,
    Certificate,
    Headers,
    Connection(&'static str),
}

impl From<WireError> for FetchError {
    fn from(error: WireError) -> Self {
        match error {
            WireError::Address => Self::Denied("the host's address may not be reached".into()),
            WireError::Timeout => Self::Timeout,
            WireError::TooLarge(max) => {
                Self::Budget(format!("the answer has more than {max} bytes; ask for smaller pages"))
            }
            WireError::BatchTooLarge => Self::Budget(
                "the answers of this fetch-all are too large together; ask for fewer at once".into(),
            ),
            WireError::Certificate => Self::Transport("the provider's certificate is not accepted".into()),
            WireError::Headers => Self::Transport("the answer has too many or too long headers".into()),
            WireError::Connection(what) => Self::Transport(what.into()),
        }
    }
}

/// Bytes that several answers share.
#[derive(Debug)]
pub(crate) struct Allowance(AtomicUsize);

impl Allowance {
    pub fn new(bytes: usize) -> Self {
        Self(AtomicUsize::new(bytes))
    }

    pub fn take(&self, bytes: usize) -> bool {
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(bytes)).is_ok()
    }

    pub fn give_back(&self, bytes: usize) {
        self.0.fetch_add(bytes, Ordering::Relaxed);
    }
}

/// Whoever carries a session's requests.
pub(crate) enum Wire {
    /// The client of one session: its own connections, its own TLS sessions.
    Network {
        client: Client,
        head: Duration,
        idle: Duration,
    },
    StandIn(Arc<dyn StandIn>),
}

impl Wire {
    pub fn new(grant: &Arc<Grant>, audit: &Arc<dyn AuditSink>, limits: &Limits) -> Result<Self, EgressError> {
        Self::with_tls(tls::config(grant.needs_tls())?, grant, audit, limits)
    }

    pub fn with_tls(
        tls: ClientConfig,
        grant: &Arc<Grant>,
        audit: &Arc<dyn AuditSink>,
        limits: &Limits,
    ) -> Result<Self, EgressError> {
        let resolver = GrantResolver { grant: Arc::clone(grant), audit: Arc::clone(audit) };
        let client = Client::builder()
            .tls_backend_preconfigured(tls)
            .dns_resolver(resolver)
            .no_proxy()
            .redirect(redirect::Policy::none())
            .referer(false)
            .user_agent(USER_AGENT)
            .connect_timeout(limits.connect_timeout)
            .tcp_nodelay(true)
            .http1_max_headers(MAX_RESPONSE_HEADERS)
            .http2_max_header_list_size(u32::try_from(MAX_RESPONSE_HEADER_BYTES).unwrap_or(u32::MAX))
            .build()
            .map_err(|e| EgressError::Client(e.without_url().to_string()))?;
        Ok(Self::Network { client, head: limits.head_timeout, idle: limits.idle_timeout })
    }

    /// Sends and reads to the end. `within`: the time for all of it. `max`: bytes
    /// of the body, which are taken from `batch` too.
    pub async fn send(
        &self,
        transfer: &Transfer,
        within: Duration,
        max: usize,
        batch: Option<&Allowance>,
    ) -> Result<Answer, WireError> {
        let (client, head, idle) = match self {
            Self::Network { client, head, idle } => (client, *head, *idle),
            Self::StandIn(stand_in) => return stand_in::send(&**stand_in, transfer, max, batch),
        };
        let mut request = Request::new(transfer.method.clone(), transfer.url.clone());
        *request.headers_mut() = transfer.headers.clone();
        *request.body_mut() = transfer.body.clone().map(Into::into);
        let exchange = async {
            let response = in_time(head, client.execute(request)).await?;
            let body = transfer.method != Method::HEAD;
            read(response, body.then_some(idle), max, batch).await
        };
        timeout(within, exchange).await.unwrap_or(Err(WireError::Timeout))
    }
}

async fn in_time<T>(
    within: Duration,
    work: impl Future<Output = Result<T, reqwest::Error>>,
) -> Result<T, WireError> {
    timeout(within, work).await.map_err(|_| WireError::Timeout)?.map_err(|error| classify(&error))
}

/// Without `idle`, which is how long it may be silent, there is no body.
async fn read(
    mut response: Response,
    idle: Option<Duration>,
    max: usize,
    batch: Option<&Allowance>,
) -> Result<Answer, WireError> {
    let headers = std::mem::take(response.headers_mut());
    let header_bytes: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if headers.len() > MAX_RESPONSE_HEADERS || header_bytes > MAX_RESPONSE_HEADER_BYTES {
        return Err(WireError::Headers);
    }
    let status = response.status().as_u16();
    let mut body = Vec::new();
    if let Some(idle) = idle {
        // gzip is undone by now and its header gone; any other was not asked for.
        if headers.get(CONTENT_ENCODING).is_some_and(|value| value != "identity") {
            return Err(WireError::Connection("the answer has an encoding that was not asked for"));
        }
        let announced = usize::try_from(response.content_length().unwrap_or(0)).unwrap_or(usize::MAX);
        if announced > max {
            return Err(WireError::TooLarge(max));
        }
        body.reserve_exact(announced);
        let mut taken = Taken { batch, bytes: 0 };
        while let Some(chunk) = in_time(idle, response.chunk()).await? {
            if body.len().saturating_add(chunk.len()) > max {
                return Err(WireError::TooLarge(max));
            }
            taken.take(chunk.len())?;
            body.extend_from_slice(&chunk);
        }
        taken.keep();
    }
    Ok(Answer { status, headers, body })
}

/// Gives back what a broken answer took.
struct Taken<'a> {
    batch: Option<&'a Allowance>,
    bytes: usize,
}

impl Taken<'_> {
    fn take(&mut self, bytes: usize) -> Result<(), WireError> {
        match self.batch {
            Some(batch) if !batch.take(bytes) => Err(WireError::BatchTooLarge),
            _ => {
                self.bytes += bytes;
                Ok(())
            }
        }
    }

    fn keep(mut self) {
        self.batch = None;
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        if let Some(batch) = self.batch {
            batch.give_back(self.bytes);
        }
    }
}

fn classify(error: &reqwest::Error) -> WireError {
    let mut cause = error.source();
    while let Some(error) = cause {
        if error.is::<AddressDenied>() {
            return WireError::Address;
        }
        match error.downcast_ref::<rustls::Error>() {
            Some(rustls::Error::InvalidCertificate(_)) => return WireError::Certificate,
            Some(_) => return WireError::Connection("the TLS handshake with the provider failed"),
            None => {}
        }
        // An I/O error hides what it wraps from `source`.
        let wrapped = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        cause = match wrapped {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        };
    }
    if error.is_timeout() {
        WireError::Timeout
    } else if error.is_connect() {
        WireError::Connection("no connection to the provider")
    } else if error.is_decode() {
        WireError::Connection("the answer cannot be decompressed")
    } else {
        WireError::Connection("the connection broke, or the answer is not HTTP")
    }
}
