//! The way out as the guest has it: whatever passes is searched for secrets.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use rollcall_grants::{
    FetchError, Fetching, FileError, FileInfo, Files, Network, Outside, Request, Response, Target,
};

use crate::sentinel::Sentinels;

const ASKED: &str = "a request that the connector makes";
const ANSWERED: &str = "an answer that the connector gets";

pub struct Overheard {
    outside: Outside,
    sentinels: Arc<Sentinels>,
    leaks: Mutex<Vec<String>>,
}

impl Overheard {
    pub fn new(outside: Outside, sentinels: Arc<Sentinels>) -> Self {
        Self { outside, sentinels, leaks: Mutex::default() }
    }

    /// For a guest.
    pub fn outside(self: &Arc<Self>) -> Outside {
        match &self.outside {
            Outside::Network(_) => Outside::Network(self.clone()),
            Outside::Files(_) => Outside::Files(self.clone()),
        }
    }

    pub fn sentinels(&self) -> &Sentinels {
        &self.sentinels
    }

    pub fn leaks(&self) -> Vec<String> {
        self.leaks.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn search(&self, bytes: &[u8], where_: &str) {
        if let Some(owner) = self.sentinels.find(bytes) {
            self.leaks.lock().unwrap_or_else(PoisonError::into_inner).push(format!("{owner} is in {where_}"));
        }
    }

    fn request(&self, request: &Request) {
        let (Target::Path(target) | Target::NextLink(target)) = &request.target;
        let pairs = request.query.iter().chain(&request.headers).flat_map(|(name, value)| [name, value]);
        for text in pairs.chain([target, &request.purpose]) {
            self.search(text.as_bytes(), ASKED);
        }
        self.search(request.body.as_deref().unwrap_or_default(), ASKED);
    }

    fn response(&self, response: &Result<Response, FetchError>) {
        match response {
            Ok(response) => {
                self.search(&response.body, ANSWERED);
                response.headers.iter().for_each(|(_, value)| self.search(value.as_bytes(), ANSWERED));
            }
            Err(error) => self.search(error.to_string().as_bytes(), ANSWERED),
        }
    }
}

impl Network for Overheard {
    fn fetch(&self, request: Request) -> Fetching<'_, Result<Response, FetchError>> {
        self.request(&request);
        Box::pin(async move {
            let Outside::Network(network) = &self.outside else { return Err(no_network()) };
            let response = network.fetch(request).await;
            self.response(&response);
            response
        })
    }

    fn fetch_all(&self, requests: Vec<Request>) -> Fetching<'_, Vec<Result<Response, FetchError>>> {
        requests.iter().for_each(|request| self.request(request));
        Box::pin(async move {
            let Outside::Network(network) = &self.outside else {
                return requests.iter().map(|_| Err(no_network())).collect();
            };
            let responses = network.fetch_all(requests).await;
            responses.iter().for_each(|response| self.response(response));
            responses
        }) as Pin<Box<_>>
    }
}

impl Files for Overheard {
    fn list(&self) -> Fetching<'_, Result<Vec<FileInfo>, FileError>> {
        Box::pin(async move {
            let Outside::Files(files) = &self.outside else { return Err(no_files()) };
            files.list().await
        })
    }

    fn read(&self, name: String, offset: u64, length: u32) -> Fetching<'_, Result<Vec<u8>, FileError>> {
        self.search(name.as_bytes(), ASKED);
        Box::pin(async move {
            let Outside::Files(files) = &self.outside else { return Err(no_files()) };
            let read = files.read(name, offset, length).await;
            match &read {
                Ok(bytes) => self.search(bytes, ANSWERED),
                Err(error) => self.search(error.to_string().as_bytes(), ANSWERED),
            }
            read
        })
    }
}

// [`Overheard::outside`] hands out the kind that there is.

fn no_network() -> FetchError {
    FetchError::Denied("a connector of files sends no requests".to_owned())
}

fn no_files() -> FileError {
    FileError::Denied("a connector of hosts reads no files".to_owned())
}
