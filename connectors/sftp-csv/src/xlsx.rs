//! Excel files: the sheet that is read, as the text of a CSV file.

mod book;
mod formats;
mod sheet;
mod xml;

use std::io::{self, Read};

use crate::archive::Archive;
use crate::layers::refused;

/// What tells an Excel file from any other archive.
const CONTENT: &str = "[Content_Types].xml";

pub fn is_book(archive: &Archive) -> bool {
    archive.has(CONTENT)
}

/// The sheet of this name, or else the first that is not hidden: with commas, and
/// a line for each row, so that lines have the numbers that Excel shows.
pub fn open(archive: &Archive, name: Option<&str>) -> io::Result<Box<dyn Read>> {
    if archive.names().any(|part| part.ends_with("vbaProject.bin")) {
        return Err(refused("is an Excel file with macros; save it as .xlsx"));
    }
    let book = book::Book::read(archive)?;
    let part = book.sheet(name)?;
    let sheet = archive.open(part)?;
    Ok(Box::new(sheet::Sheet::new(sheet, book)))
}
