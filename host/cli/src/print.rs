//! Lines on standard output. A reader that has seen enough and goes away, as
//! `head` does, is no error.

use std::fmt::Arguments;
use std::io::{ErrorKind, Write};

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

/// Ends the program quietly when nobody reads on; there is nothing left to do
/// for a command that prints. Any other error is told.
pub fn gone(error: &std::io::Error) {
    if error.kind() == ErrorKind::BrokenPipe {
        std::process::exit(0);
    }
    eprintln!("rollcall: write the output: {error}");
    std::process::exit(3);
}
