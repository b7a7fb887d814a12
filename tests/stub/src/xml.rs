//! XML out of JSON, in the order in which it was written: a key is an element,
//! `@key` an attribute, `_text` what stands beside attributes, a list an element
//! for each. True and false are 1 and 0; null is an empty element.

use std::fmt;

use quick_xml::escape::escape;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

const NAMESPACE: &str = "urn:com.workday/bsvc";

/// The envelope with this document, an object of one key: the root element.
pub fn envelope(json: &[u8]) -> String {
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <env:Envelope xmlns:env=\"http://schemas.xmlsoap.org/soap/envelope/\"><env:Body>{}</env:Body></env:Envelope>",
        element(json)
    );
    out.push('\n');
    out
}

/// The document alone, its names in one namespace.
fn element(json: &[u8]) -> String {
    let mut out = String::new();
    let mut reader = serde_json::Deserializer::from_slice(json);
    // The stub wrote the JSON itself a moment ago.
    Part { name: "", out: &mut out }.deserialize(&mut reader).expect("the stub writes JSON");
    let root = out.find([' ', '>', '/']).unwrap_or(0);
    out.insert_str(root, &format!(" xmlns:wd=\"{NAMESPACE}\""));
    out
}

/// The password of a UsernameToken, escaped as it was sent.
pub fn password(body: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?;
    let (_, rest) = text.split_once("#PasswordText\">")?;
    rest.split_once('<').map(|(password, _)| password.to_owned())
}

/// Writes one value as the element of a name; without a name, what is in it.
struct Part<'a> {
    name: &'a str,
    out: &'a mut String,
}

impl Part<'_> {
    fn text(self, text: &str) {
        let Self { name, out } = self;
        out.push_str(&format!("<wd:{name}>{}</wd:{name}>", escape(text)));
    }
}

impl<'de> DeserializeSeed<'de> for Part<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Part<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.text(text);
        Ok(())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        self.text(&number.to_string());
        Ok(())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<(), E> {
        self.text(&number.to_string());
        Ok(())
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<(), E> {
        self.text(if flag { "1" } else { "0" });
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.text("");
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(Part { name: self.name, out: self.out })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        let Self { name, out } = self;
        if !name.is_empty() {
            out.push_str(&format!("<wd:{name}"));
        }
        let mut open = !name.is_empty();
        while let Some(key) = fields.next_key::<String>()? {
            if let Some(attribute) = key.strip_prefix('@') {
                let value: String = fields.next_value()?;
                out.push_str(&format!(" wd:{attribute}=\"{}\"", escape(&value)));
                continue;
            }
            if std::mem::take(&mut open) {
                out.push('>');
            }
            if key == "_text" {
                out.push_str(&escape(fields.next_value::<Option<String>>()?.as_deref().unwrap_or_default()));
            } else {
                fields.next_value_seed(Part { name: &key, out: &mut *out })?;
            }
        }
        if !name.is_empty() {
            out.push_str(&if open { "/>".to_owned() } else { format!("</wd:{name}>") });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_keep_their_order() {
        let json = br#"{"b":{"@v":"1","z":[{"@k":"a&","_text":"<"},true],"a":null,"n":5,"e":{"@d":"x"}}}"#;
        let xml = "<wd:b xmlns:wd=\"urn:com.workday/bsvc\" wd:v=\"1\"><wd:z wd:k=\"a&amp;\">&lt;</wd:z><wd:z>1</wd:z>\
                   <wd:a></wd:a><wd:n>5</wd:n><wd:e wd:d=\"x\"/></wd:b>";
        assert_eq!(element(json), xml);
        assert!(envelope(json).contains(xml));
    }
}
