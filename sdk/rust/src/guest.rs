//! Between the contract and [`Connector`]: what `export!` calls.

use std::panic::{PanicHookInfo, set_hook};
use std::sync::Once;

use talc::wasm::{WasmDynamicTalc, new_wasm_dynamic_allocator};

use crate::bindings::rollcall::connector::http;
use crate::context::Transport;
use crate::{
    AccountInfo, AttributeDefinition, Connector, Context, Cursor, FetchError, GroupPage, Level,
    MembershipPage, Request, Response, Result, Run, WorkerPage, log,
};

/// Each call has a memory of its own, so there is one thread and little to give
/// back: an allocator for that is faster and smaller than the standard library's.
#[global_allocator]
static MEMORY: WasmDynamicTalc = new_wasm_dynamic_allocator();

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
    static HOOK: Once = Once::new();
    HOOK.call_once(|| set_hook(Box::new(report)));
    Context::new::<C>(run, Box::new(Host))
}

/// A guest has no standard error, and its trap carries no text. Only a message
/// that is part of the program is logged: one that was formatted, such as that
/// of an `unwrap`, may hold a person's data.
fn report(panic: &PanicHookInfo<'_>) {
    let message = panic.payload().downcast_ref::<&str>().copied().unwrap_or("(formatted message withheld)");
    match panic.location() {
        Some(at) => log::emit(Level::Error, &format!("panic at {}:{}: {message}", at.file(), at.line())),
        None => log::emit(Level::Error, &format!("panic: {message}")),
    }
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
