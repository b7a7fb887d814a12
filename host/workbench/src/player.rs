//! Answers from a cassette, in the provider's place.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use rollcall_egress::{Inbound, Outbound, Silence, StandIn};
use rollcall_grants::{AuthScheme, Grant};
use serde_json::json;
use url::Url;

use crate::cassette::{Cassette, Entry};
use crate::document::Document;
use crate::fault::{Disturbance, Fault};
use crate::sentinel::Sentinels;

/// Headers that the client adds by itself, so that no cassette is held to them.
const CLIENTS_OWN: [&str; 8] = [
    "authorization",
    "host",
    "user-agent",
    "accept-encoding",
    "content-length",
    "connection",
    "accept",
    "cookie",
];

/// Parts of the names of parameters that choose people instead of a page.
const FILTERS: [&str; 3] = ["filter", "query", "search"];

/// One cassette, played once.
pub struct Player {
    entries: Arc<[Recorded]>,
    disturbance: Option<Disturbance>,
    /// An unknown request gets an answer, and is no complaint.
    lenient: bool,
    sentinels: Arc<Sentinels>,
    /// What a token endpoint answers, by slot.
    tokens: BTreeMap<String, Inbound>,
    state: Mutex<State>,
}

/// An exchange as it is compared and answered.
#[derive(Debug)]
pub struct Recorded {
    alias: String,
    slot: Option<String>,
    method: String,
    url: Url,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
    pub purpose: String,
    pub answer: Result<Inbound, Silence>,
    /// What the provider said instead of letting the slot in.
    sign_in: Option<String>,
}

#[derive(Debug, Clone, Default)]
struct State {
    /// How often each entry was asked for.
    used: Vec<usize>,
    /// Entries in the order asked.
    asked: Vec<usize>,
    unexpected: Vec<String>,
}

/// What a play has asked for, to go on from.
#[derive(Debug, Clone)]
pub struct Mark(State);

pub fn recorded(cassette: &Cassette) -> Arc<[Recorded]> {
    cassette.log.entries.iter().filter_map(Recorded::new).collect()
}

/// Files of a case as entries: the name is what they are for.
pub fn of_files(files: &BTreeMap<String, Vec<u8>>) -> Arc<[Recorded]> {
    files.iter().filter_map(|(name, bytes)| Recorded::file(name, bytes)).collect()
}

impl Recorded {
    /// None: never, as the URL is fixed.
    fn file(name: &str, bytes: &[u8]) -> Option<Self> {
        Some(Self {
            alias: String::new(),
            slot: None,
            method: "GET".to_owned(),
            url: Url::parse("file:///").ok()?,
            query: Vec::new(),
            headers: Vec::new(),
            body: None,
            purpose: name.to_owned(),
            answer: Ok(Inbound { status: 200, headers: Vec::new(), body: bytes.to_vec() }),
            sign_in: None,
        })
    }

    /// None: the URL is none, which a parsed cassette does not have.
    fn new(entry: &Entry) -> Option<Self> {
        let url = Url::parse(&entry.request.url).ok()?;
        let headers =
            entry.request.headers.iter().map(|pair| (pair.name.to_ascii_lowercase(), pair.value.clone()));
        let own = |name: &str| CLIENTS_OWN.contains(&name) || name.starts_with(':');
        let error = entry.note.error.as_deref();
        Some(Self {
            alias: entry.note.host.clone(),
            slot: entry.note.credential.clone(),
            method: entry.request.method.clone(),
            query: sorted(&url),
            url,
            headers: headers.filter(|(name, _)| !own(name)).collect(),
            body: entry.request.post_data.as_ref().map(|data| data.text.clone().into_bytes()),
            purpose: entry.note.purpose.clone(),
            answer: match error {
                None => Ok(answer(entry)),
                Some("timeout") => Err(Silence::Timeout),
                Some(_) => Err(Silence::Broken),
            },
            sign_in: error.and_then(|error| error.strip_prefix("sign-in: ")).map(str::to_owned),
        })
    }

    fn accepts(&self, request: &Outbound<'_>) -> bool {
        let has =
            |(name, value): &(String, String)| request.headers.iter().any(|(n, v)| n == name && v == value);
        self.sign_in.is_none()
            && Some(self.alias.as_str()) == request.alias
            && self.slot.as_deref() == request.slot
            && self.method == request.method
            && self.url.origin() == request.plain.origin()
            && self.url.path() == request.plain.path()
            && self.query == sorted(request.plain)
            && self.headers.iter().all(has)
            && self.body.as_deref().is_none_or(|body| body == request.plain_body)
    }

