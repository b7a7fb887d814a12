//! Takes people out of a recording and leaves its shape: every word of a record
//! becomes another word of the same form, the same one wherever it occurs, so
//! that ids still lead to what they led to.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use hmac::{Hmac, Mac};
use serde_json::Value as Json;
use sha2::Sha256;
use url::Url;

use crate::cassette::{Cassette, Entry};
use crate::document::Document;
use crate::fault::has_records;

/// Digits up to which a number tells nothing: hours, counts, small ids.
const PLAIN_DIGITS: usize = 3;

/// Parts of keys whose values are nobody's business, not even in another form.
const NOBODYS_BUSINESS: [&str; 14] = [
    "birth",
    "salary",
    "wage",
    "compensation",
    "iban",
    "bic",
    "tax",
    "social",
    "gender",
    "nationality",
    "religion",
    "marital",
    "bank",
    "passport",
];

/// Redacts recordings with one key: the same word becomes the same in all.
pub struct Redactor {
    key: Vec<u8>,
    /// Paths whose values stay: `data.[].status`.
    keep: BTreeSet<String>,
    words: HashMap<String, String>,
    taken: BTreeSet<String>,
    kept: BTreeSet<String>,
    /// Words of requests that are the connector's: it asked for them before any
    /// answer had them, or a record has them and keeps them.
    own: BTreeSet<String>,
}

impl Redactor {
    pub fn new(key: &[u8], keep: &[String]) -> Self {
        Self {
            key: key.to_vec(),
            keep: keep.iter().cloned().collect(),
            words: HashMap::new(),
            taken: BTreeSet::new(),
            kept: BTreeSet::new(),
            own: BTreeSet::new(),
        }
    }

    /// Whether a field of this name is told nobody, not even in another form.
    pub fn is_nobodys_business(key: &str) -> bool {
        let key = key.to_ascii_lowercase();
        NOBODYS_BUSINESS.iter().any(|part| key.contains(part))
    }

    /// Words of records that were left as they are, for somebody to look at.
    pub fn kept(&self) -> impl Iterator<Item = &str> {
        self.kept.iter().map(String::as_str)
    }

    pub fn cassette(&mut self, cassette: &mut Cassette) {
        let repeated = repeated(&cassette.log.entries);
        self.own = own(cassette);
        for entry in &mut cassette.log.entries {
            let content = &mut entry.response.content;
            if let Some(mut document) = Document::parse(content.text.as_bytes()) {
                let whole = !has_records(&document.json);
                self.record(&mut document.json, &mut Vec::new(), whole, &repeated);
                content.text = document.write();
            }
        }
        self.own.extend(self.kept.iter().flat_map(|text| words(text)));
        // What lies around the records is changed only where it names one.
        for entry in &mut cassette.log.entries {
            let content = &mut entry.response.content;
            if let Some(mut document) = Document::parse(content.text.as_bytes())
                && has_records(&document.json)
            {
                self.around(&mut document.json);
                content.text = document.write();
            }
            content.size = i64::try_from(content.text.len()).unwrap_or(i64::MAX);
            entry.response.body_size = content.size;
            entry.request.url = self.url(&entry.request.url);
            entry.request.query_string.iter_mut().for_each(|pair| pair.value = self.asked(&pair.value));
            if let Some(body) = &mut entry.request.post_data {
                body.text = body.text.split('"').map(|part| self.asked(part)).collect::<Vec<_>>().join("\"");
            }
            let links =
                entry.response.headers.iter_mut().filter(|pair| pair.name.eq_ignore_ascii_case("link"));
            links.for_each(|pair| pair.value = self.link(&pair.value));
        }
        let head = &mut cassette.head;
        head.wanted_groups.iter_mut().for_each(|id| *id = self.known(id));
        head.checkpoint = head.checkpoint.take().map(|text| self.known(&text));
    }

    fn record(
        &mut self,
        json: &mut Json,
        at: &mut Vec<String>,
        within: bool,
        repeated: &BTreeSet<(String, String)>,
    ) {
        match json {
            Json::Array(list) => {
                at.push("[]".to_owned());
                list.iter_mut().for_each(|one| self.record(one, at, true, repeated));
                at.pop();
            }
            Json::Object(fields) => {
                for (key, value) in fields {
                    at.push(key.clone());
                    if within && Self::is_nobodys_business(key) {
                        blank(value);
                    } else {
                        self.record(value, at, within, repeated);
                    }
                    at.pop();
                }
            }
            Json::String(text) if within && !text.is_empty() => {
                let path = at.join(".");
                let is_repeated = repeated.contains(&(path.clone(), text.clone()));
                if self.keep.contains(&path)
                    || is_time(text)
                    || is_term(text)
                    || (is_repeated && is_word(text))
                {
                    self.kept.insert(text.clone());
                } else {
                    *text = self.text(text);
                }
            }
            Json::Number(number) if within && !self.keep.contains(&at.join(".")) => {
                let digits = number.to_string();
                if digits.bytes().filter(u8::is_ascii_digit).count() > PLAIN_DIGITS
                    && let Ok(other) = self.text(&digits).parse::<serde_json::Number>()
                {
                    *number = other;
                }
            }
            _ => {}
        }
    }

