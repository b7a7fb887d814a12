//! What all providers have in common: the way of a request through token
//! check, faults and cache to an answer.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use axum::extract::Request;
use axum::response::Response;
use bytes::Bytes;

use crate::consent::Consent;
use crate::faults::{Fault, Faults, Gate, Page, Shape, Spoilt};
use crate::interface::Interface;
use crate::people::Company;
use crate::tokens::{Grant, Tokens};
use crate::web::{self, Ask, Query};
use crate::{clock, control, providers, xml};

pub struct Options {
    /// The listener's own address, `http://127.0.0.1:PORT`.
    pub base: String,
    /// The address that links to a foreign host name.
    pub offsite: String,
    pub client_secret: String,
    pub token_lifetime: Option<i64>,
    pub page_limit: Option<usize>,
    pub assertion_key: Option<jsonwebtoken::DecodingKey>,
    pub consent: Consent,
    pub scim_cursor: bool,
}

impl Options {
    /// The largest page and the page without being asked for one.
    pub fn sizes(&self, largest: usize, default: usize) -> (usize, usize) {
        let largest = self.page_limit.unwrap_or(largest);
        (largest, default.min(largest))
    }
}

/// How many bytes of pages are kept before all are made anew.
const CACHE: usize = 1 << 30;

#[derive(Default)]
struct Cache {
    pages: HashMap<String, Arc<Page>>,
    bytes: usize,
}

#[derive(Default)]
pub struct Stats {
    requests: Mutex<BTreeMap<String, u64>>,
    under_way: AtomicU64,
    pub most_under_way: AtomicU64,
    pub offsite: AtomicU64,
    pub offsite_authorized: AtomicU64,
}

impl Stats {
    pub fn requests(&self) -> BTreeMap<String, u64> {
        hold(&self.requests).clone()
    }

    pub fn reset(&self) {
        hold(&self.requests).clear();
        for counter in [&self.most_under_way, &self.offsite, &self.offsite_authorized] {
            counter.store(0, Ordering::Relaxed);
        }
    }
}

pub struct Stub {
    pub options: Options,
    company: RwLock<Company>,
    cache: RwLock<Cache>,
    pub tokens: Mutex<Tokens>,
    faults: RwLock<Arc<Faults>>,
    pub stats: Stats,
}

