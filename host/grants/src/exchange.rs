//! A guest's request and what comes back: the seam between the sandbox, which
//! lifts requests out of guests, and the egress, which carries them out.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::files::Files;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    Get,
    Head,
    Post,
}

impl Method {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Below the URL of the alias, decoded but for `%2F`; begins with `/`.
    Path(String),
    /// A URL that the provider gave; has to be of the alias' origin.
    NextLink(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub method: Method,
    /// An alias of the manifest.
    pub host: String,
    pub target: Target,
    pub query: Vec<(String, String)>,
    pub headers: Vec<(String, String)>,
    pub body: Option<Vec<u8>>,
    /// A slot of the manifest.
    pub credential: Option<String>,
    pub purpose: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    pub status: u16,
    /// Lower-case names, allowed ones only.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// Why there is no response. The texts reach the guest: no resolved address, no
/// path of the host, nothing of another tenant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    #[error("denied: {0}")]
    Denied(String),
    /// The provider sent the request elsewhere. For the guest this is a request
    /// denied; the blame is the provider's.
    #[error("led astray: {0}")]
    Astray(String),
    #[error("limit reached: {0}")]
    Budget(String),
    #[error("timeout")]
    Timeout,
    #[error("transport: {0}")]
    Transport(String),
    #[error("sign-in refused: {0}")]
    SignIn(String),
}

pub type Fetching<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Whatever carries out a guest's requests: the egress, or a tape.
pub trait Network: Send + Sync {
    fn fetch(&self, request: Request) -> Fetching<'_, Result<Response, FetchError>>;

    /// All of them, answered in the order asked.
    fn fetch_all(&self, requests: Vec<Request>) -> Fetching<'_, Vec<Result<Response, FetchError>>>;
}

/// The one way out of a guest, by the world it is built for.
#[derive(Clone)]
pub enum Outside {
    Network(Arc<dyn Network>),
    Files(Arc<dyn Files>),
}
