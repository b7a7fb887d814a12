//! XML by paths, with the feature `xml` of this crate. Paths are those of XPath
//! as far as these forms go, and names are without their namespaces:
//!
//! | | |
//! |---|---|
//! | `name/first` | child elements |
//! | `key/@kind` | an attribute, at the end of a path |
//! | `link[last()]` | the last of several |
//! | `key[@kind='id']` | those with such a text in them |
//! | `phone[not(use/@kind='home')]` | those without |
//!
//! ```
//! let xml = r#"<hr:person xmlns:hr="urn:hr"><hr:name lang="sv">Nora</hr:name>
//!     <hr:key hr:kind="id">7</hr:key><hr:key hr:kind="badge">B-7</hr:key><hr:active>1</hr:active></hr:person>"#;
//! let document = rollcall_sdk::xml::read(xml.as_bytes()).unwrap();
//! let person = document.root();
//! assert_eq!(person.text("name").as_str(), Some("Nora"));
//! assert_eq!(person.text("name/@lang").as_str(), Some("sv"));
//! assert_eq!(person.text("key[@kind='badge']").as_str(), Some("B-7"));
//! assert_eq!(person.flag("active").get(), Some(true));
//! assert_eq!(person.all("key").len(), 2);
//! assert!(person.at("manager").text("name").is_none());
//! ```

mod path;

use std::borrow::Cow;

use roxmltree::{Error, Node, ParsingOptions};

use crate::json::{Flag, Text, Wrong};

/// Elements, texts and comments of one document: what a guest's memory holds.
pub const MAX_NODES: u32 = 600_000;

/// A document, parsed.
pub struct Document<'a>(roxmltree::Document<'a>);

impl Document<'_> {
    /// Its outermost element, whatever its name.
    pub fn root(&self) -> Element<'_> {
        Element(Some(self.0.root_element()))
    }
}

/// Reads a whole document. One with a document type is refused, so that nothing
/// expands.
pub fn read(bytes: &[u8]) -> Result<Document<'_>, Wrong> {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes).trim_ascii();
    if bytes.is_empty() {
        return Err(Wrong::Empty);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| Wrong::Syntax("it is not in UTF-8".into()))?;
    let options = ParsingOptions { nodes_limit: MAX_NODES, ..ParsingOptions::default() };
    let document = roxmltree::Document::parse_with_options(text, options);
    // The library's own messages have names of the document in them.
    document.map(Document).map_err(|error| {
        Wrong::Syntax(match error {
            Error::NodesLimitReached => format!("it has more than {MAX_NODES} nodes; ask for smaller pages"),
            Error::DtdDetected => "it has a document type, which is not read".into(),
            error => format!("line {} column {}", error.pos().row, error.pos().col),
        })
    })
}

/// A text as it stands within an element or an attribute.
pub fn escape(text: &str) -> Cow<'_, str> {
    quick_xml::escape::escape(text)
}

/// An element, or none: then whatever is asked of it is none too.
#[derive(Debug, Clone, Copy, Default)]
pub struct Element<'d>(Option<Node<'d, 'd>>);

impl<'d> Element<'d> {
    pub fn is_none(self) -> bool {
        self.0.is_none()
    }

    /// The first element at this path.
    pub fn at(self, path: &str) -> Self {
        let mut first = Self(None);
        self.find(path, &mut |found, _| {
            first = Self(Some(found));
            true
        });
        first
    }

    /// All of them, in the order of the document.
    pub fn all(self, path: &str) -> Vec<Self> {
        let mut all = Vec::new();
        self.find(path, &mut |found, _| {
            all.push(Self(Some(found)));
            false
        });
        all
    }

    /// The first text at this path that is not blank; of the element itself by
    /// the empty path.
    pub fn text(self, path: &str) -> Text<'d> {
        let mut first = Text::default();
        self.find(path, &mut |_, text| {
            first = Text::from(text);
            !first.is_none()
        });
        first
    }

    /// All texts at this path that are not blank.
    pub fn texts(self, path: &str) -> Vec<Text<'d>> {
        let mut all = Vec::new();
        self.find(path, &mut |_, text| {
            all.push(Text::from(text));
            false
        });
        all.retain(|text| !text.is_none());
        all
    }

    /// The text at this path as a boolean.
    pub fn flag(self, path: &str) -> Flag {
        self.text(path).as_str().map(Flag::from).unwrap_or_default()
    }

    fn find(self, path: &str, take: &mut dyn FnMut(Node<'d, 'd>, Cow<'d, str>) -> bool) {
        if let Some(from) = self.0 {
            path::find(from, path, take);
        }
    }
}