    fn around(&self, json: &mut Json) {
        match json {
            Json::Object(fields) => {
                fields.values_mut().filter(|value| !has_records(value)).for_each(|value| self.around(value))
            }
            Json::Array(list) => list.iter_mut().for_each(|one| self.around(one)),
            Json::String(text) => *text = self.url(text),
            _ => {}
        }
    }

    /// Of a URL only what may come from a record: the segments of its path and
    /// the values of its query. Where it leads is in the manifest.
    fn url(&self, text: &str) -> String {
        let Some(mut url) = Url::parse(text).ok().filter(Url::has_host) else { return self.known(text) };
        let before = url.clone();
        let path: Vec<_> = before.path().split('/').map(|segment| self.asked(segment)).collect();
        url.set_path(&path.join("/"));
        if before.query().is_some() {
            let pairs = before.query_pairs().map(|(name, value)| (name, self.asked(&value)));
            url.query_pairs_mut().clear().extend_pairs(pairs);
        }
        // Encoding may differ where no word does.
        if url.path() == before.path() && url.query_pairs().eq(before.query_pairs()) {
            return text.to_owned();
        }
        url.into()
    }

    /// A header with links: `<https://...>; rel="next"`.
    fn link(&self, text: &str) -> String {
        let parts = text.split_inclusive(['<', '>']);
        parts.map(|part| part.strip_suffix('>').map_or(part.to_owned(), |url| self.url(url) + ">")).collect()
    }

    /// A part of a request. What looks like a word of the provider's stands in
    /// the connector, even if a record has it too.
    fn asked(&self, text: &str) -> String {
        if is_term(text) { text.to_owned() } else { self.known(text) }
    }

    /// Every word of it another one.
    fn text(&mut self, text: &str) -> String {
        each_word(text, |word| self.word(word))
    }

    /// Only words that stood in a record.
    fn known(&self, text: &str) -> String {
        each_word(text, |word| {
            let lower = word.to_lowercase();
            let other = self.words.get(&lower).filter(|_| !self.own.contains(&lower));
            other.map_or_else(|| word.to_owned(), |other| in_the_case_of(word, other))
        })
    }

    fn word(&mut self, word: &str) -> String {
        if word.chars().all(|c| c.is_ascii_digit()) && word.len() <= PLAIN_DIGITS {
            return word.to_owned();
        }
        let lower = word.to_lowercase();
        if let Some(other) = self.words.get(&lower) {
            return in_the_case_of(word, other);
        }
        // Two words must not become one: people would become one.
        let mut attempt = 0_u64;
        let other = loop {
            let other = self.disguise(&lower, attempt);
            if self.taken.insert(other.clone()) {
                break other;
            }
            attempt += 1;
        };
        self.words.insert(lower, other.clone());
        in_the_case_of(word, &other)
    }

    /// A letter for a letter, a digit for a digit; longer with each attempt that
    /// many others made in vain.
    fn disguise(&self, word: &str, attempt: u64) -> String {
        let stream = self.stream(word, attempt);
        let hexadecimal =
            word.chars().all(|c| c.is_ascii_hexdigit()) && word.chars().any(|c| c.is_ascii_digit());
        let mut out = String::with_capacity(word.len());
        for (place, (c, byte)) in word.chars().zip(stream.iter().cycle()).enumerate() {
            // A number keeps its length.
            let least = u8::from(place == 0 && word.chars().all(|c| c.is_ascii_digit()));
            out.push(match c {
                '0'..='9' => char::from(b'0' + least + byte % (10 - least)),
                _ if hexadecimal => char::from(b'a' + byte % 6),
                _ => char::from(b'a' + byte % 26),
            });
        }
        const CROWDED: u64 = 64;
        (0..attempt / CROWDED).for_each(|_| out.push('x'));
        out
    }

    fn stream(&self, word: &str, attempt: u64) -> Vec<u8> {
        // A key of any length is a key of this construction.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) else { return vec![0] };
        mac.update(&attempt.to_le_bytes());
        mac.update(word.as_bytes());
        mac.finalize().into_bytes().to_vec()
    }
}

/// `change` for each run of letters and digits.
fn each_word(text: &str, mut change: impl FnMut(&str) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let word = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
        let (now, after) = rest.split_at(word);
        if !now.is_empty() {
            out.push_str(&change(now));
        }
        let gap = after.find(|c: char| c.is_alphanumeric()).unwrap_or(after.len());
        let (now, after) = after.split_at(gap);
        out.push_str(now);
        rest = after;
    }
    out
}

