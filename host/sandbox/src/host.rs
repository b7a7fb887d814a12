//! The host's side of a guest's requests: bounded before anything is allocated
//! for them, counted, and remembered when they fail. Nothing here decides where
//! a request may go: that is the network's.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use rollcall_grants::{FetchError, Network, Outside, Request, Response, Target};
use rollcall_model::Failure;

use crate::limits::{BATCH_REQUESTS, REQUEST_HEAD_BYTES, REQUEST_PAIRS};
use crate::state::CallState;

impl CallState {
    pub async fn carry_out(&mut self, request: Request) -> Result<Response, FetchError> {
        let answer = match self.admit(&request).and_then(|()| self.network()) {
            Ok(network) => network.fetch(request).await,
            Err(error) => Err(error),
        };
        let mut bodies = 0;
        self.take(answer, &mut bodies)
    }

    /// As many answers as requests, whatever happens.
    pub async fn carry_out_all(&mut self, requests: Vec<Request>) -> Vec<Result<Response, FetchError>> {
        let count = requests.len();
        let admitted = match count > BATCH_REQUESTS {
            true => Err(FetchError::Budget(format!("{count} requests at once, {BATCH_REQUESTS} allowed"))),
            false => requests.iter().try_for_each(|request| self.admit(request)),
        };
        let network = match admitted.and_then(|()| self.network()) {
            Ok(network) => network,
            Err(error) => {
                self.last_failure = Some(failure(&error));
                // One answer per request, as the contract has it. How many that can
                // be is bounded by the bytes that a guest may hand over in one call.
                return vec![Err(error); count];
            }
        };
        let answers = network.fetch_all(requests).await;
        if answers.len() != count {
            tracing::error!(
                count,
                answers = answers.len(),
                "the network answered another number of requests"
            );
            let error = FetchError::Transport("the host lost an answer".to_owned());
            self.last_failure = Some(failure(&error));
            return vec![Err(error); count];
        }
        let mut bodies = 0;
        answers.into_iter().map(|answer| self.take(answer, &mut bodies)).collect()
    }

    fn network(&self) -> Result<Arc<dyn Network>, FetchError> {
        match &self.outside {
            Outside::Network(network) => Ok(Arc::clone(network)),
            Outside::Files(_) => Err(FetchError::Denied("a connector of files sends no requests".to_owned())),
        }
    }

    /// Counts a request and checks its size.
    fn admit(&self, request: &Request) -> Result<(), FetchError> {
        let budget = |what: String| Err(FetchError::Budget(what));
        if self.meter.fetches.fetch_add(1, Relaxed) >= self.limits.fetches {
            return budget(format!("{} requests a call", self.limits.fetches));
        }
        if request.query.len() > REQUEST_PAIRS || request.headers.len() > REQUEST_PAIRS {
            return budget(format!("{REQUEST_PAIRS} headers or query parameters a request"));
        }
        let head = head_bytes(request);
        if head > REQUEST_HEAD_BYTES {
            return budget(format!("{REQUEST_HEAD_BYTES} bytes of target, query and headers"));
        }
        let body = request.body.as_ref().map_or(0, Vec::len);
        if body > self.limits.request_body {
            return budget(format!("{} bytes of a request's body", self.limits.request_body));
        }
        self.meter.bytes_out.fetch_add((head.saturating_add(body)) as u64, Relaxed);
        Ok(())
    }

    /// Counts an answer and checks its size: what is handed to the guest has to
    /// fit into its memory, or its allocator fails within our call.
    fn take(
        &mut self,
        answer: Result<Response, FetchError>,
        bodies: &mut usize,
    ) -> Result<Response, FetchError> {
        let answer = answer.and_then(|response| {
            *bodies = bodies.saturating_add(response.body.len());
            if response.body.len() > self.limits.response_body {
                return Err(FetchError::Budget(format!("{} bytes of an answer", self.limits.response_body)));
            }
            if *bodies > self.limits.batch_bodies {
                return Err(FetchError::Budget(format!(
                    "{} bytes of answers at once",
                    self.limits.batch_bodies
                )));
            }
            Ok(response)
        });
        match &answer {
            Ok(response) => {
                let bytes = response.body.len().saturating_add(pairs_bytes(&response.headers));
                self.meter.bytes_in.fetch_add(bytes as u64, Relaxed);
            }
            Err(error) => self.last_failure = Some(failure(error)),
        }
        answer
    }
}

/// Whose it is to mend that there is no response.
fn failure(error: &FetchError) -> Failure {
    match error.clone() {
        FetchError::Denied(detail) => Failure::Denied { detail },
        FetchError::Astray(detail) => Failure::InvalidResponse { detail },
        FetchError::Budget(detail) => Failure::Budget { detail },
        FetchError::Timeout => Failure::Timeout,
        FetchError::Transport(detail) => Failure::Transport { detail },
        FetchError::SignIn(detail) => Failure::AuthFailed { detail },
    }
}

fn head_bytes(request: &Request) -> usize {
    let target = match &request.target {
        Target::Path(path) => path.len(),
        Target::NextLink(link) => link.len(),
    };
    let credential = request.credential.as_ref().map_or(0, String::len);
    [request.host.len(), target, credential, request.purpose.len(), pairs_bytes(&request.query)]
        .into_iter()
        .fold(pairs_bytes(&request.headers), usize::saturating_add)
}

fn pairs_bytes(pairs: &[(String, String)]) -> usize {
    pairs
        .iter()
        .fold(0, |sum: usize, (name, value)| sum.saturating_add(name.len()).saturating_add(value.len()))
}
