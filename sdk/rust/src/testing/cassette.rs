//! Recorded conversations: HAR 1.2, with what HAR has no word for under
//! `_rollcall`.
//!
//! ```json
//! {
//!   "_rollcall": {
//!     "settings": {"api_version": "v2"}, "nowMs": 1768478400000, "pageSize": 100,
//!     "wantedAttributes": [], "wantedGroups": [], "checkpoint": null,
//!     "steps": ["check", "discover", "groups", "memberships", "workers"]
//!   },
//!   "log": {"version": "1.2", "creator": {"name": "x", "version": "1"}, "entries": [{
//!     "_rollcall": {"host": "api", "credential": "v2", "purpose": "people page"},
//!     "request": {"method": "GET", "url": "https://api.example.com/v2/people?limit=50", "headers": []},
//!     "response": {"status": 200, "headers": [], "content": {"mimeType": "application/json", "text": "{}"}}
//!   }]}
//! }
//! ```
//! In an entry's `_rollcall`, `base` is the path of the alias' own URL, which
//! the guest does not write; `link` says that the URL was followed as a whole;
//! `error` (`timeout`, `transport: why`, `sign-in: why`, ...) that there was no
//! answer. `steps` are all five unless given. An entry answers as often as it
//! is asked, since groups and people are often read from the same pages.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::provider::Exchange;
use crate::{FetchError, Method, Target, percent};

#[derive(Deserialize)]
pub struct Cassette {
    #[serde(rename = "_rollcall", default)]
    pub head: Head,
    log: Log,
}

/// The run in which the conversation took place.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Head {
    pub settings: BTreeMap<String, String>,
    pub now_ms: Option<u64>,
    pub page_size: Option<u32>,
    pub wanted_attributes: Vec<String>,
    pub wanted_groups: Vec<String>,
    pub flattened: bool,
    /// As an earlier read gave it: text that is handed over as it is.
    pub checkpoint: Option<String>,
    pub steps: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Log {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(rename = "_rollcall")]
    note: Note,
    request: HarRequest,
    response: Option<HarResponse>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Note {
    host: String,
    credential: Option<String>,
    /// For readers.
    #[serde(default)]
    #[allow(dead_code)]
    purpose: String,
    #[serde(default)]
    base: String,
    #[serde(default)]
    link: bool,
    error: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HarRequest {
    method: String,
    url: String,
    #[serde(default)]
    headers: Vec<Header>,
    post_data: Option<PostData>,
}

#[derive(Deserialize)]
struct PostData {
    text: String,
}

#[derive(Deserialize)]
struct HarResponse {
    status: u16,
    #[serde(default)]
    headers: Vec<Header>,
    content: Content,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Content {
    #[serde(default)]
    mime_type: String,
    #[serde(default)]
    text: String,
    encoding: Option<String>,
}

#[derive(Deserialize)]
struct Header {
    name: String,
    value: String,
}

impl Cassette {
    pub fn load(file: &Path) -> Self {
        let text =
            std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
    }

    pub fn exchanges(&self) -> Vec<Exchange> {
        self.log.entries.iter().map(|entry| entry.exchange().repeats()).collect()
    }
}

impl Entry {
    fn exchange(&self) -> Exchange {
        let HarRequest { method, url, headers, post_data } = &self.request;
        let method = match method.as_str() {
            "GET" => Method::Get,
            "HEAD" => Method::Head,
            "POST" => Method::Post,
            other => panic!("{url}: a guest cannot send {other}"),
        };
        let mut exchange = if self.note.link {
            Exchange::new(method, &self.note.host, Target::NextLink(url.clone()))
        } else {
            let (base, query) = url.split_once('?').unwrap_or((url, ""));
            let whole = base.splitn(4, '/').nth(3).map(|path| format!("/{path}")).unwrap_or_default();
            let path =
                whole.strip_prefix(&self.note.base).unwrap_or_else(|| panic!("{url}: not below its base"));
            let exchange = Exchange::new(method, &self.note.host, Target::Path(percent::decode_path(path)));
            percent::decode_query(query)
                .iter()
                .fold(exchange, |exchange, (key, value)| exchange.query(key, value))
        };
        // What the client adds by itself is not the connector's to send.
        let own = ["authorization", "host", "user-agent", "accept-encoding", "content-length", "connection"];
        for Header { name, value } in headers {
            if !own.contains(&name.to_ascii_lowercase().as_str()) && !name.starts_with(':') {
                exchange = exchange.header(name, value);
            }
        }
        if let Some(slot) = &self.note.credential {
            exchange = exchange.auth(slot);
        }
        if let Some(PostData { text }) = post_data {
            exchange = exchange.body(text.as_bytes());
        }
        match (&self.note.error, &self.response) {
            (Some(error), _) => exchange.fails(fetch_error(error)),
            (None, Some(response)) => response.answer(exchange),
            (None, None) => panic!("{url}: neither a response nor an error"),
        }
    }
}

impl HarResponse {
    fn answer(&self, exchange: Exchange) -> Exchange {
        assert!(self.content.encoding.is_none(), "encoded bodies are not read from a cassette");
        let exchange = exchange.answer(self.status, &self.content.mime_type, self.content.text.as_bytes());
        let others = self.headers.iter().filter(|header| !header.name.eq_ignore_ascii_case("content-type"));
        others.fold(exchange, |exchange, header| exchange.with_header(&header.name, &header.value))
    }
}

fn fetch_error(text: &str) -> FetchError {
    let (kind, why) = text.split_once(": ").unwrap_or((text, ""));
    match kind {
        "denied" => FetchError::Denied(why.into()),
        "budget" => FetchError::Budget(why.into()),
        "timeout" => FetchError::Timeout,
        "transport" => FetchError::Transport(why.into()),
        "sign-in" => FetchError::SignIn(why.into()),
        other => panic!("unknown error `{other}`"),
    }
}