fn in_the_case_of(word: &str, other: &str) -> String {
    let mut cases = word.chars();
    other
        .chars()
        .map(|c| if cases.next().is_some_and(char::is_uppercase) { c.to_ascii_uppercase() } else { c })
        .collect()
}

/// A word of the provider's own: `active`, `FULL_TIME`, `urn:ietf:params`.
fn is_term(text: &str) -> bool {
    let parts =
        || text.bytes().all(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b'-' | b'.' | b':' | b'#'));
    let lower = text.bytes().all(|b| !b.is_ascii_uppercase());
    let upper = text.bytes().all(|b| !b.is_ascii_lowercase());
    text.starts_with("urn:") || (parts() && (lower || upper))
}

/// A word without digits.
fn is_word(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphabetic() || matches!(b, b' ' | b'_' | b'-'))
}

fn is_time(text: &str) -> bool {
    let begins = text.get(..10).is_some_and(|day| day.parse::<jiff::civil::Date>().is_ok());
    begins
        && text
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b'-' | b':' | b'.' | b'T' | b'Z' | b'+' | b' '))
}

fn blank(json: &mut Json) {
    *json = match json {
        Json::String(text) if is_time(text) => Json::String("1970-01-01".to_owned()),
        Json::String(_) => Json::String("redacted".to_owned()),
        Json::Number(_) => Json::from(1),
        Json::Bool(_) => Json::Bool(false),
        Json::Array(_) => Json::Array(Vec::new()),
        _ => Json::Null,
    };
}

/// Values that several records of one answer have in the same place: the
/// provider's words, or the company's, and nobody's name. Of one answer, because
/// the same person is in many.
fn repeated(entries: &[Entry]) -> BTreeSet<(String, String)> {
    fn count(json: &Json, at: &mut Vec<String>, counts: &mut BTreeMap<(String, String), usize>) {
        match json {
            Json::Array(list) => {
                at.push("[]".to_owned());
                list.iter().for_each(|one| count(one, at, counts));
                at.pop();
            }
            Json::Object(fields) => {
                for (key, value) in fields {
                    at.push(key.clone());
                    count(value, at, counts);
                    at.pop();
                }
            }
            Json::String(text) => *counts.entry((at.join("."), text.clone())).or_default() += 1,
            _ => {}
        }
    }
    const OFTEN: usize = 3;
    let mut all = BTreeSet::new();
    for entry in entries {
        let mut counts = BTreeMap::new();
        if let Some(Document { json, .. }) = Document::parse(entry.response.content.text.as_bytes()) {
            count(&json, &mut Vec::new(), &mut counts);
        }
        all.extend(counts.into_iter().filter(|(_, times)| *times >= OFTEN).map(|(place, _)| place));
    }
    all
}

