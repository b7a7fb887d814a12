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

/// A text that is not ours, on one line of a terminal: with control characters
/// written out, and with them those that turn the reading direction. An escape
/// sequence could rewrite the lines above, and a name could read backwards.
pub fn safe(text: &str) -> String {
    let is_hidden = |c: char| {
        c.is_control()
            || matches!(
                c,
                '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
            )
    };
    text.chars()
        .flat_map(|c| if is_hidden(c) { c.escape_default().collect::<Vec<_>>() } else { vec![c] })
        .collect()
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

#[cfg(test)]
mod tests {
    use super::safe;

    #[test]
    fn what_would_rewrite_a_line_or_turn_it_around_is_written_out() {
        assert_eq!(safe("\u{1b}[2J Ada\nBo\u{7}"), r"\u{1b}[2J Ada\nBo\u{7}");
        for turned in ['\u{61c}', '\u{200e}', '\u{200f}', '\u{202a}', '\u{202e}', '\u{2066}', '\u{2069}'] {
            assert_eq!(safe(&turned.to_string()), turned.escape_default().to_string());
        }
        // Names are left as people write them.
        for name in ["Zoë Ångström", "נועה", "小明", "O’Neil-Smith"] {
            assert_eq!(safe(name), name);
        }
    }
}
