//! One text out of a document of unknown shape.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// The text at this path of keys and indices (`["errors", "0", "detail"]`);
/// `None` where there is none, or where the document is no JSON.
pub fn text_at(bytes: &[u8], path: &[&str]) -> Option<String> {
    let mut json = serde_json::Deserializer::from_str(std::str::from_utf8(bytes).ok()?);
    At(path).deserialize(&mut json).ok()?.filter(|text| !text.trim_ascii().is_empty())
}

#[derive(Clone, Copy)]
struct At<'p>(&'p [&'p str]);

impl<'de> DeserializeSeed<'de> for At<'_> {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for At<'_> {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        while let Some(key) = map.next_key::<super::Text<'de>>()? {
            match self.0.split_first() {
                Some((wanted, rest)) if key.as_str() == Some(wanted) => {
                    found = map.next_value_seed(At(rest))?
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(found)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let wanted =
            self.0.split_first().and_then(|(index, rest)| Some((index.parse::<usize>().ok()?, rest)));
        let mut found = None;
        for at in 0_usize.. {
            match wanted {
                Some((index, rest)) if index == at => match list.next_element_seed(At(rest))? {
                    Some(element) => found = element,
                    None => break,
                },
                _ => {
                    if list.next_element::<IgnoredAny>()?.is_none() {
                        break;
                    }
                }
            }
        }
        Ok(found)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(self.0.is_empty().then(|| text.to_owned()))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn picks_a_text() {
        let json = br#"{"a":[1,{"b":"x","c":" "},null,1.5,-1,true],"a b":"y"}"#;
        let pick = |path: &[&str]| text_at(json, path);
        assert_eq!(pick(&["a", "1", "b"]).as_deref(), Some("x"));
        assert_eq!(pick(&["a b"]).as_deref(), Some("y"));
        assert_eq!(pick(&["a", "1", "c"]), None);
        assert_eq!(pick(&["a", "9", "c"]), None);
        assert_eq!(pick(&["a", "x"]), None);
        assert_eq!(pick(&["a"]), None);
        assert_eq!(pick(&[]), None);
        assert_eq!(text_at(b"\"x\"", &[]).as_deref(), Some("x"));
        assert_eq!(text_at(b"<html>", &["a"]), None);
    }
}
