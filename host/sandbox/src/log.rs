//! A guest's log lines on their way out: bounded, escaped, counted.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use crate::limits::LOG_LINE_BYTES;
use crate::meter::Meter;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LogLevel {
    Debug,
    Info,
    Warn,
    Error,
}

impl LogLevel {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }
}

/// Where a guest's log lines go. Called on the call's own task: has to return
/// at once.
pub trait LogSink: Send + Sync {
    /// `message` has at most 4 KiB and a mark where it was cut, and no control
    /// characters.
    fn line(&self, level: LogLevel, message: &str);
}

/// Drops every line.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoLog;

impl LogSink for NoLog {
    fn line(&self, _level: LogLevel, _message: &str) {}
}

/// The one way from a guest to a sink.
#[derive(Clone)]
pub(crate) struct LogPipe {
    pub sink: Arc<dyn LogSink>,
    pub meter: Arc<Meter>,
    pub limit: u32,
}

impl LogPipe {
    pub fn line(&self, level: LogLevel, message: &str) {
        if self.meter.log_lines.load(Relaxed) >= self.limit {
            self.meter.log_dropped.fetch_add(1, Relaxed);
            return;
        }
        self.meter.log_lines.fetch_add(1, Relaxed);
        self.sink.line(level, &printable(message, LOG_LINE_BYTES));
    }
}

/// A guest's text, fit for a log or a terminal: control characters escaped, at
/// most `limit` bytes of the original.
pub(crate) fn printable(text: &str, limit: usize) -> String {
    let cut = text.floor_char_boundary(limit);
    let (kept, rest) = text.split_at_checked(cut).unwrap_or((text, ""));
    let mut clean = String::with_capacity(kept.len());
    for character in kept.chars() {
        if character.is_control() || is_bidi(character) {
            clean.extend(character.escape_default());
        } else {
            clean.push(character);
        }
    }
    if !rest.is_empty() {
        clean.push_str(" [cut]");
    }
    clean
}

/// Characters that turn the direction of what follows, and so can make a log
/// line read as something else.
fn is_bidi(character: char) -> bool {
    matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_and_cuts() {
        let check = |input: &str, expected: &str| assert_eq!(printable(input, 8), expected);
        check("plain", "plain");
        check("a\nb", "a\\nb");
        check("\u{1b}[31m", "\\u{1b}[31m");
        check("123456789", "12345678 [cut]");
        check("1234567ä", "1234567 [cut]");
        check("\u{202e}x", "\\u{202e}x");
    }
}
