//! Typed JSON: fast where all is well, exact about the place where it is not,
//! and types for what providers are sloppy about.
//!
//! A page is read into structs that borrow from its bytes:
//!
//! ```
//! use rollcall_sdk::json::{Number, Text};
//!
//! rollcall_sdk::shapes! {
//!     struct Person<'a> { id: Text<'a>, name: Text<'a>, hours: Number }
//! }
//!
//! let person: Person = rollcall_sdk::json::read(br#"{"id":1001,"name":"","hours":"40"}"#).unwrap();
//! assert_eq!(person.id.as_str(), Some("1001"));
//! assert_eq!(person.name.as_str(), None);
//! assert_eq!(person.hours.get(), Some(40.0));
//! ```

mod fields;
mod fill;
mod flag;
mod leaves;
mod list;
mod many;
mod number;
mod pick;
mod place;
mod scalar;
mod shape;
mod text;

use serde::Deserialize;
use serde_json::error::Category;

pub use fields::Fields;
pub use fill::{Fill, Fits, Numeral, Slot, Unfit, Unread, filled};
pub use flag::Flag;
pub use leaves::Leaves;
pub use list::List;
pub use many::OneOrMany;
pub use number::Number;
pub use pick::text_at;
pub use scalar::Scalar;
pub use serde::de::IgnoredAny as Ignored;
pub use shape::{Case, Keys};
pub use text::Text;

/// Why bytes could not be read. Holds no value from them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// Nothing but white space.
    Empty,
    /// Not JSON.
    Syntax(String),
    /// JSON of another shape: where, as `data[3].id`, and what.
    Shape { path: String, what: String },
}

/// Reads a whole document. A byte order mark is skipped.
///
/// The place of an error costs nothing until there is one: the position that
/// the parser gives is looked up in the text, instead of tracking the path of
/// every value while parsing, which would also double the code.
pub fn read<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Wrong> {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    // Once over everything is cheaper than once for each text.
    let text = std::str::from_utf8(bytes).map_err(|_| Wrong::Syntax("it is not in UTF-8".into()))?;
    serde_json::from_str(text).or_else(|error| {
        // Lists that drop what is broken take a second pass, with more care.
        if error.is_data() {
            list::leniently(|| serde_json::from_str(text)).map_err(|error| wrong(&error, bytes))
        } else {
            Err(wrong(&error, bytes))
        }
    })
}

fn wrong(error: &serde_json::Error, bytes: &[u8]) -> Wrong {
    if trim(bytes).is_empty() {
        return Wrong::Empty;
    }
    match error.classify() {
        Category::Data => {
            Wrong::Shape { path: place::path_at(bytes, error.line(), error.column()), what: describe(error) }
        }
        // These messages are fixed texts with a position.
        Category::Syntax | Category::Eof | Category::Io => Wrong::Syntax(error.to_string()),
    }
}

/// Without the white space at the beginning.
pub(crate) fn trim(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes).trim_ascii_start()
}

/// What was expected and what kind was found. serde's own messages quote the
/// value.
fn describe(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
    let expected = message.rsplit_once(", expected ").map(|(_, expected)| expected);
    let is = |kind: &str| message.starts_with(kind);
    if is("invalid type: ") || is("invalid value: ") {
        let found = message.split_once(": ").map_or("", |(_, found)| found);
        return format!("expected {}, found {}", expected.unwrap_or("something else"), kind_of(found));
    }
    if is("unknown variant") {
        return format!("an unknown word, expected {}", expected.unwrap_or("another"));
    }
    if is("unknown field") {
        return "an unknown field".into();
    }
    if is("missing field") || is("duplicate field") || is("invalid length") {
        return message.into();
    }
    // Somebody's own message: what it quotes may be a value.
    message.split(['"', '`', '\'']).next().unwrap_or_default().trim().into()
}

