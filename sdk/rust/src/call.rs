//! A request under construction, and sending it.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::answer::{Answer, Origin};
use crate::{Context, Failure, FetchError, Method, Request, Result, Target, fault};

/// How a connector reads answers that are no success.
#[derive(Clone, Copy)]
pub(crate) struct Readers {
    pub failure: fn(&Answer) -> Option<Failure>,
    pub reason: fn(&Answer) -> Option<String>,
}

/// A request, to be completed and sent.
#[must_use = "a call does nothing until it is sent"]
pub struct Call<'a> {
    cx: &'a Context,
    readers: Readers,
    request: Request,
}

impl<'a> Call<'a> {
    pub(crate) fn new(
        cx: &'a Context,
        readers: Readers,
        method: Method,
        alias: &str,
        target: Target,
    ) -> Self {
        let request = Request {
            method,
            host: alias.to_owned(),
            target,
            query: Vec::new(),
            headers: Vec::new(),
            body: None,
            credential: None,
            purpose: String::new(),
        };
        Self { cx, readers, request }
    }

    /// Adds a parameter to the query; the host encodes it.
    pub fn query(mut self, key: &str, value: impl ToString) -> Self {
        self.request.query.push((key.to_owned(), value.to_string()));
        self
    }

    /// Adds a parameter where there is a value.
    pub fn query_if(self, key: &str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.query(key, value),
            None => self,
        }
    }

    /// Adds a header. The host takes lower-case names alone; however references
    /// write them, they mean the same.
    pub fn header(mut self, name: &str, value: impl ToString) -> Self {
        self.request.headers.push((name.to_ascii_lowercase(), value.to_string()));
        self
    }

    /// Adds a header where there is a value.
    pub fn header_if(self, name: &str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.header(name, value),
            None => self,
        }
    }

    /// The slot of the manifest whose credential the host adds.
    pub fn auth(mut self, slot: &str) -> Self {
        self.request.credential = Some(slot.to_owned());
        self
    }

    /// What this is for, in a few words: in the audit, and in front of what is
    /// wrong with the answer.
    pub fn purpose(mut self, purpose: &str) -> Self {
        self.request.purpose = purpose.to_owned();
        self
    }

    /// A body that is JSON, with its content type.
    pub fn json_body(self, body: &impl Serialize) -> Result<Self> {
        let bytes = serde_json::to_vec(body)
            .map_err(|error| Failure::Bug(format!("the body of a request cannot be written: {error}")))?;
        Ok(self.body("application/json", bytes))
    }

    /// A body that is XML, with its content type.
    pub fn xml_body(self, document: String) -> Self {
        self.body("text/xml;charset=UTF-8", document.into_bytes())
    }

    /// A body of any kind.
    pub fn body(mut self, content_type: &str, bytes: Vec<u8>) -> Self {
        self.request.body = Some(bytes);
        self.header("content-type", content_type)
    }

    // -------------------------------------------------------- sending ----

    /// Sends, and takes only a success (2xx) for an answer.
    pub fn send(self) -> Result<Answer> {
        let readers = self.readers;
        successful(self.any_status()?, readers)
    }

    /// As [`send`](Self::send), but what is not there (404, 410) is `None`.
    pub fn send_if_found(self) -> Result<Option<Answer>> {
        self.send_unless(&[404, 410])
    }

    /// As [`send`](Self::send), but each of these statuses is `None`.
    pub fn send_unless(self, absent: &[u16]) -> Result<Option<Answer>> {
        let readers = self.readers;
        unless(self.any_status()?, absent, readers)
    }

    /// As [`send`](Self::send), but whatever the status, an answer that `takes`
    /// knows comes back: for a refusal whose words say how to go on.
    pub fn send_accepting(self, takes: impl FnOnce(&Answer) -> bool) -> Result<Answer> {
        let readers = self.readers;
        let answer = self.any_status()?;
        if takes(&answer) { Ok(answer) } else { successful(answer, readers) }
    }

    /// Sends, and takes an answer of any status.
    pub fn any_status(self) -> Result<Answer> {
        let origin = Origin::of(&self.request);
        received(self.cx.transport.fetch(self.request), origin)
    }

    /// Sends, and reads the answer into a type that borrows nothing from it.
    /// For one that does: [`send`](Self::send), then [`Answer::json`].
    pub fn json<T: DeserializeOwned>(self) -> Result<T> {
        self.send()?.json()
    }
}

