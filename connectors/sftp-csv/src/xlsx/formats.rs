//! How numbers of an Excel file are shown: which of them are days, and which have
//! zeros in front.

use std::collections::HashMap;
use std::io;

use super::xml::Xml;
use crate::layers::refused;
use crate::limits::MAX_STYLES;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Number,
    Day,
    /// With zeros in front up to so many digits.
    Digits(usize),
}

/// Formats by the number of a style.
#[derive(Default)]
pub struct Formats(Vec<Format>);

impl Formats {
    pub fn read(mut xml: Xml) -> io::Result<Self> {
        let mut own = HashMap::new();
        let mut formats = Vec::new();
        // Cells name styles of the list `cellXfs`; there is another before it.
        let mut of_cells = false;
        while let Some(element) = xml.next_element()? {
            let id = || element.get("numFmtId").and_then(|id| id.parse::<u32>().ok()).unwrap_or_default();
            match element.name.as_str() {
                "numFmt" => drop(own.insert(id(), of_code(element.get("formatCode").unwrap_or_default()))),
                "cellXfs" => of_cells = true,
                "cellStyles" => of_cells = false,
                "xf" if of_cells => {
                    let format = own.get(&id()).copied();
                    formats.push(format.unwrap_or_else(|| built_in(id())));
                }
                _ => {}
            }
            if formats.len() > MAX_STYLES {
                return Err(refused("is an Excel file with more than 10,000 styles"));
            }
        }
        Ok(Self(formats))
    }

    pub fn of_style(&self, style: usize) -> Format {
        self.0.get(style).copied().unwrap_or(Format::Number)
    }
}

/// Formats that have a number and no code in the file.
fn built_in(id: u32) -> Format {
    match id {
        14..=22 | 27..=36 | 45..=47 | 50..=58 => Format::Day,
        _ => Format::Number,
    }
}

/// `dd/mm/yyyy`, `00000`, `[h]:mm`, `"year "0`.
fn of_code(code: &str) -> Format {
    let code = code.split(';').next().unwrap_or_default();
    if code.len() > 1 && code.bytes().all(|letter| letter == b'0') {
        return Format::Digits(code.len());
    }
    let mut letters = code.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => drop(letters.by_ref().find(|letter| *letter == '"')),
            '\\' | '_' | '*' => drop(letters.next()),
            '[' => {
                let within: String = letters.by_ref().take_while(|letter| *letter != ']').collect();
                if matches!(within.to_ascii_lowercase().trim_matches(['h', 'm', 's']), "") {
                    // A duration, which is no day.
                    return Format::Number;
                }
            }
            'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' => return Format::Day,
            _ => {}
        }
    }
    Format::Number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes() {
        let check = |code: &str, expected| assert_eq!(of_code(code), expected, "{code}");
        check("dd/mm/yyyy", Format::Day);
        check("[$-409]d-mmm-yy;@", Format::Day);
        check("00000", Format::Digits(5));
        check("0", Format::Number);
        check("0.00", Format::Number);
        check("#,##0.00", Format::Number);
        check("[h]:mm:ss", Format::Number);
        check("\"day \"0", Format::Number);
        check("\\d0", Format::Number);
        check("[Red]0.0", Format::Number);
        check("General", Format::Number);
    }
}