    /// Whether the other is a later page of the same list: people of another
    /// group are asked for with the same purpose, and elsewhere; those whom a
    /// filter keeps, with another filter. A page differs in one parameter.
    fn is_followed_by(&self, other: &Self) -> bool {
        let names = |one: &Self| one.query.iter().map(|(name, _)| name.clone()).collect::<BTreeSet<_>>();
        let (mine, theirs) = (names(self), names(other));
        let is_filter = |name: &str| FILTERS.iter().any(|filter| name.to_ascii_lowercase().contains(filter));
        let filters = |one: &Self| -> Vec<(String, String)> {
            one.query.iter().filter(|(name, _)| is_filter(name)).cloned().collect()
        };
        self.purpose == other.purpose
            && self.url.path() == other.url.path()
            && filters(self) == filters(other)
            && mine.symmetric_difference(&theirs).count() <= 2
            && self.body.as_deref().map(without_digits) == other.body.as_deref().map(without_digits)
    }

    /// As a complaint names it.
    pub fn describe(&self) -> String {
        let slot = self.slot.as_deref().unwrap_or("none");
        format!("{} {} (host `{}`, credential {slot})", self.method, self.url, self.alias)
    }
}

/// Where a list is asked for in a body, its pages differ in a number.
fn without_digits(body: &[u8]) -> Vec<u8> {
    body.iter().copied().filter(|byte| !byte.is_ascii_digit()).collect()
}

fn sorted(url: &Url) -> Vec<(String, String)> {
    let mut pairs: Vec<_> = url.query_pairs().into_owned().collect();
    pairs.sort();
    pairs
}

fn answer(entry: &Entry) -> Inbound {
    let response = &entry.response;
    let content_type = ("content-type".to_owned(), response.content.mime_type.clone());
    // What a transfer was encoded with is undone in a cassette.
    let gone = ["content-type", "content-length", "content-encoding", "transfer-encoding"];
    let headers = response.headers.iter().map(|pair| (pair.name.to_ascii_lowercase(), pair.value.clone()));
    let headers = headers.filter(|(name, _)| !gone.contains(&name.as_str()) && !name.starts_with(':'));
    let typed = (!response.content.mime_type.is_empty()).then_some(content_type);
    Inbound {
        status: response.status,
        headers: typed.into_iter().chain(headers).collect(),
        body: response.content.text.clone().into_bytes(),
    }
}

impl Player {
    pub fn new(entries: Arc<[Recorded]>, grant: &Grant, sentinels: Arc<Sentinels>) -> Self {
        let tokens = grant.slots().filter_map(|slot| {
            let body = token_answer(slot.auth(), sentinels.token(slot.name())?)?;
            Some((slot.name().to_owned(), body))
        });
        let state = State { used: vec![0; entries.len()], ..State::default() };
        Self {
            tokens: tokens.collect(),
            entries,
            disturbance: None,
            lenient: false,
            sentinels,
            state: Mutex::new(state),
        }
    }

    #[must_use]
    pub fn disturbed(self, disturbance: Option<Disturbance>) -> Self {
        Self { disturbance, ..self }
    }

    /// Whoever asks for something else gets a refusal instead of a complaint: for
    /// what no cassette can foresee.
    #[must_use]
    pub fn lenient(self, lenient: bool) -> Self {
        Self { lenient, ..self }
    }

    pub fn mark(&self) -> Mark {
        Mark(self.state.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    /// Back to how it was: a call can be made twice.
    pub fn rewind(&self, mark: &Mark) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&mark.0);
    }

    /// Entries in the order asked.
    pub fn asked(&self) -> Vec<usize> {
        self.mark().0.asked
    }

    pub fn unexpected(&self) -> Vec<String> {
        self.mark().0.unexpected
    }

    /// Entries that nobody asked for.
    pub fn unused(&self) -> Vec<String> {
        let used = self.mark().0.used;
        let signed_in = |entry: &Recorded| entry.sign_in.is_some();
        let unused = self.entries.iter().zip(used).filter(|(entry, used)| *used == 0 && !signed_in(entry));
        unused.map(|(entry, _)| entry.describe()).collect()
    }

    fn sign_in(&self, slot: &str) -> Result<Inbound, Silence> {
        let refused =
            self.entries.iter().find(|entry| entry.slot.as_deref() == Some(slot) && entry.sign_in.is_some());
        match refused.and_then(|entry| entry.sign_in.as_deref()) {
            Some(why) => Ok(Inbound { status: 401, ..json_answer(&json!({ "error_description": why })) }),
            None => Ok(self.tokens.get(slot).cloned().unwrap_or_default()),
        }
    }