/// The most requests that the contract takes in one `fetch-all`.
const AT_ONCE: usize = 100;

impl Context {
    /// Sends all of them, at once as far as the rate limit allows, and answers
    /// in the order asked. Each takes only a success for an answer.
    pub fn fetch_all(&self, calls: Vec<Call<'_>>) -> Vec<Result<Answer>> {
        self.answers(calls).map(|(answer, readers)| successful(answer?, readers)).collect()
    }

    /// As [`fetch_all`](Self::fetch_all), but each of these statuses is `None`.
    pub fn fetch_all_unless(&self, calls: Vec<Call<'_>>, absent: &[u16]) -> Vec<Result<Option<Answer>>> {
        let present = |(answer, readers): (Result<Answer>, Readers)| unless(answer?, absent, readers);
        self.answers(calls).map(present).collect()
    }

    fn answers(&self, calls: Vec<Call<'_>>) -> impl Iterator<Item = (Result<Answer>, Readers)> {
        let mut answers = Vec::with_capacity(calls.len());
        let mut calls = calls.into_iter().peekable();
        while calls.peek().is_some() {
            let mut expected = Vec::new();
            let mut requests = Vec::new();
            for call in calls.by_ref().take(AT_ONCE) {
                expected.push((Origin::of(&call.request), call.readers));
                requests.push(call.request);
            }
            let mut results = self.transport.fetch_all(requests).into_iter();
            for (origin, readers) in expected {
                let result = results
                    .next()
                    .unwrap_or_else(|| Err(FetchError::Transport("the host gave too few answers".into())));
                answers.push((received(result, origin), readers));
            }
        }
        answers.into_iter()
    }
}

fn received(result: Result<crate::Response, FetchError>, origin: Origin) -> Result<Answer> {
    result.map(|response| Answer::new(response, origin)).map_err(|error| match error {
        FetchError::Denied(why) => Failure::FetchFailed(format!("denied: {why}")),
        FetchError::Budget(why) => Failure::FetchFailed(format!("limit reached: {why}")),
        FetchError::Timeout => Failure::FetchFailed("timeout".into()),
        FetchError::Transport(why) => Failure::FetchFailed(why),
        FetchError::SignIn(why) => Failure::AuthFailed(why),
    })
}

fn unless(answer: Answer, absent: &[u16], readers: Readers) -> Result<Option<Answer>> {
    if absent.contains(&answer.status()) { Ok(None) } else { successful(answer, readers).map(Some) }
}

fn successful(answer: Answer, readers: Readers) -> Result<Answer> {
    if (200..300).contains(&answer.status()) {
        return Ok(answer);
    }
    let reason = (readers.reason)(&answer);
    // The contract carries no text for most statuses: the log has it.
    crate::warn!("{answer}{}", reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default());
    Err((readers.failure)(&answer).unwrap_or_else(|| fault::of_status(&answer, reason)))
}

#[cfg(test)]
mod tests {
    use crate::testing::{Provider, get};
    use crate::{AccountInfo, Connector, Context, Cursor, Failure, Result, WorkerPage};

    struct Plain;

    impl Connector for Plain {
        fn check(_: &Context) -> Result<AccountInfo> {
            Ok(AccountInfo::default())
        }

        fn workers(_: &Context, _: Cursor) -> Result<WorkerPage> {
            Ok(WorkerPage::default())
        }
    }

    #[test]
    fn of_several_what_may_be_absent_is_none() {
        let answer = |path: &str, status| get("api", path).answer(status, "application/json", "{}");
        let provider = Provider::new().on(answer("/1", 200)).on(answer("/2", 404)).on(answer("/3", 500));
        let cx = provider.context::<Plain>();
        let calls = ["/1", "/2", "/3"].map(|path| cx.get("api", path).purpose("test"));
        let answers = cx.fetch_all_unless(calls.into(), &[404]);
        let statuses: Vec<_> = answers
            .into_iter()
            .map(|answer| answer.map(|answer| answer.map(|answer| answer.status())))
            .collect();
        assert_eq!(statuses, [Ok(Some(200)), Ok(None), Err(Failure::Upstream(500))]);
    }
}
