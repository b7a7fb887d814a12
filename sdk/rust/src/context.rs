//! What a call of a connector of hosts gets: what is asked, and the way out.

use std::ops::Deref;

use crate::asked::Asked;
use crate::call::{Call, Readers};
use crate::{Connector, Failure, FetchError, Method, Request, Response, Result, Run, Target, cursor};

/// Whatever carries out requests: the host, or a test.
pub trait Transport {
    /// Sends one request.
    fn fetch(&self, request: Request) -> Result<Response, FetchError>;
    /// Sends several, answered in the order asked.
    fn fetch_all(&self, requests: Vec<Request>) -> Vec<Result<Response, FetchError>>;
}

/// One call of the host, as the connector sees it: settings, time and wants of
/// [`Asked`], and requests.
pub struct Context {
    asked: Asked,
    pub(crate) transport: Box<dyn Transport>,
    readers: Readers,
}

impl Context {
    /// For a run of connector `C`. `export!` and the test kit call this.
    pub fn new<C: Connector>(run: Run, transport: Box<dyn Transport>) -> Self {
        Self {
            asked: Asked::new(run),
            transport,
            readers: Readers { failure: C::failure, reason: C::reason },
        }
    }

    /// `GET` of a path below the URL of the host alias. An id inside is written
    /// with [`segment`](crate::segment).
    pub fn get(&self, alias: &str, path: impl Into<String>) -> Call<'_> {
        self.call(Method::Get, alias, Target::Path(path.into()))
    }

    /// `POST`, with [`Call::json_body`] or [`Call::body`].
    pub fn post(&self, alias: &str, path: impl Into<String>) -> Call<'_> {
        self.call(Method::Post, alias, Target::Path(path.into()))
    }

    /// `HEAD`.
    pub fn head(&self, alias: &str, path: impl Into<String>) -> Call<'_> {
        self.call(Method::Head, alias, Target::Path(path.into()))
    }

    /// `GET` of a link that the provider gave, whole or relative to the alias'
    /// URL. The host refuses one that leads to another host.
    pub fn follow(&self, alias: &str, link: &str) -> Call<'_> {
        if !link.starts_with('/') || link.starts_with("//") {
            return self.call(Method::Get, alias, Target::NextLink(link.to_owned()));
        }
        let (path, query) = link.split_once('?').unwrap_or((link, ""));
        let mut call = self.get(alias, crate::percent::decode_path(path));
        for (key, value) in crate::percent::decode_query(query) {
            call = call.query(&key, value);
        }
        call
    }

    fn call(&self, method: Method, alias: &str, target: Target) -> Call<'_> {
        Call::new(self, self.readers, method, alias, target)
    }

    /// Reads all pages of a list within one call, for one that is small by its
    /// nature: until `page` gives no further state. One that goes in circles, or
    /// has more than 200 pages, is a failure.
    pub fn every_page<S: cursor::Shape + Default>(
        &self,
        mut page: impl FnMut(S) -> Result<Option<S>>,
    ) -> Result<()> {
        const LIMIT: usize = 200;
        let mut seen = Vec::new();
        let mut state = S::default();
        for _ in 0..LIMIT {
            match page(state)? {
                None => return Ok(()),
                Some(next) => state = next,
            }
            let note = cursor::encode(&state);
            if seen.contains(&note) {
                return Err(Failure::InvalidResponse("the paging of a list goes in circles".into()));
            }
            seen.push(note);
        }
        Err(Failure::InvalidResponse(format!("a list has more than {LIMIT} pages")))
    }
}

impl Deref for Context {
    type Target = Asked;

    fn deref(&self) -> &Asked {
        &self.asked
    }
}