/// Takes a lock; what a panicking test left behind is still whole.
pub fn hold<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Stub {
    pub fn new(options: Options, people: u32, seed: u64, now: i64, faults: Vec<Fault>) -> Self {
        Self {
            options,
            company: RwLock::new(Company::new(people, seed, now)),
            cache: RwLock::default(),
            tokens: Mutex::default(),
            faults: RwLock::new(Arc::new(Faults::new(faults))),
            stats: Stats::default(),
        }
    }

    pub fn company(&self) -> RwLockReadGuard<'_, Company> {
        self.company.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The company to be changed. No page of before is served afterwards.
    pub fn change<T>(&self, change: impl FnOnce(&mut Company) -> T) -> T {
        let mut company: RwLockWriteGuard<'_, Company> =
            self.company.write().unwrap_or_else(PoisonError::into_inner);
        let outcome = change(&mut company);
        self.forget();
        outcome
    }

    pub fn faults(&self) -> Arc<Faults> {
        self.faults.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn set_faults(&self, faults: Vec<Fault>) {
        *self.faults.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(Faults::new(faults));
        // Some faults show in the rows of a page.
        self.forget();
    }

    fn forget(&self) {
        *self.cache.write().unwrap_or_else(PoisonError::into_inner) = Cache::default();
    }

    pub fn note_offsite(&self, authorized: bool) {
        self.stats.offsite.fetch_add(1, Ordering::Relaxed);
        self.stats.offsite_authorized.fetch_add(u64::from(authorized), Ordering::Relaxed);
    }

    /// Answers a request.
    pub async fn serve(&self, request: Request) -> Response {
        let under_way = self.stats.under_way.fetch_add(1, Ordering::Relaxed) + 1;
        self.stats.most_under_way.fetch_max(under_way, Ordering::Relaxed);
        let response = self.respond(request).await;
        self.stats.under_way.fetch_sub(1, Ordering::Relaxed);
        response
    }

    async fn respond(&self, request: Request) -> Response {
        let (parts, body) = request.into_parts();
        let Ok(body) = axum::body::to_bytes(body, 8 << 20).await else {
            return web::answer(413, "text/plain", "The request is too large.\n");
        };
        let ask = Ask {
            method: parts.method,
            path: parts.uri.path().to_owned(),
            query: Query::new(parts.uri.query().unwrap_or_default()),
            headers: parts.headers,
            body,
        };
        if ask.path.starts_with("/control/") {
            return control::answer(self, &ask);
        }
        let class = class(&ask.path);
        *hold(&self.stats.requests).entry(class).or_default() += 1;

        let faults = self.faults();
        if let Some(delay) = faults.delay() {
            tokio::time::sleep(Duration::from_millis(delay)).await;
        }
        let response = match self.token(&ask) {
            Some(response) => response,
            None => match interface(&ask.path) {
                Some(interface) => self.data(interface, &ask, true),
                None => web::answer(404, "text/plain", "No provider has this path.\n"),
            },
        };
        // Readers take the provider's time from here, so it is the stub's own.
        let now = self.company().now;
        web::with_header(response, "date", &clock::http(now))
    }

    fn token(&self, ask: &Ask) -> Option<Response> {
        let interface = providers::ALL.iter().find(|one| begins(&ask.path, one.tokens))?;
        Some((interface.token)(self, ask))
    }

    /// Answers a request for data: a `whole` one or a part of a batch.
    pub fn data(&self, interface: &Interface, ask: &Ask, whole: bool) -> Response {
        let faults = self.faults();
        // A batch is not throttled, its parts are.
        let batch = ask.path.ends_with("/$batch");
        let gate = if batch { Gate::Open } else { self.gate(&faults, whole, ask) };
        let fail = interface.failure;
        let unauthorized = || web::with_header(fail(401), "www-authenticate", "Bearer realm=\"stub\"");
        match gate {
            Gate::Expire => {
                hold(&self.tokens).expire();
                return unauthorized();
            }
            Gate::Unauthorized => return unauthorized(),
            _ => {}
        }
        let Some(grant) = (interface.admit)(interface, self, ask) else { return unauthorized() };
        match gate {
            Gate::TooMany { wait: true } => return web::with_header(fail(429), "retry-after", "1"),
            Gate::TooMany { wait: false } => return fail(429),
            Gate::Quota => {
                if let Some(quota) = interface.quota {
                    return quota();
                }
            }
            Gate::Answer(response) => return *response,
            Gate::Forbidden => return fail(403),
            _ => {}
        }
        if grant == Grant::Nobody {
            return fail(403);
        }
        (interface.answer)(self, ask)
    }

    fn gate(&self, faults: &Faults, whole: bool, ask: &Ask) -> Gate {
        let here = ask.key();
        faults.gate(whole, &self.options.offsite, here.trim_end_matches('?'), &ask.method)
    }

    /// A page that is made once and kept until something changes.
    fn kept(&self, key: String, make: impl FnOnce(&Company) -> Page) -> Arc<Page> {
        if let Some(page) = self.cache.read().unwrap_or_else(PoisonError::into_inner).pages.get(&key) {
            return page.clone();
        }
        // The company is held until the page is kept: a change in between
        // would leave an old page in a new cache.
        let company = self.company();
        let page = Arc::new(make(&company));
        let mut cache = self.cache.write().unwrap_or_else(PoisonError::into_inner);
        if cache.bytes > CACHE {
            *cache = Cache::default();
        }
        cache.bytes += page.body.len() + key.len();
        cache.pages.insert(key, page.clone());
        page
    }

    /// A page of something other than people.
    pub fn list(&self, kind: &'static str, key: String, make: impl FnOnce(&Company) -> Vec<u8>) -> Response {
        let page = self.kept(key, |company| Page {
            body: Bytes::from(make(company)),
            number: 0,
            beginning: false,
            own: String::new(),
        });
        let body = if kind == web::XML { Bytes::from(xml::envelope(&page.body)) } else { page.body.clone() };
        web::answer(200, kind, body)
    }

    /// A page of people, with the faults that people's pages have.
    pub fn people(
        &self,
        ask: &Ask,
        shape: &Shape,
        kind: &'static str,
        key: String,
        fails: fn(u16) -> Response,
        make: impl FnOnce(&Company, &Faults) -> Page,
    ) -> Response {
        self.dressed_people(ask, shape, kind, key, fails, make, |body| web::answer(200, kind, body))
    }

    /// As [`Self::people`], where an answer is more than the page itself.
    #[allow(clippy::too_many_arguments)]
    pub fn dressed_people(
        &self,
        ask: &Ask,
        shape: &Shape,
        kind: &'static str,
        key: String,
        fails: fn(u16) -> Response,
        make: impl FnOnce(&Company, &Faults) -> Page,
        dress: impl FnOnce(Bytes) -> Response,
    ) -> Response {
        let faults = self.faults();
        let page = self.kept(key, |company| make(company, &faults));
        let auth = ask.sent_credential().unwrap_or_default();
        match faults.spoil(&page, shape, kind, &self.options.offsite, &auth) {
            Spoilt::Fine(body) => dress(body),
            Spoilt::Fails => fails(500),
            Spoilt::Answer(response) => *response,
        }
    }
}

fn interface(path: &str) -> Option<&'static Interface> {
    providers::ALL.iter().find(|one| begins(path, one.data)).copied()
}

/// Whether a path is this one or below it; no path is below nothing.
fn begins(path: &str, start: &str) -> bool {
    let rest = (!start.is_empty()).then(|| path.strip_prefix(start)).flatten();
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The path with ids replaced, for statistics.
fn class(path: &str) -> String {
    let is_id = |part: &str| {
        let digits = part.bytes().filter(u8::is_ascii_digit).count();
        digits >= 5 || part.contains('@')
    };
    let parts: Vec<&str> = path
        .split('/')
        .enumerate()
        .map(|(at, part)| match part {
            // The tenant of a Microsoft sign-in and the group of a Google
            // membership may look like words.
            _ if at == 2 && path.starts_with("/login/") => "{id}",
            _ if at == 6 && path.starts_with("/google/") && path.contains("/groups/") => "{id}",
            part if is_id(part) => "{id}",
            part => part,
        })
        .collect();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_hide_ids() {
        assert_eq!(class("/graph/v1.0/users/delta"), "/graph/v1.0/users/delta");
        assert_eq!(class("/personio/v2/persons/100123/employments"), "/personio/v2/persons/{id}/employments");
        assert_eq!(class("/login/some-tenant/oauth2/v2.0/token"), "/login/{id}/oauth2/v2.0/token");
        assert_eq!(
            class("/google/admin/directory/v1/groups/0abc/members"),
            "/google/admin/directory/v1/groups/{id}/members"
        );
    }
}
