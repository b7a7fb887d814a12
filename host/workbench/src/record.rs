//! Records a conversation with a live provider, takes the people out of it, and
//! keeps it only if it can be played.

use std::sync::{Arc, Mutex, PoisonError};

use rollcall_egress::Session;
use rollcall_grants::{FetchError, Fetching, Grant, Network, Request, Response};

use crate::cassette::{Cassette, Content, Creator, Entry, Head, Log, Note, Pair, PostData, Timings};
use crate::cassette::{Request as HarRequest, Response as HarResponse};

/// Response headers that say something about the answer, and nothing about who
/// asked.
const KEPT_HEADERS: [&str; 4] = ["link", "retry-after", "etag", "last-modified"];

/// The network of a live run, written down as it goes by.
pub struct Recorder {
    session: Arc<Session>,
    grant: Arc<Grant>,
    /// RFC 3339, of the run.
    started: String,
    entries: Mutex<Vec<Entry>>,
}

impl Recorder {
    /// `grant`: without upstreams, so that what is written down has the
    /// provider's own URLs.
    pub fn new(session: Arc<Session>, grant: Arc<Grant>, started: String) -> Self {
        Self { session, grant, started, entries: Mutex::default() }
    }

    /// What was said so far.
    pub fn cassette(&self, head: Head) -> Cassette {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let creator = Creator { name: "rollcall".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() };
        Cassette { head, log: Log { version: "1.2".to_owned(), creator, entries } }
    }

    fn note(&self, request: &Request, response: &Result<Response, FetchError>) {
        // What the grant refuses never had an answer.
        let Ok(url) = self.grant.target(request).map(|outgoing| outgoing.url) else { return };
        let query_string = url.query_pairs().map(|(name, value)| pair(&name, &value)).collect();
        let headers: Vec<Pair> = request.headers.iter().map(|(name, value)| pair(name, value)).collect();
        let mime = headers.iter().find(|pair| pair.name.eq_ignore_ascii_case("content-type"));
        let mime_type = mime.map_or_else(String::new, |pair| pair.value.clone());
        let text = request.body.as_ref().map(|body| String::from_utf8_lossy(body).into_owned());
        let error = response.as_ref().err().map(|error| match error {
            FetchError::Timeout => "timeout".to_owned(),
            FetchError::SignIn(why) => format!("sign-in: {why}"),
            other => format!("transport: {other}"),
        });
        let entry = Entry {
            note: Note {
                host: request.host.clone(),
                credential: request.credential.clone(),
                purpose: request.purpose.clone(),
                error,
            },
            started_date_time: self.started.clone(),
            time: 0.0,
            request: HarRequest {
                method: request.method.as_str().to_owned(),
                url: url.to_string(),
                http_version: "HTTP/1.1".to_owned(),
                cookies: Vec::new(),
                headers,
                query_string,
                body_size: text.as_ref().map_or(0, |text| size(text)),
                post_data: text.map(|text| PostData { mime_type, text }),
                headers_size: -1,
            },
            response: answer(response.as_ref().ok()),
            cache: serde_json::json!({}),
            timings: Timings::default(),
        };
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).push(entry);
    }
}

fn answer(response: Option<&Response>) -> HarResponse {
    let header = |name: &str| {
        response
            .and_then(|response| response.headers.iter().find(|(n, _)| n == name))
            .map(|(_, value)| value.clone())
    };
    let kept = KEPT_HEADERS.iter().filter_map(|name| Some(pair(name, &header(name)?)));
    let text =
        response.map(|response| String::from_utf8_lossy(&response.body).into_owned()).unwrap_or_default();
    HarResponse {
        status: response.map_or(0, |response| response.status),
        status_text: String::new(),
        http_version: "HTTP/1.1".to_owned(),
        cookies: Vec::new(),
        headers: kept.collect(),
        redirect_url: String::new(),
        headers_size: -1,
        body_size: size(&text),
        content: Content {
            size: size(&text),
            mime_type: header("content-type").unwrap_or_default(),
            text,
            encoding: None,
        },
    }
}

fn pair(name: &str, value: &str) -> Pair {
    Pair { name: name.to_owned(), value: value.to_owned() }
}

fn size(text: &str) -> i64 {
    i64::try_from(text.len()).unwrap_or(i64::MAX)
}

impl Network for Recorder {
    fn fetch(&self, request: Request) -> Fetching<'_, Result<Response, FetchError>> {
        Box::pin(async move {
            let response = self.session.fetch(request.clone()).await;
            self.note(&request, &response);
            response
        })
    }

    fn fetch_all(&self, requests: Vec<Request>) -> Fetching<'_, Vec<Result<Response, FetchError>>> {
        Box::pin(async move {
            let responses = self.session.fetch_all(requests.clone()).await;
            requests.iter().zip(&responses).for_each(|(request, response)| self.note(request, response));
            responses
        })
    }
}
