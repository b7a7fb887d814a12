//! Between the contract and a connector: what `export!` calls. One module for
//! each world, so that a component imports nothing of the other.

pub mod files;
pub mod hosts;

use std::panic::{PanicHookInfo, set_hook};
use std::sync::Once;

use talc::wasm::{WasmDynamicTalc, new_wasm_dynamic_allocator};

use crate::{Level, log};

/// Each call has a memory of its own, so there is one thread and little to give
/// back: an allocator for that is faster and smaller than the standard library's.
#[global_allocator]
static MEMORY: WasmDynamicTalc = new_wasm_dynamic_allocator();

/// Whatever panics from now on is logged.
fn watch() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| set_hook(Box::new(report)));
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
