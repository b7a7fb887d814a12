//! Takes credentials out of answers: an endpoint that echoes its request would
//! otherwise hand them to the guest.

use std::collections::BTreeSet;

use aho_corasick::{AhoCorasick, Input, MatchKind};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rollcall_grants::Secret;
use zeroize::Zeroizing;

use crate::limits::MIN_SCRUBBED_BYTES;

/// What stands in a secret's place.
pub(crate) const REDACTED: &str = "[redacted]";

/// Bytes of each form that are searched for; the rest is compared where they
/// are found. Keeps the search small, however long a token is.
const NEEDLE_BYTES: usize = 16;

/// Everything but the unreserved characters of RFC 3986.
const STRICT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A search for everything secret, in every form it might come back in. Made
/// anew when a credential changes.
pub(crate) struct Scrubber {
    /// The longest first, so that a secret within another leaves no rest.
    forms: Vec<Zeroizing<String>>,
    search: Option<AhoCorasick>,
}

impl Scrubber {
    pub fn new<'s>(secrets: impl Iterator<Item = &'s Secret>) -> Self {
        let mut forms = BTreeSet::new();
        for secret in secrets.filter(|s| is_scrubbed(s)) {
            forms.extend(forms_of(secret.expose()));
        }
        let mut forms: Vec<_> = forms.into_iter().map(Zeroizing::new).collect();
        forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
        let needles: BTreeSet<&[u8]> =
            forms.iter().filter_map(|f| f.as_bytes().chunks(NEEDLE_BYTES).next()).collect();
        let search = if needles.is_empty() {
            None
        } else {
            // Fails only for patterns beyond any size that is possible here.
            AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(needles).ok()
        };
        Self { forms, search }
    }

    /// Replaces what is found. How often.
    pub fn body(&self, body: &mut Vec<u8>) -> usize {
        let Some((clean, times)) = self.replaced(body) else { return 0 };
        *body = clean;
        times
    }

    /// As [`Scrubber::body`], for a text.
    pub fn text(&self, text: &mut String) -> usize {
        let Some((clean, times)) = self.replaced(text.as_bytes()) else { return 0 };
        *text = String::from_utf8_lossy(&clean).into_owned();
        times
    }

    /// `None`: nothing was found, nothing was copied.
    fn replaced(&self, bytes: &[u8]) -> Option<(Vec<u8>, usize)> {
        let search = self.search.as_ref()?;
        let mut out = Vec::new();
        let (mut times, mut copied, mut from) = (0, 0, 0);
        while let Some(found) = search.find(Input::new(bytes).range(from..)) {
            let rest = bytes.get(found.start()..).unwrap_or_default();
            match self.forms.iter().find(|form| rest.starts_with(form.as_bytes())) {
                None => from = found.start() + 1,
                Some(form) => {
                    out.extend_from_slice(bytes.get(copied..found.start()).unwrap_or_default());
                    out.extend_from_slice(REDACTED.as_bytes());
                    times += 1;
                    from = found.start() + form.len();
                    copied = from;
                }
            }
        }
        if times == 0 {
            return None;
        }
        out.extend_from_slice(bytes.get(copied..).unwrap_or_default());
        Some((out, times))
    }
}

/// Whether a secret is long enough to be searched for.
pub(crate) fn is_scrubbed(secret: &Secret) -> bool {
    secret.expose().len() >= MIN_SCRUBBED_BYTES
}

/// Plain, percent-encoded (upper and lower hexadecimal, and as in forms),
/// within JSON and XML, and base64 of four kinds.
fn forms_of(secret: &str) -> Vec<String> {
    let percent = utf8_percent_encode(secret, STRICT).to_string();
    let form: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let json = serde_json::to_string(secret).unwrap_or_default();
    let json = json.trim_matches('"').to_owned();
    let xml = quick_xml::escape::escape(secret).into_owned();
    vec![
        lower_hex(&percent),
        lower_hex(&form),
        json.replace('/', "\\/"),
        STANDARD.encode(secret),
        STANDARD_NO_PAD.encode(secret),
        URL_SAFE.encode(secret),
        URL_SAFE_NO_PAD.encode(secret),
        percent,
        form,
        json,
        xml,
        secret.to_owned(),
    ]
}

/// `%2F` as `%2f`.
fn lower_hex(encoded: &str) -> String {
    let mut since_percent = 3;
    encoded
        .chars()
        .map(|c| {
            since_percent = if c == '%' { 0 } else { since_percent + 1 };
            if since_percent <= 2 { c.to_ascii_lowercase() } else { c }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "p/a+s?w o\"r<&d~ÜNE";

    fn check(secrets: &[&str], text: &str, expected: &str) {
        let secrets: Vec<_> = secrets.iter().map(|s| Secret::new(*s)).collect();
        let scrubber = Scrubber::new(secrets.iter());
        let mut body = text.as_bytes().to_vec();
        let times = scrubber.body(&mut body);
        assert_eq!(String::from_utf8(body).unwrap(), expected);
        assert_eq!(times, expected.matches(REDACTED).count());
    }

    #[test]
    fn every_form() {
        for form in forms_of(SECRET) {
            check(&[SECRET], &format!("<{form}> and {form}"), "<[redacted]> and [redacted]");
        }
        let json = serde_json::to_string(&[SECRET]).unwrap();
        check(&[SECRET], &json, "[\"[redacted]\"]");
    }

    #[test]
    fn neighbours_and_near_misses() {
        check(&["abcdef"], "abcdeabcdefabcdefg", "abcde[redacted][redacted]g");
        check(&["abcdef", "abcdefghi"], "abcdefghi abcdef", "[redacted] [redacted]");
        let long = "0123456789abcdef-the-rest";
        check(&[long], "0123456789abcdef-the-other", "0123456789abcdef-the-other");
        check(&[long, "0123456"], "0123456789abcdef-the-other", "[redacted]789abcdef-the-other");
        check(&[], "abcdef", "abcdef");
    }

    #[test]
    fn short_secrets_are_left() {
        let short = "a".repeat(MIN_SCRUBBED_BYTES - 1);
        check(&[&short], &short, &short);
        let enough = "a".repeat(MIN_SCRUBBED_BYTES);
        check(&[&enough], &enough, REDACTED);
    }

    #[test]
    fn bytes_that_are_no_text() {
        let scrubber = Scrubber::new([Secret::new("abcdef")].iter());
        let mut body = b"\xff\x00abcdef\xfe".to_vec();
        assert_eq!(scrubber.body(&mut body), 1);
        assert_eq!(body, b"\xff\x00[redacted]\xfe");
    }
}
