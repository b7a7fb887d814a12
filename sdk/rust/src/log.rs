//! Lines in the log of the run. Never a person's data: ids, keys and counts.

use crate::Level;

/// Writes one line; the macros [`info!`](crate::info) and
/// [`warn!`](crate::warn) are shorter.
#[cfg(target_arch = "wasm32")]
pub fn emit(level: Level, message: &str) {
    crate::bindings::rollcall::connector::log::emit(level, message);
}

/// Outside the sandbox the lines are kept for the test that runs.
#[cfg(not(target_arch = "wasm32"))]
pub fn emit(level: Level, message: &str) {
    LINES.with_borrow_mut(|lines| lines.push((level, message.to_owned())));
}

#[cfg(not(target_arch = "wasm32"))]
thread_local! {
    static LINES: std::cell::RefCell<Vec<(Level, String)>> = const { std::cell::RefCell::new(Vec::new()) };
}

/// The lines that this thread wrote since the last call.
#[cfg(not(target_arch = "wasm32"))]
pub fn take() -> Vec<(Level, String)> {
    LINES.with_borrow_mut(std::mem::take)
}

/// Logs what is worth knowing when somebody looks: `info!("{n} people")`.
#[macro_export]
macro_rules! info {
    ($($text:tt)*) => { $crate::log::emit($crate::Level::Info, &format!($($text)*)) };
}

/// Logs what somebody ought to look at and that does not stop the read.
#[macro_export]
macro_rules! warn {
    ($($text:tt)*) => { $crate::log::emit($crate::Level::Warn, &format!($($text)*)) };
}

/// Logs what only the connector's author wants to know.
#[macro_export]
macro_rules! debug {
    ($($text:tt)*) => { $crate::log::emit($crate::Level::Debug, &format!($($text)*)) };
}
