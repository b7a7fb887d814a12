//! Recorded conversations: HAR 1.2, which a browser's developer tools open, with
//! what HAR has no word for under `_rollcall`.
//!
//! ```json
//! {
//!   "_rollcall": {"settings": {"region": "eu"}, "nowMs": 1768478400000, "pageSize": 100},
//!   "log": {"version": "1.2", "creator": {"name": "rollcall", "version": "0.1.0"}, "entries": [{
//!     "_rollcall": {"host": "api", "credential": "token", "purpose": "people page"},
//!     "startedDateTime": "2026-01-15T12:00:00Z", "time": 0,
//!     "request": {"method": "GET", "url": "https://api.example.com/v2/people?limit=50", "...": "..."},
//!     "response": {"status": 200, "content": {"mimeType": "application/json", "text": "{}"}, "...": "..."}
//!   }]}
//! }
//! ```
//! A request has no credential in it: the slot is named, and the player puts a
//! made-up one in its place. An answer that never came has status 0, and why
//! under `_rollcall.error`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// Bytes of a cassette at most.
pub const MAX_BYTES: usize = 32 << 20;
/// Exchanges of a cassette at most.
pub const MAX_ENTRIES: usize = 10_000;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Cassette {
    #[serde(rename = "_rollcall", default)]
    pub head: Head,
    pub log: Log,
}

/// The run in which the conversation took place.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Head {
    /// What the case is about, for readers.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub about: String,
    /// No secrets. What is missing has the manifest's default, or its example.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub now_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_size: Option<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub wanted_attributes: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub wanted_groups: Vec<String>,
    #[serde(skip_serializing_if = "is_false")]
    pub flattened: bool,
    /// Where a read of changes begins: text that is handed over as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checkpoint: Option<String>,
    /// For connectors of files: the folder under `files/` that stands in for the
    /// customer's. There are no exchanges then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub files: Option<String>,
    /// When files were written, by name; a day before the run unless given.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub modified_ms: BTreeMap<String, u64>,
    /// All five unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub steps: Option<Vec<Step>>,
    /// Another case that reads the same company with pages of another size, and
    /// so has to give the same records.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same_records_as: Option<String>,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// A function of the contract, as a part of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    Check,
    Discover,
    Groups,
    Memberships,
    Workers,
}

impl Step {
    pub const ALL: [Self; 5] = [Self::Check, Self::Discover, Self::Groups, Self::Memberships, Self::Workers];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Discover => "discover",
            Self::Groups => "groups",
            Self::Memberships => "memberships",
            Self::Workers => "workers",
        }
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Log {
    pub version: String,
    pub creator: Creator,
    pub entries: Vec<Entry>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Creator {
    pub name: String,
    pub version: String,
}

/// One exchange.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    #[serde(rename = "_rollcall")]
    pub note: Note,
    pub started_date_time: String,
    /// Milliseconds.
    pub time: f64,
    pub request: Request,
    pub response: Response,
    pub cache: Json,
    pub timings: Timings,
}

