//! XML parts, one piece after the other: no document type, no entities but XML's
//! own, and names without their prefix.

use std::io::{self, BufReader, Read};
use std::sync::Arc;

use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::attributes::Attributes;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::layers::refused;
use crate::limits::MAX_DEPTH;

pub struct Xml {
    reader: Reader<BufReader<Box<dyn Read>>>,
    buffer: Vec<u8>,
    depth: usize,
}

/// What comes next.
pub enum Piece {
    Begin(Element),
    End(String),
    Text(String),
    Done,
}

pub struct Element {
    pub name: String,
    attributes: Vec<(String, String)>,
}

impl Element {
    /// Of this name, whatever its prefix.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

impl Xml {
    pub fn new(from: Box<dyn Read>) -> Self {
        let mut reader = Reader::from_reader(BufReader::new(from));
        reader.config_mut().expand_empty_elements = true;
        Self { reader, buffer: Vec::new(), depth: 0 }
    }

    pub fn next(&mut self) -> io::Result<Piece> {
        loop {
            self.buffer.clear();
            let event = self.reader.read_event_into(&mut self.buffer).map_err(broken)?;
            return Ok(match event {
                Event::Start(start) => {
                    self.depth += 1;
                    if self.depth > MAX_DEPTH {
                        return Err(refused("is an Excel file with too many layers of XML"));
                    }
                    Piece::Begin(element(&start)?)
                }
                Event::End(end) => {
                    self.depth = self.depth.saturating_sub(1);
                    Piece::End(text_of(end.local_name().as_ref()))
                }
                Event::Text(text) => Piece::Text(text.decode().map_err(|_| damaged())?.into_owned()),
                Event::CData(text) => Piece::Text(text.decode().map_err(|_| damaged())?.into_owned()),
                Event::GeneralRef(reference) => {
                    let letter = reference.resolve_char_ref().map_err(broken)?;
                    let name = reference.decode().map_err(|_| damaged())?;
                    let known = || resolve_xml_entity(&name).map(str::to_owned).ok_or_else(damaged);
                    Piece::Text(letter.map_or_else(known, |letter| Ok(letter.to_string()))?)
                }
                Event::DocType(_) => {
                    return Err(refused("is an Excel file with a document type, which no program writes"));
                }
                Event::Eof if self.depth > 0 => return Err(damaged()),
                Event::Eof => Piece::Done,
                Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => continue,
            });
        }
    }

    /// The next element that begins.
    pub fn next_element(&mut self) -> io::Result<Option<Element>> {
        loop {
            match self.next()? {
                Piece::Begin(element) => return Ok(Some(element)),
                Piece::Done => return Ok(None),
                Piece::End(_) | Piece::Text(_) => {}
            }
        }
    }
}

fn element(start: &BytesStart<'_>) -> io::Result<Element> {
    let mut attributes: Attributes<'_> = start.attributes();
    // Two of one name: what is first counts, and comparing them all is slow.
    attributes.with_checks(false);
    let mut all = Vec::new();
    for attribute in attributes {
        let attribute = attribute.map_err(|_| damaged())?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(broken)?;
        all.push((text_of(attribute.key.local_name().as_ref()), value.into_owned()));
    }
    Ok(Element { name: text_of(start.local_name().as_ref()), attributes: all })
}

fn text_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Why reading broke off below goes on as it is.
fn broken(error: quick_xml::Error) -> io::Error {
    match error {
        quick_xml::Error::Io(error) => Arc::into_inner(error).unwrap_or_else(damaged),
        _ => damaged(),
    }
}

pub fn damaged() -> io::Error {
    refused("is a damaged Excel file; save it anew")
}
