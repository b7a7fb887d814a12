//! Writes JSON straight into bytes, keys in the order in which they are
//! given: a page of a thousand people is too much for a tree of values.

use serde::Serialize;

#[derive(Default)]
pub struct Json {
    out: Vec<u8>,
}

impl Json {
    /// The text of one object.
    pub fn object(fill: impl FnOnce(&mut Self)) -> Vec<u8> {
        let mut json = Self::default();
        json.braces(fill);
        json.out
    }

    fn braces(&mut self, fill: impl FnOnce(&mut Self)) {
        self.out.push(b'{');
        fill(self);
        self.out.push(b'}');
    }

    fn separate(&mut self) {
        // A value never ends in an opening bracket (text ends in a quote), so
        // the last byte tells whether this is the first member.
        if !matches!(self.out.last(), None | Some(b'{' | b'[' | b':')) {
            self.out.push(b',');
        }
    }

    fn key(&mut self, key: &str) {
        self.separate();
        self.value(key);
        self.out.push(b':');
    }

    fn value<T: Serialize + ?Sized>(&mut self, value: &T) {
        // What the stub writes is text, numbers, flags and lists of them, into
        // memory: neither can fail.
        serde_json::to_writer(&mut self.out, value).expect("plain data is always written");
    }

    /// A member of the object that is open.
    pub fn field<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) {
        self.key(key);
        self.value(value);
    }

    /// A member that is left out when there is no value.
    pub fn some<T: Serialize>(&mut self, key: &str, value: Option<T>) {
        if let Some(value) = value {
            self.field(key, &value);
        }
    }

    /// A member that is null without a value, or left out when `sparse`.
    pub fn maybe<T: Serialize>(&mut self, sparse: bool, key: &str, value: Option<T>) {
        if !sparse || value.is_some() {
            self.field(key, &value);
        }
    }

    /// A member that is an object.
    pub fn nested(&mut self, key: &str, fill: impl FnOnce(&mut Self)) {
        self.key(key);
        self.braces(fill);
    }

    /// A member that is a list.
    pub fn list(&mut self, key: &str, fill: impl FnOnce(&mut Self)) {
        self.key(key);
        self.out.push(b'[');
        fill(self);
        self.out.push(b']');
    }

    /// An object of the list that is open.
    pub fn item(&mut self, fill: impl FnOnce(&mut Self)) {
        self.separate();
        self.braces(fill);
    }

    /// An element of the list that is open, JSON already.
    pub fn raw(&mut self, json: &[u8]) {
        self.separate();
        self.out.extend_from_slice(json);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separates_members_and_elements() {
        let json = Json::object(|json| {
            json.field("a", "{");
            json.some("gone", None::<u8>);
            json.list("b", |json| {
                json.item(|json| json.field("c", &1));
                json.item(|_| {});
            });
            json.nested("d", |_| {});
            json.maybe(false, "e", None::<u8>);
        });
        assert_eq!(String::from_utf8_lossy(&json), r#"{"a":"{","b":[{"c":1},{}],"d":{},"e":null}"#);
    }
}
