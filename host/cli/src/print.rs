//! Lines on standard output. A reader that has seen enough and goes away, as
//! `head` does, is no error.

use std::fmt::Arguments;
use std::io::{ErrorKind, Write};

use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{ContentArrangement, Table};

/// Prints a line.
macro_rules! say {
    ($($text:tt)*) => { $crate::print::line(format_args!($($text)*)) };
}

pub(crate) use say;

pub fn line(text: Arguments<'_>) {
    if let Err(error) = writeln!(std::io::stdout(), "{text}") {
        gone(&error);
    }
}

/// A table as all commands print them, without rows.
pub fn table<const N: usize>(header: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_preset(UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(header);
    table
}

/// Ends the program quietly when nobody reads on; there is nothing left to do
/// for a command that prints. Any other error is told.
pub fn gone(error: &std::io::Error) {
    if error.kind() == ErrorKind::BrokenPipe {
        std::process::exit(0);
    }
    eprintln!("rollcall: write the output: {error}");
    std::process::exit(3);
}

/// A provider's text on a terminal: no control character but the line break.
pub fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { '\u{fffd}' } else { c }).collect()
}
