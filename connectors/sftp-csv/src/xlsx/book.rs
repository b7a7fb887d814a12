//! A workbook: which sheets it has, and what its cells refer to.

use std::io;

use super::formats::{Format, Formats};
use super::xml::{Piece, Xml, damaged};
use crate::archive::Archive;
use crate::layers::refused;
use crate::limits::MAX_SHARED_BYTES;

pub struct Book {
    sheets: Vec<Sheet>,
    /// Texts that cells name by their number.
    texts: Vec<String>,
    formats: Formats,
    /// Days are counted from 1904, as on old Macs.
    from_1904: bool,
}

struct Sheet {
    name: String,
    part: String,
    hidden: bool,
}

/// A part that another one names.
struct Relation {
    id: String,
    /// The last word of its type.
    kind: String,
    part: String,
}

impl Book {
    pub fn read(archive: &Archive) -> io::Result<Self> {
        let whole = relations(archive, "")?;
        let main = whole.iter().find(|one| one.kind == "officeDocument").ok_or_else(damaged)?;
        if !main.part.ends_with(".xml") {
            return Err(refused("is a binary Excel file; save it as .xlsx"));
        }
        let parts = relations(archive, &main.part)?;
        let of_kind = |kind: &str| parts.iter().find(|one| one.kind == kind).map(|one| one.part.as_str());
        let mut book = Self {
            sheets: Vec::new(),
            texts: of_kind("sharedStrings").map_or(Ok(Vec::new()), |part| texts(archive, part))?,
            formats: of_kind("styles")
                .map_or(Ok(Formats::default()), |part| Formats::read(Xml::new(archive.open(part)?)))?,
            from_1904: false,
        };
        let mut xml = Xml::new(archive.open(&main.part)?);
        while let Some(element) = xml.next_element()? {
            match element.name.as_str() {
                "workbookPr" => {
                    book.from_1904 = matches!(element.get("date1904"), Some("1" | "true"));
                }
                "sheet" => {
                    let part = parts.iter().find(|one| Some(one.id.as_str()) == element.get("id"));
                    book.sheets.push(Sheet {
                        name: element.get("name").unwrap_or_default().to_owned(),
                        part: part.ok_or_else(damaged)?.part.clone(),
                        hidden: element.get("state").is_some_and(|state| state != "visible"),
                    });
                }
                _ => {}
            }
        }
        Ok(book)
    }

    /// Where a sheet is: that of this name, or else the first that is shown.
    pub fn sheet(&self, name: Option<&str>) -> io::Result<&str> {
        let found = match name {
            Some(name) => self.sheets.iter().find(|sheet| sheet.name == name),
            None => self.sheets.iter().find(|sheet| !sheet.hidden),
        };
        let missing =
            || refused("is an Excel file without the sheet that `sheet` names, or without a visible one");
        found.map(|sheet| sheet.part.as_str()).ok_or_else(missing)
    }

    pub fn text(&self, number: &str) -> Option<&str> {
        self.texts.get(number.parse::<usize>().ok()?).map(String::as_str)
    }

    /// How a cell of this style is shown.
    pub fn format(&self, style: Option<&str>) -> Format {
        self.formats.of_style(style.and_then(|style| style.parse().ok()).unwrap_or_default())
    }

    /// Days from the end of 1899 to where this workbook counts from.
    pub fn offset(&self) -> f64 {
        if self.from_1904 { 1462.0 } else { 0.0 }
    }
}

/// What a part names; of the whole file where the part is nothing.
fn relations(archive: &Archive, part: &str) -> io::Result<Vec<Relation>> {
    let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
    let within = |path: &str| if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") };
    let mut xml = Xml::new(archive.open(&within(&format!("_rels/{file}.rels")))?);
    let mut all = Vec::new();
    while let Some(element) = xml.next_element()? {
        let (Some(id), Some(kind), Some(target)) =
            (element.get("Id"), element.get("Type"), element.get("Target"))
        else {
            continue;
        };
        let part = target.strip_prefix('/').map_or_else(|| within(target), str::to_owned);
        let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
        all.push(Relation { id: id.to_owned(), kind, part });
    }
    Ok(all)
}

/// Each may be in several runs; readings of Japanese words beside them are no
/// part of it.
fn texts(archive: &Archive, part: &str) -> io::Result<Vec<String>> {
    let mut xml = Xml::new(archive.open(part)?);
    let mut all = Vec::new();
    let mut bytes = 0;
    while let Some(element) = xml.next_element()? {
        if element.name == "si" {
            let text = text(&mut xml, "si")?;
            bytes += text.len();
            if bytes > MAX_SHARED_BYTES {
                return Err(refused("is an Excel file with more than 16 MB of texts; send CSV"));
            }
            all.push(text);
        }
    }
    Ok(all)
}

/// The text within an element that has begun, to its end.
pub fn text(xml: &mut Xml, outer: &str) -> io::Result<String> {
    let mut all = String::new();
    let (mut within, mut reading) = (false, false);
    loop {
        match xml.next()? {
            Piece::Begin(element) if element.name == "rPh" => reading = true,
            Piece::Begin(element) if element.name == "t" => within = true,
            Piece::End(name) if name == "rPh" => reading = false,
            Piece::End(name) if name == "t" => within = false,
            Piece::End(name) if name == outer => return Ok(unescaped(&all)),
            Piece::Text(text) if within && !reading => all.push_str(&text),
            Piece::Done => return Err(damaged()),
            _ => {}
        }
    }
}

/// `_x000D_` is the letter of that number, which XML cannot have.
fn unescaped(text: &str) -> String {
    let mut all = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let (before, from) = rest.split_at(at);
        all.push_str(before);
        let letter = from
            .get(2..7)
            .and_then(|code| code.strip_suffix('_'))
            .and_then(|code| u32::from_str_radix(code, 16).ok())
            .and_then(char::from_u32);
        let used = if letter.is_some() { 7 } else { 2 };
        all.extend(letter);
        let (kept, after) = from.split_at(used);
        if letter.is_none() {
            all.push_str(kept);
        }
        rest = after;
    }
    all + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_xml_cannot_have() {
        let check = |text, expected| assert_eq!(unescaped(text), expected, "{text}");
        check("a_x000D_b", "a\rb");
        check("a_x005F_x000D_b", "a_x000D_b");
        check("_x_x00", "_x_x00");
        check("x_xzzzz_é", "x_xzzzz_é");
        check("_xé000_", "_xé000_");
    }
}
