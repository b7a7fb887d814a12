//! A provider in memory.

use std::cell::RefCell;
use std::rc::Rc;

use crate::context::Transport;
use crate::{Connector, Context, FetchError, Method, Mode, Request, Response, Run, Target, cursor, percent};

/// A request that is expected, and its answer.
#[derive(Debug, Clone)]
pub struct Exchange {
    method: Method,
    host: String,
    target: Target,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
    credential: Option<String>,
    answer: Result<Response, FetchError>,
    repeats: bool,
    used: u32,
}

/// Expects a `GET` of this path, without a query and a credential so far, and
/// answers 200 with `{}`.
pub fn get(alias: &str, path: &str) -> Exchange {
    Exchange::new(Method::Get, alias, Target::Path(path.to_owned()))
}

/// Expects a `POST`.
pub fn post(alias: &str, path: &str) -> Exchange {
    Exchange::new(Method::Post, alias, Target::Path(path.to_owned()))
}

/// Expects that this whole link is followed.
pub fn link(alias: &str, url: &str) -> Exchange {
    Exchange::new(Method::Get, alias, Target::NextLink(url.to_owned()))
}

impl Exchange {
    pub(super) fn new(method: Method, alias: &str, target: Target) -> Self {
        let answer = Response {
            status: 200,
            headers: vec![("content-type".into(), "application/json".into())],
            body: b"{}".to_vec(),
        };
        Self {
            method,
            host: alias.to_owned(),
            target,
            query: Vec::new(),
            headers: Vec::new(),
            body: None,
            credential: None,
            answer: Ok(answer),
            repeats: false,
            used: 0,
        }
    }

    /// Expects this parameter, in whatever order; any other is unexpected.
    pub fn query(mut self, key: &str, value: impl ToString) -> Self {
        self.query.push((key.to_owned(), value.to_string()));
        self
    }

    /// Expects this header, among others.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_ascii_lowercase(), value.to_owned()));
        self
    }

    /// Expects this credential slot.
    pub fn auth(mut self, slot: &str) -> Self {
        self.credential = Some(slot.to_owned());
        self
    }

    /// Expects this body.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// Answers with this JSON.
    pub fn json(self, body: impl Into<String>) -> Self {
        self.answer(200, "application/json", body.into())
    }

    /// Answers with this.
    pub fn answer(mut self, status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        self.answer = Ok(Response { status, headers, body: body.into() });
        self
    }

    /// Adds a header to the answer.
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        if let Ok(response) = &mut self.answer {
            response.headers.push((name.to_ascii_lowercase(), value.to_owned()));
        }
        self
    }

    /// Does not answer.
    pub fn fails(mut self, error: FetchError) -> Self {
        self.answer = Err(error);
        self
    }

    /// Answers as often as it is asked, and at least once.
    pub fn repeats(mut self) -> Self {
        self.repeats = true;
        self
    }

    fn accepts(&self, request: &Request) -> bool {
        let has = |(name, value): &(String, String)| {
            request.headers.iter().any(|(n, v)| n.eq_ignore_ascii_case(name) && v == value)
        };
        let plain = |pairs: &[(String, String)]| {
            let mut pairs = pairs.to_vec();
            pairs.sort();
            pairs
        };
        let (expected, expected_query) = parts(&self.target, &self.query);
        let (target, query) = parts(&request.target, &request.query);
        self.method == request.method
            && self.host == request.host
            && self.credential == request.credential
            && expected == target
            && plain(&expected_query) == plain(&query)
            && self.headers.iter().all(has)
            && (self.body.is_none() || self.body == request.body)
    }

    fn describe(&self) -> String {
        let (target, query) = parts(&self.target, &self.query);
        line(self.method, &self.host, &target, &query, self.credential.as_deref(), &self.headers)
    }
}

/// A target without its query, and the whole query.
fn parts(target: &Target, query: &[(String, String)]) -> (String, Vec<(String, String)>) {
    match target {
        Target::Path(path) => (path.clone(), query.to_vec()),
        Target::NextLink(url) => {
            let (base, own) = url.split_once('?').unwrap_or((url, ""));
            (base.to_owned(), percent::decode_query(own).into_iter().chain(query.to_vec()).collect())
        }
    }
}

fn line(
    method: Method,
    host: &str,
    target: &str,
    query: &[(String, String)],
    credential: Option<&str>,
    headers: &[(String, String)],
) -> String {
    let query: Vec<_> = query.iter().map(|(k, v)| format!("{k}={v}")).collect();
    let headers: Vec<_> = headers.iter().map(|(k, v)| format!(" {k}: {v}")).collect();
    let mark = if query.is_empty() { "" } else { "?" };
    format!(
        "{method:?} {host} {target}{mark}{} (credential {}){}",
        query.join("&"),
        credential.unwrap_or("none"),
        headers.join(",")
    )
}

