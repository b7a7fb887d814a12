//! What a guest of the first major may call: generated types to and from those
//! of the grants. What happens there is in [`crate::host`].

use rollcall_grants as grants;

use super::v1::bindings::rollcall::connector::{files, http, log, types};
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

impl files::Host for CallState {
    async fn list_files(&mut self) -> wasmtime::Result<Result<Vec<files::FileInfo>, files::FileError>> {
        let listed = self.list_files().await;
        Ok(listed.map(|all| all.into_iter().map(Into::into).collect()).map_err(Into::into))
    }

    async fn read(
        &mut self,
        name: String,
        offset: u64,
        length: u32,
    ) -> wasmtime::Result<Result<Vec<u8>, files::FileError>> {
        Ok(self.read_file(name, offset, length).await.map_err(Into::into))
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

impl From<grants::FileInfo> for files::FileInfo {
    fn from(file: grants::FileInfo) -> Self {
        Self { name: file.name, size: file.size, modified_ms: file.modified_ms }
    }
}

impl From<grants::FileError> for files::FileError {
    fn from(error: grants::FileError) -> Self {
        match error {
            grants::FileError::Denied(why) => Self::Denied(why),
            grants::FileError::Budget(what) => Self::Budget(what),
            grants::FileError::Changed(_) => Self::Changed,
            error => Self::Transport(error.to_string()),
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