/// What HAR has no word for.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// The host alias.
    pub host: String,
    /// The slot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub purpose: String,
    /// Why there was no answer: `timeout`, `transport`, `sign-in: what the
    /// provider said`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    pub method: String,
    pub url: String,
    pub http_version: String,
    pub cookies: Vec<Json>,
    /// As the connector set them; the client's own are not compared.
    pub headers: Vec<Pair>,
    pub query_string: Vec<Pair>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post_data: Option<PostData>,
    pub headers_size: i64,
    pub body_size: i64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PostData {
    pub mime_type: String,
    pub text: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    pub status: u16,
    pub status_text: String,
    pub http_version: String,
    pub cookies: Vec<Json>,
    pub headers: Vec<Pair>,
    pub content: Content,
    #[serde(rename = "redirectURL")]
    pub redirect_url: String,
    pub headers_size: i64,
    pub body_size: i64,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Content {
    pub size: i64,
    pub mime_type: String,
    #[serde(default)]
    pub text: String,
    /// Bodies are text here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    pub name: String,
    pub value: String,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Timings {
    pub send: f64,
    pub wait: f64,
    pub receive: f64,
}

/// Why a cassette cannot be played.
#[derive(Debug, thiserror::Error)]
pub enum CassetteError {
    #[error("it has {0} bytes, and at most {MAX_BYTES} are read; record fewer people")]
    TooLarge(usize),
    #[error("it has {0} exchanges, and at most {MAX_ENTRIES} are read; record fewer people")]
    TooMany(usize),
    #[error("it is not HAR 1.2 with the fields of Rollcall: {0}")]
    Syntax(#[from] serde_json::Error),
    #[error("log.entries[{at}]: {why}")]
    Entry { at: usize, why: String },
}

impl Cassette {
    pub fn parse(bytes: &[u8]) -> Result<Self, CassetteError> {
        if bytes.len() > MAX_BYTES {
            return Err(CassetteError::TooLarge(bytes.len()));
        }
        let cassette: Self = serde_json::from_slice(bytes)?;
        if cassette.log.entries.len() > MAX_ENTRIES {
            return Err(CassetteError::TooMany(cassette.log.entries.len()));
        }
        for (at, entry) in cassette.log.entries.iter().enumerate() {
            entry.sound().map_err(|why| CassetteError::Entry { at, why })?;
        }
        Ok(cassette)
    }

    /// As it lies on the disk.
    pub fn to_text(&self) -> Result<String, serde_json::Error> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    pub fn steps(&self) -> Vec<Step> {
        self.head.steps.clone().unwrap_or_else(|| Step::ALL.to_vec())
    }
}

impl Entry {
    fn sound(&self) -> Result<(), String> {
        url::Url::parse(&self.request.url).map_err(|error| format!("request.url: {error}"))?;
        if !matches!(self.request.method.as_str(), "GET" | "HEAD" | "POST") {
            return Err(format!("request.method: a connector cannot send {}", self.request.method));
        }
        if self.response.content.encoding.is_some() {
            return Err("response.content.encoding: bodies have to be plain text".to_owned());
        }
        match (&self.note.error, self.response.status) {
            (None, 100..=599) | (Some(_), 0) => Ok(()),
            (None, status) => Err(format!(
                "response.status: {status} is no status; an answer that never came has 0 and `_rollcall.error`"
            )),
            (Some(_), _) => Err("response.status: with `_rollcall.error` it is 0".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(change: &str) -> String {
        let entry = r#"{"_rollcall":{"host":"api"},"startedDateTime":"2026-01-15T12:00:00Z","time":0,
            "request":{"method":"GET","url":"https://a.example/x","httpVersion":"HTTP/1.1","cookies":[],"headers":[],"queryString":[],"headersSize":-1,"bodySize":-1},
            "response":{"status":200,"statusText":"","httpVersion":"HTTP/1.1","cookies":[],"headers":[],"content":{"size":2,"mimeType":"application/json","text":"{}"},"redirectURL":"","headersSize":-1,"bodySize":-1},
            "cache":{},"timings":{"send":0,"wait":0,"receive":0}}"#;
        let (from, to) = change.split_once(" => ").unwrap_or(("", ""));
        assert!(entry.contains(from));
        entry.replacen(from, to, usize::from(!from.is_empty()))
    }

    fn parse(entries: &[String]) -> Result<Cassette, CassetteError> {
        let log = format!(
            r#""log":{{"version":"1.2","creator":{{"name":"x","version":"1"}},"entries":[{}]}}"#,
            entries.join(",")
        );
        Cassette::parse(format!("{{{log}}}").as_bytes())
    }

    #[test]
    fn what_was_written_is_read_again() {
        let cassette = parse(&[entry("")]).unwrap();
        let text = cassette.to_text().unwrap();
        assert_eq!(Cassette::parse(text.as_bytes()).unwrap().to_text().unwrap(), text);
        assert_eq!(cassette.steps(), Step::ALL);
    }

    #[test]
    fn what_cannot_be_played_is_named() {
        let check = |change: &str, expected: &str| {
            let error = parse(&[entry(""), entry(change)]).unwrap_err().to_string();
            assert!(error.contains(expected), "{error} should contain {expected}");
        };
        check("https://a.example/x => nowhere", "log.entries[1]: request.url");
        check("GET => DELETE", "log.entries[1]: request.method: a connector cannot send DELETE");
        check("\"status\":200 => \"status\":0", "log.entries[1]: response.status: 0 is no status");
        check("\"host\":\"api\" => \"host\":\"api\",\"error\":\"timeout\"", "with `_rollcall.error` it is 0");
        check("\"size\":2 => \"size\":2,\"encoding\":\"base64\"", "response.content.encoding");
        check("\"host\":\"api\" => \"hosts\":\"api\"", "unknown field `hosts`");
        check("\"cookies\":[], => ", "missing field `cookies`");
    }

    #[test]
    fn a_cassette_has_a_size() {
        let error = Cassette::parse(&vec![b' '; MAX_BYTES + 1]).unwrap_err();
        assert!(matches!(error, CassetteError::TooLarge(_)));
        let many = vec![entry(""); MAX_ENTRIES + 1];
        assert!(matches!(parse(&many), Err(CassetteError::TooMany(_))));
        assert!(parse(&many[1..]).is_ok());
    }
}