#[derive(Default)]
struct State {
    exchanges: Vec<Exchange>,
    unexpected: Vec<String>,
    requests: usize,
}

/// A provider that answers what it was told of, and the run in which it is
/// asked. When it is dropped, it fails the test for every request that it did
/// not expect and every one it waited for in vain.
pub struct Provider {
    run: Run,
    state: Rc<RefCell<State>>,
}

impl Default for Provider {
    fn default() -> Self {
        Self::new()
    }
}

impl Provider {
    /// One that expects nothing, in a full read of everything at noon of
    /// 15 January 2026 with pages of 100.
    pub fn new() -> Self {
        crate::log::take();
        Self { run: super::run(), state: Rc::default() }
    }

    /// Expects one more exchange. Where several fit a request, they are used in
    /// this order.
    pub fn on(self, exchange: Exchange) -> Self {
        self.state.borrow_mut().exchanges.push(exchange);
        self
    }

    /// Enters a setting.
    pub fn setting(mut self, key: &str, value: &str) -> Self {
        super::enter(&mut self.run, key, value);
        self
    }

    /// The time of the run, RFC 3339.
    pub fn now(mut self, instant: &str) -> Self {
        self.run.now_ms = super::millis(instant);
        self
    }

    /// Only these attributes are wanted.
    pub fn wants(mut self, attributes: &[&str]) -> Self {
        self.run.wanted_attributes = attributes.iter().map(ToString::to_string).collect();
        self
    }

    /// Only the memberships of these groups are wanted.
    pub fn wants_groups(mut self, ids: &[&str]) -> Self {
        self.run.wanted_groups = ids.iter().map(ToString::to_string).collect();
        self
    }

    /// Only what changed since this checkpoint is wanted.
    pub fn changes(mut self, checkpoint: &impl cursor::Shape) -> Self {
        self.run.mode = Mode::Changes(cursor::encode(checkpoint));
        self
    }

    /// Pages of this many records.
    pub fn page_size(mut self, records: u32) -> Self {
        self.run.page_size = records;
        self
    }

    /// Changes anything else of the run.
    pub fn run(mut self, change: impl FnOnce(&mut Run)) -> Self {
        change(&mut self.run);
        self
    }

    /// What connector `C` gets in a call.
    pub fn context<C: Connector>(&self) -> Context {
        Context::new::<C>(self.run.clone(), Box::new(Wire(Rc::clone(&self.state))))
    }

    /// How many requests came so far.
    pub fn requests(&self) -> usize {
        self.state.borrow().requests
    }

    /// What is wrong so far: unexpected requests, and exchanges not used.
    pub fn complaints(&self) -> Vec<String> {
        let state = self.state.borrow();
        let unused = state.exchanges.iter().filter(|exchange| exchange.used == 0);
        let unused = unused.map(|exchange| format!("not asked for: {}", exchange.describe()));
        state.unexpected.iter().cloned().chain(unused).collect()
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        let complaints = self.complaints();
        if !std::thread::panicking() && !complaints.is_empty() {
            panic!("the connector and its provider disagree:\n  {}", complaints.join("\n  "));
        }
    }
}

struct Wire(Rc<RefCell<State>>);

impl Transport for Wire {
    fn fetch(&self, request: Request) -> Result<Response, FetchError> {
        let mut state = self.0.borrow_mut();
        state.requests += 1;
        let (target, query) = parts(&request.target, &request.query);
        let credential = request.credential.as_deref();
        let asked = line(request.method, &request.host, &target, &query, credential, &request.headers);
        if request.purpose.is_empty() {
            state.unexpected.push(format!("has no purpose: {asked}"));
        }
        let fits = |exchange: &Exchange| exchange.accepts(&request);
        let fresh = state.exchanges.iter().position(|exchange| exchange.used == 0 && fits(exchange));
        let again = || state.exchanges.iter().rposition(|exchange| exchange.repeats && fits(exchange));
        let Some(at) = fresh.or_else(again) else {
            state.unexpected.push(format!("unexpected: {asked}"));
            return Err(FetchError::Denied(format!("the test does not expect {asked}")));
        };
        state.exchanges[at].used += 1;
        state.exchanges[at].answer.clone()
    }

    fn fetch_all(&self, requests: Vec<Request>) -> Vec<Result<Response, FetchError>> {
        assert!(requests.len() <= 100, "more than 100 requests in one fetch-all");
        requests.into_iter().map(|request| self.fetch(request)).collect()
    }
}
