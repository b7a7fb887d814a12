//! A recorded conversation, which anybody may have edited.

use rollcall_workbench::{Cassette, Redactor};

pub const WORDS: &[&[u8]] = &[
    b"{",
    b"}",
    b"[]",
    b"{}",
    b"null",
    b"\"_rollcall\":{",
    b"\"host\":\"api\"",
    b"\"error\":\"timeout\"",
    b"\"error\":\"sign-in: no\"",
    b"\"status\":0",
    b"\"status\":200",
    b"\"status\":65535",
    b"\"encoding\":\"base64\"",
    b"\"nowMs\":18446744073709551615",
    b"\"steps\":[\"workers\"]",
    b"https://api.example.com/people?x=%00",
    b"data:,",
    b"\\\"salary\\\":1e999",
    b"\\\"id\\\":\\\"4711\\\"",
    b"\\ud800",
    b"\xc3\xa4",
];

/// As a file of an author, read, written, and with its people taken out.
pub fn target(data: &[u8]) {
    let Ok(mut cassette) = Cassette::parse(data) else { return };
    let text = cassette.to_text().expect("what was read is written");
    let again = Cassette::parse(text.as_bytes()).expect("what was written is read");
    assert_eq!(again.to_text().expect("it is written again"), text, "it comes back");

    let before: Vec<_> = bodies(&cassette);
    let mut redactor = Redactor::new(b"fuzz", &[]);
    redactor.cassette(&mut cassette);
    let after = bodies(&cassette);
    assert_eq!(before.len(), after.len());
    for (before, after) in before.iter().zip(&after) {
        match (shape(before), shape(after)) {
            (Some(before), Some(after)) => assert_eq!(before, after, "the form stays"),
            (None, None) => assert_eq!(before, after, "what is no JSON is left alone"),
            (before, after) => panic!("{before:?} became {after:?}"),
        }
    }
}

fn bodies(cassette: &Cassette) -> Vec<String> {
    cassette.log.entries.iter().map(|entry| entry.response.content.text.clone()).collect()
}

/// Keys, lengths of lists, and how long each text is in characters at least:
/// what a connector reads a document by.
fn shape(text: &str) -> Option<serde_json::Value> {
    use serde_json::Value;
    fn of(value: Value, private: bool) -> Value {
        match value {
            // Values that are nobody's business are replaced as a whole.
            _ if private => Value::Null,
            Value::Array(list) => list.into_iter().map(|one| of(one, false)).collect(),
            Value::Object(fields) => {
                let fields = fields.into_iter().map(|(key, value)| {
                    let private = Redactor::is_nobodys_business(&key);
                    (key, of(value, private))
                });
                Value::Object(fields.collect())
            }
            Value::String(_) => Value::String(String::new()),
            Value::Number(_) => Value::from(0),
            plain => plain,
        }
    }
    serde_json::from_str(text).ok().map(|value| of(value, false))
}