/// Words of URLs that come from no answer: paths and parameters that stand in the
/// connector.
fn own(cassette: &Cassette) -> BTreeSet<String> {
    let head = &cassette.head;
    let mut own = BTreeSet::new();
    let mut given: BTreeSet<_> =
        head.wanted_groups.iter().chain(&head.checkpoint).flat_map(|text| words(text)).collect();
    for entry in &cassette.log.entries {
        own.extend(words(&entry.request.url).filter(|word| !given.contains(word)));
        given.extend(words(&entry.response.content.text));
        entry.response.headers.iter().for_each(|header| given.extend(words(&header.value)));
    }
    own
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redactor() -> Redactor {
        Redactor::new(b"key", &[])
    }

    fn conversation(all: &[(&str, String)]) -> Cassette {
        let entry = |(url, answer): &(&str, String)| {
            serde_json::json!({
                "_rollcall": {"host": "api"}, "startedDateTime": "", "time": 0, "cache": {},
                "timings": {"send": 0, "wait": 0, "receive": 0},
                "request": {"method": "GET", "url": url, "httpVersion": "", "cookies": [], "headers": [],
                    "queryString": [], "headersSize": -1, "bodySize": -1},
                "response": {"status": 200, "statusText": "", "httpVersion": "", "cookies": [], "headers": [],
                    "content": {"size": 0, "mimeType": "", "text": answer}, "redirectURL": "",
                    "headersSize": -1, "bodySize": -1},
            })
        };
        let entries: Vec<_> = all.iter().map(entry).collect();
        let creator = serde_json::json!({"name": "", "version": ""});
        let log = serde_json::json!({"version": "1.2", "creator": creator, "entries": entries});
        Cassette::parse(serde_json::json!({ "log": log }).to_string().as_bytes()).unwrap()
    }

    #[test]
    fn the_form_stays_and_the_words_go() {
        let mut redactor = redactor();
        let [name, mail, phone, uuid] =
            ["Mara Lind", "mara.lind@acme.com", "+49 170 1234567", "2819c223-7f76-453a-919d-413861904646"]
                .map(|text| redactor.text(text));
        let (first, last) = name.split_once(' ').unwrap();
        assert!(first.len() == 4 && first.starts_with(|c: char| c.is_ascii_uppercase()) && first != "Mara");
        assert!(
            mail.starts_with(&format!("{}.{}@", first.to_lowercase(), last.to_lowercase())),
            "{name} {mail}"
        );
        assert!(phone.starts_with("+49 170 ") && phone.len() == 15 && phone != "+49 170 1234567");
        assert!(uuid.len() == 36 && uuid.chars().all(|c| c == '-' || c.is_ascii_hexdigit()));
        assert_eq!(redactor.known("/people/Mara?x=elsewhere"), format!("/people/{first}?x=elsewhere"));
    }

    #[test]
    fn two_words_never_become_one() {
        let mut redactor = redactor();
        let all: BTreeSet<_> = (1_000..10_000).map(|id| redactor.text(&id.to_string())).collect();
        assert_eq!(all.len(), 9_000);
        let short: BTreeSet<_> = ('a'..='z').map(|c| redactor.text(&c.to_string())).collect();
        assert_eq!(short.len(), 26);
    }

    #[test]
    fn requests_lead_where_they_led() {
        let mut redactor = redactor();
        let [label, id] = ["Acme Company Department", "p4711"].map(|text| redactor.text(text));
        assert!(!label.contains("Company"));
        let url = |id: &str| {
            format!("https://api.acme.example/v1/company/people/{id}?attributes%5B%5D=department&after={id}")
        };
        assert_eq!(redactor.url(&url("p4711")), url(&id));
        let link = |id: &str| format!("<{}>; rel=\"next\", <https://acme.example/>; rel=\"up\"", url(id));
        assert_eq!(redactor.link(&link("p4711")), link(&id));
        let plain = "https://acme.example?q=a%20b";
        assert_eq!(redactor.url(plain), plain);
    }

    #[test]
    fn what_was_asked_before_any_answer_is_the_connectors() {
        let list = "https://hr.acme.example/v2/Users";
        let answer =
            format!(r#"{{"Resources":[{{"id":"Mara1","at":"{list}/Mara1","said":"Users of v2"}}]}}"#);
        let mut cassette = conversation(&[(list, answer), (&format!("{list}/Mara1"), "{}".to_owned())]);
        redactor().cassette(&mut cassette);
        let [first, second] = &cassette.log.entries[..] else { panic!("two exchanges") };
        let people: Json = serde_json::from_str(&first.response.content.text).unwrap();
        let person = &people["Resources"][0];
        assert_eq!(first.request.url, list);
        assert_eq!(second.request.url, format!("{list}/{}", person["id"].as_str().unwrap()));
        assert!(person["id"] != "Mara1" && person["said"] != "Users of v2");
    }

    #[test]
    fn somebody_in_many_answers_is_not_a_word_of_the_providers() {
        let answer = |names: &[&str]| {
            let people: Vec<_> = names.iter().map(|name| serde_json::json!({ "name": name })).collect();
            serde_json::json!({ "people": people }).to_string()
        };
        let one = || ("https://a.example/people", answer(&["Mara", "Head", "Head", "Head"]));
        let cassette = conversation(&[one(), one(), one()]);
        let found: Vec<_> = repeated(&cassette.log.entries).into_iter().map(|(_, text)| text).collect();
        assert_eq!(found, ["Head"]);
    }

    #[test]
    fn what_stays() {
        let mut redactor = redactor();
        let mut json = serde_json::json!({
            "next": "https://a.example/people/4711?page=2", "total": 1234,
            "people": [{"id": "4711", "state": "on_leave", "hired": "2020-01-01", "hours": 40, "pay": 98765,
                "salary": {"amount": 5}, "birthday": "1990-05-05", "name": "Ada"}],
        });
        let whole = !has_records(&json);
        redactor.record(&mut json, &mut Vec::new(), whole, &BTreeSet::new());
        redactor.around(&mut json);
        let person = &json["people"][0];
        assert_eq!(
            (person["state"].as_str(), person["hired"].as_str(), person["hours"].as_u64()),
            (Some("on_leave"), Some("2020-01-01"), Some(40))
        );
        assert_eq!((person["birthday"].as_str(), &person["salary"]), (Some("1970-01-01"), &Json::Null));
        let id = person["id"].as_str().unwrap();
        assert!(id != "4711" && person["name"] != "Ada" && person["pay"] != 98765);
        assert_eq!(json["next"], format!("https://a.example/people/{id}?page=2"));
        assert_eq!(json["total"], 1234);
        assert_eq!(redactor.kept().collect::<Vec<_>>(), ["2020-01-01", "on_leave"]);
    }
}
