//! A body as a tree of JSON, whether it was written in JSON or in XML, so that
//! what is done to one is done to the other.
//!
//! An XML element is an object of its attributes (`@name`) and its child
//! elements, and its own text is `$text`; one that has nothing but text is that
//! text, an empty one is null, and a repeated one a list. Fields are written in
//! the order of their names, whatever it was.

use quick_xml::Reader;
use quick_xml::escape::{escape, resolve_predefined_entity};
use quick_xml::events::{BytesStart, Event};
use serde_json::{Map, Value as Json};

/// Elements within each other at most.
const MAX_DEPTH: usize = 100;

const TEXT: &str = "$text";
const ATTRIBUTE: char = '@';

/// A body that can be changed and written again.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    pub json: Json,
    /// The name of the root element, where it was XML.
    root: Option<String>,
}

impl Document {
    /// None: it is neither.
    pub fn parse(body: &[u8]) -> Option<Self> {
        if let Ok(json) = serde_json::from_slice(body) {
            return Some(Self { json, root: None });
        }
        let (root, json) = xml(std::str::from_utf8(body).ok()?)?;
        Some(Self { json, root: Some(root) })
    }

    pub fn write(&self) -> String {
        match &self.root {
            None => self.json.to_string(),
            Some(root) => {
                let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
                element(root, &self.json, &mut out);
                out
            }
        }
    }
}

fn xml(text: &str) -> Option<(String, Json)> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut open: Vec<(String, Map<String, Json>)> = Vec::new();
    let mut root = None;
    loop {
        match reader.read_event().ok()? {
            Event::Start(_) if open.len() >= MAX_DEPTH || root.is_some() => return None,
            Event::Start(tag) => open.push(start(&tag)?),
            Event::End(_) => {
                let (name, fields) = open.pop()?;
                let value = closed(fields);
                match open.last_mut() {
                    Some((_, parent)) => insert(parent, name, value),
                    None => root = Some((name, value)),
                }
            }
            Event::Text(text) => write_text(&mut open, &text.decode().ok()?),
            Event::CData(text) => write_text(&mut open, &text.decode().ok()?),
            Event::GeneralRef(reference) => {
                let known = match reference.resolve_char_ref().ok()? {
                    Some(known) => known.to_string(),
                    None => resolve_predefined_entity(&reference.decode().ok()?)?.to_owned(),
                };
                write_text(&mut open, &known);
            }
            Event::DocType(_) => return None,
            Event::Eof => return root.filter(|_| open.is_empty()),
            _ => {}
        }
    }
}

fn start(tag: &BytesStart<'_>) -> Option<(String, Map<String, Json>)> {
    let name = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).ok();
    let mut fields = Map::new();
    for attribute in tag.attributes() {
        let attribute = attribute.ok()?;
        let value =
            quick_xml::escape::unescape(std::str::from_utf8(&attribute.value).ok()?).ok()?.into_owned();
        fields.insert(format!("{ATTRIBUTE}{}", name(attribute.key.as_ref())?), Json::String(value));
    }
    Some((name(tag.name().as_ref())?, fields))
}

/// Text between elements that is only there to be read by people is left out
/// when the element is closed.
fn write_text(open: &mut [(String, Map<String, Json>)], text: &str) {
    if let Some((_, fields)) = open.last_mut()
        && let Json::String(all) = fields.entry(TEXT).or_insert_with(|| Json::String(String::new()))
    {
        all.push_str(text);
    }
}

fn closed(mut fields: Map<String, Json>) -> Json {
    let blank = fields.get(TEXT).and_then(Json::as_str).is_some_and(|text| text.trim().is_empty());
    if blank {
        fields.remove(TEXT);
    }
    match (fields.len(), fields.remove(TEXT)) {
        (0, _) => Json::Null,
        (1, Some(text)) => text,
        (_, Some(text)) => {
            fields.insert(TEXT.to_owned(), text);
            Json::Object(fields)
        }
        (_, None) => Json::Object(fields),
    }
}

fn insert(parent: &mut Map<String, Json>, name: String, value: Json) {
    match parent.get_mut(&name) {
        None => {
            parent.insert(name, value);
        }
        Some(Json::Array(list)) => list.push(value),
        Some(one) => *one = Json::Array(vec![one.take(), value]),
    }
}

fn element(name: &str, value: &Json, out: &mut String) {
    if let Json::Array(list) = value {
        list.iter().for_each(|one| element(name, one, out));
        return;
    }
    out.push('<');
    out.push_str(name);
    if let Json::Object(fields) = value {
        for (key, value) in fields {
            if let Some(attribute) = key.strip_prefix(ATTRIBUTE) {
                out.push_str(&format!(" {attribute}=\"{}\"", escape(text(value))));
            }
        }
    }
    out.push('>');
    match value {
        Json::Object(fields) => {
            for (key, value) in fields.iter().filter(|(key, _)| !key.starts_with(ATTRIBUTE)) {
                match key.as_str() {
                    TEXT => out.push_str(&escape(text(value))),
                    key => element(key, value, out),
                }
            }
        }
        Json::Bool(_) | Json::Number(_) => out.push_str(&value.to_string()),
        value => out.push_str(&escape(text(value))),
    }
    out.push_str("</");
    out.push_str(name);
    out.push('>');
}

/// Null is an empty text where there can be nothing else.
fn text(value: &Json) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const XML: &str = r#"<?xml version="1.0" encoding="UTF-8"?><e:page xmlns:e="u&amp;v"><e:person e:id="1"><e:gone></e:gone><e:name>A&amp;b</e:name></e:person><e:person><e:key kind="x">7</e:key></e:person><e:total>2</e:total></e:page>"#;

    #[test]
    fn what_was_written_is_written_again() {
        for body in [XML, r#"{"a":[1,{"b":null}]}"#] {
            assert_eq!(Document::parse(body.as_bytes()).unwrap().write(), body);
        }
    }

    #[test]
    fn elements_are_fields() {
        let json = json!({
            "@xmlns:e": "u&v",
            "e:person": [
                {"@e:id": "1", "e:name": "A&b", "e:gone": null},
                {"e:key": {"@kind": "x", "$text": "7"}},
            ],
            "e:total": "2",
        });
        assert_eq!(Document::parse(XML.as_bytes()).unwrap().json, json);
        let spaced = "<a>\n  <b>x<!-- y -->&#122;<![CDATA[<]]></b>\n  <c/>\n</a>";
        assert_eq!(Document::parse(spaced.as_bytes()).unwrap().json, json!({"b": "xz<", "c": null}));
    }

    #[test]
    fn what_is_neither_is_left_alone() {
        let deep = |levels: usize| format!("{}{}", "<a>".repeat(levels), "</a>".repeat(levels));
        assert!(Document::parse(deep(MAX_DEPTH).as_bytes()).is_some());
        for body in [
            "",
            "plain",
            "<a>",
            "<a></b>",
            "<a/><b/>",
            "<!DOCTYPE a><a/>",
            "<a>&b;</a>",
            &deep(MAX_DEPTH + 1),
        ] {
            assert_eq!(Document::parse(body.as_bytes()), None, "{body}");
        }
    }
}
