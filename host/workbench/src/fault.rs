//! What can be wrong with an answer: the provider's bad days, made up from a
//! recorded good one.

use std::collections::BTreeSet;

use rollcall_egress::{Inbound, Silence};
use rollcall_model::Blame;
use serde_json::Value as Json;

use crate::document::Document;

/// Which answer is spoilt, and how.
#[derive(Debug, Clone)]
pub struct Disturbance {
    /// Index in the cassette.
    pub entry: usize,
    pub fault: Fault,
    /// Only when it is asked for the first time.
    pub once: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    Status(u16),
    /// 429 with this `Retry-After`.
    Throttled(Option<&'static str>),
    Html(u16),
    Timeout,
    Broken,
    Truncated,
    Empty,
    WrongType,
    ByteOrderMark,
    UnknownFields,
    Null(FieldPath),
    Missing(FieldPath),
    Long(FieldPath),
    Duplicate,
    Reversed,
    /// The first page has nobody.
    NoRecords,
    PageBefore,
    /// Sends the request somewhere else.
    Redirect,
    /// Every link leads to a foreign host.
    ForeignLinks,
    /// Gives back what it was sent.
    Echo,
    /// Its records many times over: for measuring.
    Grown(usize),
}

/// Keys from the root to a field, `[]` for each element of a list.
pub type FieldPath = Vec<String>;

/// Bytes of a text that is much too long.
pub const LONG_TEXT: usize = 10 * 1024;
/// Where foreign links lead; nobody has this name (RFC 2606).
pub const FOREIGN: &str = "https://foreign.invalid/elsewhere";

/// A field that no provider has.
pub const UNKNOWN: &str = "rollcallUnknown";

const ELEMENT: &str = "[]";
const HTML: &str =
    "<!doctype html><html><head><title>Sorry</title></head><body><h1>We will be back</h1></body></html>";

impl Fault {
    pub fn apply(&self, answer: Result<Inbound, Silence>) -> Result<Inbound, Silence> {
        let mut inbound = match self {
            Self::Timeout => return Err(Silence::Timeout),
            Self::Broken => return Err(Silence::Broken),
            _ => answer?,
        };
        match self {
            Self::Status(status) => {
                inbound = error(*status, "application/json", r#"{"error":"made up by the test"}"#);
            }
            Self::Throttled(after) => {
                inbound = error(429, "application/json", "{}");
                inbound.headers.extend(after.map(|after| ("retry-after".to_owned(), after.to_owned())));
            }
            Self::Html(status) => inbound = error(*status, "text/html", HTML),
            Self::Redirect => {
                inbound = error(302, "text/html", "");
                inbound.headers.push(("location".to_owned(), FOREIGN.to_owned()));
            }
            Self::Truncated => inbound.body.truncate(inbound.body.len() / 2),
            Self::Empty => inbound.body.clear(),
            Self::WrongType => set_type(&mut inbound, "text/plain"),
            Self::ByteOrderMark => {
                inbound.body.splice(0..0, [0xef, 0xbb, 0xbf]);
            }
            _ => self.within(&mut inbound),
        }
        Ok(inbound)
    }

    /// Faults in the document itself.
    fn within(&self, inbound: &mut Inbound) {
        let Some(mut document) = Document::parse(&inbound.body) else { return };
        let json = &mut document.json;
        match self {
            Self::UnknownFields => add_unknown(json),
            Self::Null(path) => change(json, path, &mut |field| *field = Some(Json::Null)),
            Self::Missing(path) => change(json, path, &mut |field| *field = None),
            Self::Long(path) => change(json, path, &mut |field| {
                if let Some(Json::String(text)) = field {
                    *text = "x".repeat(LONG_TEXT);
                }
            }),
            Self::Duplicate => each_records(json, &mut |records| {
                if let Some(last) = records.last().cloned() {
                    records.push(last);
                }
            }),
            Self::Reversed => each_records(json, &mut |records| records.reverse()),
            Self::NoRecords => each_records(json, &mut Vec::clear),
            Self::Grown(records_wanted) => each_records(json, &mut |records| {
                *records = records.iter().cycle().take(*records_wanted).cloned().collect();
            }),
            Self::ForeignLinks => {
                redirect_links(json);
                for (name, value) in &mut inbound.headers {
                    if name == "link" {
                        *value = format!("<{FOREIGN}>; rel=\"next\"");
                    }
                }
            }
            _ => {}
        }
        inbound.body = document.write().into_bytes();
    }

    /// What the provider answers to requests that nobody recorded.
    pub fn status(&self) -> u16 {
        match self {
            Self::Status(status) | Self::Html(status) if *status >= 400 => *status,
            Self::Throttled(_) => 429,
            _ => 400,
        }
    }

    /// Who may be blamed when the read fails for it. None: it has to succeed.
    pub fn blames(&self) -> &'static [Blame] {
        match self {
            Self::Status(401) => &[Blame::Settings],
            Self::Status(403..=409) => &[Blame::Settings, Blame::Provider],
            Self::UnknownFields | Self::Reversed => &[],
            _ => &[Blame::Provider],
        }
    }