fn kind_of(found: &str) -> &'static str {
    const KINDS: [(&str, &str); 9] = [
        ("string", "a text"),
        ("integer", "a number"),
        ("floating", "a number"),
        ("number", "a number"),
        ("boolean", "a boolean"),
        ("sequence", "a list"),
        ("map", "an object"),
        ("null", "null"),
        ("unit", "null"),
    ];
    KINDS.iter().find(|(word, _)| found.starts_with(word)).map_or("something else", |(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, Deserialize)]
    #[serde(default, bound(deserialize = "'de: 'a"))]
    #[allow(dead_code)]
    struct Page<'a> {
        data: Vec<Person<'a>>,
        next: Option<&'a str>,
    }

    #[derive(Debug, Deserialize)]
    #[allow(dead_code)]
    struct Person<'a> {
        id: u32,
        #[serde(borrow)]
        tags: Vec<Tag<'a>>,
        kind: Option<Kind>,
    }

    #[derive(Debug, Deserialize)]
    #[allow(dead_code)]
    struct Tag<'a> {
        name: &'a str,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Kind {
        One,
        Two,
    }

    #[track_caller]
    fn shape(json: &str, path: &str, what: &str) {
        let expected = Wrong::Shape { path: path.into(), what: what.into() };
        assert_eq!(read::<Page>(json.as_bytes()).unwrap_err(), expected, "{json}");
    }

    #[test]
    fn names_the_place_and_the_kind_and_never_a_value() {
        shape(r#"{"data":[{"id":"Mara","tags":[]}]}"#, "data[0].id", "expected u32, found a text");
        shape(
            r#"{"data":[{"id":"a \", expected b","tags":[]}]}"#,
            "data[0].id",
            "expected u32, found a text",
        );
        shape("{\n \"data\": [\n {\"id\": -5 } ] }", "data[0].id", "expected u32, found a number");
        shape(r#"{"data":[{"id":1.5,"tags":[]}]}"#, "data[0].id", "expected u32, found a number");
        shape(r#"{"data":[{"id":true,"tags":[]}]}"#, "data[0].id", "expected u32, found a boolean");
        shape(r#"{"data":[{"id": null ,"tags":[]}]}"#, "data[0].id", "expected u32, found null");
        shape(r#"{"data":[{"id": [1] ,"tags":[]}]}"#, "data[0].id", "expected u32, found a list");
        shape(r#"{"data":[{"id":{"x":1},"tags":[]}]}"#, "data[0].id", "expected u32, found an object");
        shape(r#"{"data":[{"id":1,"tags":[]},{"id":2}]}"#, "data[1]", "missing field `tags`");
        shape(
            r#"{"data":[{"id":1,"tags":[{"name":"x"},{"name":3}]}]}"#,
            "data[0].tags[1].name",
            "expected a borrowed string, found a number",
        );
        shape(
            r#"{"data":[{"id":1,"tags":[],"kind":"Mara"}]}"#,
            "data[0].kind",
            "an unknown word, expected `one` or `two`",
        );
        shape(r#"{"data":{"a":1}}"#, "data", "expected a sequence, found an object");
        shape("[1]", "[0]", "expected a sequence, found a number");
        shape("\"Mara\"", "", "expected struct Page, found a text");
        shape("\u{feff}{\"next\":5}", "next", "expected a borrowed string, found a number");
    }

    #[test]
    fn a_whole_page() {
        let page: Page =
            read(br#"{"data":[{"id":1,"tags":[{"name":"x"}],"kind":"two"}],"next":null}"#).unwrap();
        assert_eq!((page.data[0].id, page.data[0].tags[0].name), (1, "x"));
        assert_eq!(read::<Page>(b" \n ").unwrap_err(), Wrong::Empty);
        assert!(matches!(read::<Page>(b"{\"data\":["), Err(Wrong::Syntax(_))));
        assert!(matches!(read::<Page>(b"\xff\xfe"), Err(Wrong::Syntax(_))));
    }
}