    /// The entry that answers. Where several fit, each is used once, in their
    /// order, and the last one from then on: groups and people are often read
    /// from the same pages.
    fn find(&self, request: &Outbound<'_>) -> Option<(usize, usize)> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = |at: &usize| self.entries.get(*at).is_some_and(|entry| entry.accepts(request));
        let fresh = (0..self.entries.len()).find(|at| state.used.get(*at) == Some(&0) && fits(at));
        let at = fresh.or_else(|| (0..self.entries.len()).rev().find(fits))?;
        let times = state.used.get_mut(at).map(|used| {
            *used += 1;
            *used
        })?;
        state.asked.push(at);
        Some((at, times))
    }
}

impl StandIn for Player {
    fn answer(&self, request: &Outbound<'_>) -> Result<Inbound, Silence> {
        let Some(_) = request.alias else { return self.sign_in(request.slot.unwrap_or_default()) };
        let Some((at, times)) = self.find(request) else {
            if self.lenient {
                // A provider that refuses one thing refuses the next one too.
                let status = self.disturbance.as_ref().map_or(400, |disturbance| disturbance.fault.status());
                return Ok(Inbound { status, ..json_answer(&json!({ "message": "not on the cassette" })) });
            }
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            let asked = format!("{} {}", request.method, self.sentinels.without(request.plain.as_str()));
            state.unexpected.push(format!(
                "{asked} (host `{}`, credential {})",
                request.alias.unwrap_or_default(),
                request.slot.unwrap_or("none")
            ));
            return Ok(Inbound { status: 404, ..json_answer(&json!({ "message": "not on the cassette" })) });
        };
        let Some(entry) = self.entries.get(at) else { return Err(Silence::Broken) };
        let Some(Disturbance { entry: disturbed, fault, once }) = &self.disturbance else {
            return entry.answer.clone();
        };
        match fault {
            // The first page in the place of those that follow it, as of a server
            // that has lost track of its cursors.
            Fault::PageBefore => {
                let first = self.entries.get(*disturbed).filter(|first| first.is_followed_by(entry));
                first.unwrap_or(entry).answer.clone()
            }
            _ if *disturbed != at || (*once && times > 1) => entry.answer.clone(),
            Fault::Echo => entry.answer.clone().map(|answer| echo(answer, request)),
            fault => fault.apply(entry.answer.clone()),
        }
    }
}

/// A provider that gives back what it was sent, credential included: in
/// headers, and within the answer.
fn echo(mut answer: Inbound, request: &Outbound<'_>) -> Inbound {
    let body = String::from_utf8_lossy(request.body).into_owned();
    let body = Some(body).filter(|_| request.body != request.plain_body);
    let headers = request.headers.iter().map(|(_, value)| value.clone());
    let sent: Vec<String> = headers.chain([request.url.to_string()]).chain(body).collect();
    answer.headers.extend(sent.iter().map(|value| ("x-request-id".to_owned(), value.clone())));
    if let Some(mut body) = Document::parse(&answer.body) {
        if let Some(fields) = body.json.as_object_mut() {
            fields.insert("rollcall_echo".to_owned(), json!(sent));
        }
        answer.body = body.write().into_bytes();
    }
    answer
}

fn json_answer(body: &serde_json::Value) -> Inbound {
    let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    Inbound { status: 200, headers, body: body.to_string().into_bytes() }
}

/// What lets the slot in. None: the scheme has no token endpoint.
fn token_answer(auth: &AuthScheme, token: &str) -> Option<Inbound> {
    match auth {
        AuthScheme::Oauth2ClientCredentials { .. }
        | AuthScheme::Oauth2RefreshToken { .. }
        | AuthScheme::PrivateKeyJwt { .. }
        | AuthScheme::GoogleServiceAccount { .. }
        | AuthScheme::Saml2Bearer { .. } => {
            // RFC 6749 section 5.1.
            Some(json_answer(&json!({ "access_token": token, "token_type": "Bearer", "expires_in": 3600 })))
        }
        AuthScheme::TokenExchange { token: pointer, .. } => {
            let keys = pointer.split('/').skip(1).collect::<Vec<_>>();
            let body = keys.iter().rev().fold(json!(token), |inner, key| json!({ *key: inner }));
            Some(json_answer(&body))
        }
        AuthScheme::Header { .. }
        | AuthScheme::Query { .. }
        | AuthScheme::Basic { .. }
        | AuthScheme::Bearer { .. }
        | AuthScheme::Body { .. } => None,
    }
}
