//! Records a conversation with a live provider, takes the people out of it, and
//! keeps it only if it can be played.

use std::sync::{Arc, Mutex, PoisonError};

use rollcall_egress::Session;
use rollcall_grants::{FetchError, Fetching, Grant, Network, Request, Response, Upstream};

use crate::cassette::{Cassette, Content, Creator, Entry, Head, Log, Note, Pair, PostData, Timings};
use crate::cassette::{Request as HarRequest, Response as HarResponse};

/// Response headers that say something about the answer, and nothing about who
/// asked.
const KEPT_HEADERS: [&str; 6] =
    ["link", "after-cursor", "total-count", "retry-after", "etag", "last-modified"];

/// The network of a live run, written down as it goes by.
pub struct Recorder {
    session: Arc<Session>,
    grant: Arc<Grant>,
    /// Of each stand-in: where it is, and in whose place.
    stand_ins: Vec<(String, String)>,
    /// RFC 3339, of the run.
    started: String,
    entries: Mutex<Vec<Entry>>,
}

impl Recorder {
    /// `grant`: without upstreams, so that what is written down has the
    /// provider's own URLs.
    pub fn new(session: Arc<Session>, grant: Arc<Grant>, upstreams: &[Upstream], started: String) -> Self {
        let stand_ins = grant.aliases().filter_map(|alias| {
            let upstream = upstreams.iter().find(|upstream| upstream.is_for(alias.url()))?;
            let there = upstream.url().as_str().trim_end_matches('/').to_owned();
            Some((there, alias.url().origin().ascii_serialization()))
        });
        Self { stand_ins: stand_ins.collect(), session, grant, started, entries: Mutex::default() }
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

/// With the provider's URLs in the links that a stand-in gives: a cassette is
/// played without it.
fn in_the_place_of(stand_ins: &[(String, String)], mut response: Response) -> Response {
    for (there, own) in stand_ins {
        if let Ok(text) = std::str::from_utf8(&response.body) {
            response.body = text.replace(there, own).into_bytes();
        }
        response.headers.iter_mut().for_each(|(_, value)| *value = value.replace(there, own));
    }
    response
}

fn answer(response: Option<&Response>) -> HarResponse {
    let headers = response.map_or(&[][..], |response| &response.headers);
    // Some come in several lines.
    let kept = headers.iter().filter(|(name, _)| KEPT_HEADERS.contains(&name.as_str()));
    let kept = kept.map(|(name, value)| pair(name, value));
    let kind = headers.iter().find(|(name, _)| name == "content-type");
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
            mime_type: kind.map(|(_, value)| value.clone()).unwrap_or_default(),
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
            let response = response.map(|response| in_the_place_of(&self.stand_ins, response));
            self.note(&request, &response);
            response
        })
    }

    fn fetch_all(&self, requests: Vec<Request>) -> Fetching<'_, Vec<Result<Response, FetchError>>> {
        Box::pin(async move {
            let responses = self.session.fetch_all(requests.clone()).await.into_iter();
            let responses: Vec<_> = responses
                .map(|response| response.map(|response| in_the_place_of(&self.stand_ins, response)))
                .collect();
            requests.iter().zip(&responses).for_each(|(request, response)| self.note(request, response));
            responses
        })
    }
}

#[cfg(test)]
mod tests {
    use rollcall_grants::Response;

    use super::in_the_place_of;

    #[test]
    fn links_of_a_stand_in_become_the_providers() {
        let stand_ins = [("http://127.0.0.1:8080/hr".to_owned(), "https://api.hr.example.com".to_owned())];
        let response = Response {
            status: 200,
            headers: vec![("link".into(), "<http://127.0.0.1:8080/hr/v1/people?page=2>; rel=next".into())],
            body: br#"{"next":"http://127.0.0.1:8080/hr/v1/people?page=2"}"#.to_vec(),
        };
        let own = in_the_place_of(&stand_ins, response);
        assert_eq!(own.body, br#"{"next":"https://api.hr.example.com/v1/people?page=2"}"#);
        assert_eq!(own.headers[0].1, "<https://api.hr.example.com/v1/people?page=2>; rel=next");
    }
}
