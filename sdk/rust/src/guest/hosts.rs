//! The world `connector`.

use super::watch;
use crate::bindings::rollcall::connector::http;
use crate::context::Transport;
use crate::{
    AccountInfo, AttributeDefinition, Connector, Context, Cursor, FetchError, GroupPage, MembershipPage,
    Request, Response, Result, Run, WorkerPage,
};

/// The host's HTTP.
struct Host;

impl Transport for Host {
    fn fetch(&self, request: Request) -> Result<Response, FetchError> {
        http::fetch(&request)
    }

    fn fetch_all(&self, requests: Vec<Request>) -> Vec<Result<Response, FetchError>> {
        http::fetch_all(&requests)
    }
}

fn enter<C: Connector>(run: Run) -> Context {
    watch();
    Context::new::<C>(run, Box::new(Host))
}

pub fn check<C: Connector>(run: Run) -> Result<AccountInfo> {
    C::check(&enter::<C>(run))
}

pub fn discover<C: Connector>(run: Run) -> Result<Vec<AttributeDefinition>> {
    C::discover(&enter::<C>(run))
}

pub fn groups<C: Connector>(run: Run, cursor: Option<Vec<u8>>) -> Result<GroupPage> {
    C::groups(&enter::<C>(run), Cursor::from(cursor))
}

pub fn memberships<C: Connector>(run: Run, cursor: Option<Vec<u8>>) -> Result<MembershipPage> {
    C::memberships(&enter::<C>(run), Cursor::from(cursor))
}

pub fn workers<C: Connector>(run: Run, cursor: Option<Vec<u8>>) -> Result<WorkerPage> {
    C::workers(&enter::<C>(run), Cursor::from(cursor))
}
