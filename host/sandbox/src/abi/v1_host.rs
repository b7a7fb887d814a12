//! What a guest of the first major may call: generated types to and from those
//! of the grants. What happens there is in [`crate::host`].

use rollcall_grants as grants;

use super::v1::bindings::rollcall::connector::{http, log, types};
use crate::log::LogLevel;
use crate::state::CallState;

impl types::Host for CallState {}

impl http::Host for CallState {
    async fn fetch(
        &mut self,
        request: http::Request,
    ) -> wasmtime::Result<Result<http::Response, http::FetchError>> {
        Ok(self.carry_out(request.into()).await.map(Into::into).map_err(Into::into))
    }

    async fn fetch_all(
        &mut self,
        requests: Vec<http::Request>,
    ) -> wasmtime::Result<Vec<Result<http::Response, http::FetchError>>> {
        let answers = self.carry_out_all(requests.into_iter().map(Into::into).collect()).await;
        Ok(answers.into_iter().map(|answer| answer.map(Into::into).map_err(Into::into)).collect())
    }
}

impl log::Host for CallState {
    fn emit(&mut self, level: log::Level, message: String) -> wasmtime::Result<()> {
        self.log.line(level.into(), &message);
        Ok(())
    }
}

impl From<http::Request> for grants::Request {
    fn from(request: http::Request) -> Self {
        Self {
            method: match request.method {
                http::Method::Get => grants::Method::Get,
                http::Method::Head => grants::Method::Head,
                http::Method::Post => grants::Method::Post,
            },
            host: request.host,
            target: match request.target {
                http::Target::Path(path) => grants::Target::Path(path),
                http::Target::NextLink(link) => grants::Target::NextLink(link),
            },
            query: request.query,
            headers: request.headers,
            body: request.body,
            credential: request.credential,
            purpose: request.purpose,
        }
    }
}

impl From<grants::Response> for http::Response {
    fn from(response: grants::Response) -> Self {
        Self { status: response.status, headers: response.headers, body: response.body }
    }
}

impl From<grants::FetchError> for http::FetchError {
    fn from(error: grants::FetchError) -> Self {
        match error {
            grants::FetchError::Denied(why) | grants::FetchError::Astray(why) => Self::Denied(why),
            grants::FetchError::Budget(what) => Self::Budget(what),
            grants::FetchError::Timeout => Self::Timeout,
            grants::FetchError::Transport(why) => Self::Transport(why),
            grants::FetchError::SignIn(why) => Self::SignIn(why),
        }
    }
}

impl From<log::Level> for LogLevel {
    fn from(level: log::Level) -> Self {
        match level {
            log::Level::Debug => Self::Debug,
            log::Level::Info => Self::Info,
            log::Level::Warn => Self::Warn,
            log::Level::Error => Self::Error,
        }
    }
}