    /// Whether records may come out changed, though none may be lost.
    pub fn changes_fields(&self) -> bool {
        matches!(self, Self::Null(_) | Self::Missing(_) | Self::Long(_))
    }

    /// For a message: `a text of 10 kB in data[].name`.
    pub fn describe(&self) -> String {
        match self {
            Self::Status(status) => format!("status {status}"),
            Self::Throttled(None) => "429 without Retry-After".to_owned(),
            Self::Throttled(Some(after)) => format!("429 with Retry-After: {after}"),
            Self::Html(status) => format!("status {status} with an HTML page"),
            Self::Timeout => "no answer in time".to_owned(),
            Self::Broken => "a connection that breaks".to_owned(),
            Self::Truncated => "a body cut in half".to_owned(),
            Self::Empty => "an empty body".to_owned(),
            Self::WrongType => "content type text/plain".to_owned(),
            Self::ByteOrderMark => "a byte order mark".to_owned(),
            Self::UnknownFields => "fields that nobody knows".to_owned(),
            Self::Null(path) => format!("null in `{}`", path.join(".")),
            Self::Missing(path) => format!("`{}` missing", path.join(".")),
            Self::Long(path) => format!("a text of {LONG_TEXT} bytes in `{}`", path.join(".")),
            Self::Duplicate => "the last record twice".to_owned(),
            Self::Reversed => "the records in reverse order".to_owned(),
            Self::NoRecords => "an empty list of records".to_owned(),
            Self::PageBefore => "the page before once more".to_owned(),
            Self::Redirect => "a redirect to a foreign host".to_owned(),
            Self::ForeignLinks => "links to a foreign host".to_owned(),
            Self::Echo => "the credential echoed".to_owned(),
            Self::Grown(records) => format!("{records} records"),
        }
    }
}

fn error(status: u16, content_type: &str, body: &str) -> Inbound {
    let headers = vec![("content-type".to_owned(), content_type.to_owned())];
    Inbound { status, headers, body: body.as_bytes().to_vec() }
}

fn set_type(inbound: &mut Inbound, content_type: &str) {
    inbound.headers.retain(|(name, _)| name != "content-type");
    inbound.headers.push(("content-type".to_owned(), content_type.to_owned()));
}

/// Adds a field to every object.
fn add_unknown(json: &mut Json) {
    match json {
        Json::Object(fields) => {
            fields.values_mut().for_each(add_unknown);
            fields.insert(UNKNOWN.to_owned(), serde_json::json!({ "nested": [1, null] }));
        }
        Json::Array(list) => list.iter_mut().for_each(add_unknown),
        _ => {}
    }
}

fn redirect_links(json: &mut Json) {
    match json {
        Json::Object(fields) => fields.values_mut().for_each(redirect_links),
        Json::Array(list) => list.iter_mut().for_each(redirect_links),
        Json::String(text) if text.starts_with("https://") || text.starts_with("http://") => {
            FOREIGN.clone_into(text);
        }
        _ => {}
    }
}

/// Lists of objects that lie nearest to the root: a page's records.
fn each_records(json: &mut Json, change: &mut dyn FnMut(&mut Vec<Json>)) {
    match json {
        Json::Array(list) if list.iter().any(Json::is_object) => change(list),
        Json::Object(fields) => fields.values_mut().for_each(|field| each_records(field, change)),
        _ => {}
    }
}

fn change(json: &mut Json, path: &[String], apply: &mut dyn FnMut(&mut Option<Json>)) {
    let Some((key, rest)) = path.split_first() else { return };
    match json {
        Json::Array(list) if key == ELEMENT => list.iter_mut().for_each(|one| change(one, rest, apply)),
        Json::Object(fields) if rest.is_empty() => {
            let mut field = fields.remove(key);
            if field.is_some() {
                apply(&mut field);
            }
            if let Some(field) = field {
                fields.insert(key.clone(), field);
            }
        }
        Json::Object(fields) => {
            if let Some(inner) = fields.get_mut(key) {
                change(inner, rest, apply);
            }
        }
        _ => {}
    }
}

/// The fields of the records in a document, and which of them are texts. What
/// lies around the records says how many pages there are, and a provider that
/// says there is no further page has to be believed.
pub fn fields(body: &[u8]) -> (BTreeSet<FieldPath>, BTreeSet<FieldPath>) {
    let (mut all, mut texts) = (BTreeSet::new(), BTreeSet::new());
    if let Some(Document { json, .. }) = Document::parse(body) {
        let whole = !has_records(&json);
        collect(&json, &mut Vec::new(), whole, &mut all, &mut texts);
    }
    (all, texts)
}

/// Whether a body is a page with records on it, and not an empty one or an
/// answer of another form.
pub fn is_page(body: &[u8]) -> bool {
    Document::parse(body).is_some_and(|document| has_records(&document.json))
}

/// Whether there is a list of objects in it.
pub fn has_records(json: &Json) -> bool {
    match json {
        Json::Array(list) => list.iter().any(Json::is_object),
        Json::Object(fields) => fields.values().any(has_records),
        _ => false,
    }
}

fn collect(
    json: &Json,
    at: &mut FieldPath,
    within: bool,
    all: &mut BTreeSet<FieldPath>,
    texts: &mut BTreeSet<FieldPath>,
) {
    match json {
        Json::Array(list) => {
            at.push(ELEMENT.to_owned());
            list.iter().for_each(|one| collect(one, at, true, all, texts));
            at.pop();
        }
        Json::Object(fields) => {
            for (key, value) in fields {
                at.push(key.clone());
                if within {
                    all.insert(at.clone());
                    // A link that is too long is no link.
                    if value.as_str().is_some_and(|text| !text.starts_with("http")) {
                        texts.insert(at.clone());
                    }
                }
                collect(value, at, within, all, texts);
                at.pop();
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"{"next":"https://a.example/2","data":[{"id":"1","name":{"first":"Ada"}},{"id":"2","tags":["x"]}]}"#;

    fn check(fault: &Fault, expected: &str) {
        let answer = Inbound { status: 200, headers: vec![], body: PAGE.as_bytes().to_vec() };
        let body = fault.apply(Ok(answer)).unwrap().body;
        assert_eq!(String::from_utf8(body).unwrap(), expected, "{fault:?}");
    }

    fn path(text: &str) -> FieldPath {
        text.split('.').map(str::to_owned).collect()
    }

    #[test]
    fn records_and_their_fields() {
        let (all, texts) = fields(PAGE.as_bytes());
        let names = |paths: &BTreeSet<FieldPath>| paths.iter().map(|path| path.join(".")).collect::<Vec<_>>();
        assert_eq!(names(&all), ["data.[].id", "data.[].name", "data.[].name.first", "data.[].tags"]);
        assert_eq!(names(&texts), ["data.[].id", "data.[].name.first"]);
        // A record that is the whole answer.
        assert_eq!(names(&fields(br#"{"id":1,"tags":[]}"#).0), ["id", "tags"]);
        assert!(fields(b"<html>").0.is_empty());
        assert!(is_page(PAGE.as_bytes()));
        assert!(!is_page(br#"{"data":[],"next":null}"#) && !is_page(b"<html>"));
    }

    #[test]
    fn documents() {
        check(
            &Fault::Null(path("data.[].id")),
            r#"{"data":[{"id":null,"name":{"first":"Ada"}},{"id":null,"tags":["x"]}],"next":"https://a.example/2"}"#,
        );
        check(
            &Fault::Missing(path("data.[].name.first")),
            r#"{"data":[{"id":"1","name":{}},{"id":"2","tags":["x"]}],"next":"https://a.example/2"}"#,
        );
        check(
            &Fault::Reversed,
            r#"{"data":[{"id":"2","tags":["x"]},{"id":"1","name":{"first":"Ada"}}],"next":"https://a.example/2"}"#,
        );
        check(&Fault::NoRecords, r#"{"data":[],"next":"https://a.example/2"}"#);
        check(&Fault::Truncated, &PAGE[..PAGE.len() / 2]);
        check(&Fault::Empty, "");
        check(&Fault::ByteOrderMark, &format!("\u{feff}{PAGE}"));
        let foreign =
            Fault::ForeignLinks.apply(Ok(Inbound { body: PAGE.into(), ..Inbound::default() })).unwrap();
        assert!(String::from_utf8(foreign.body).unwrap().contains(FOREIGN));
    }

    #[test]
    fn growing() {
        let answer = Inbound { body: PAGE.into(), ..Inbound::default() };
        let grown: Json = serde_json::from_slice(&Fault::Grown(5).apply(Ok(answer)).unwrap().body).unwrap();
        assert_eq!(grown["data"].as_array().unwrap().len(), 5);
        assert_eq!(grown["data"][4]["id"], "1");
    }
}
