//! Which headers a guest may set, and which a credential may use.

use crate::exchange::FetchError;
use crate::limits::{MAX_REQUEST_HEADER_BYTES, MAX_REQUEST_HEADERS};

/// Headers of the host's own making, those that steer connections and proxies,
/// and those that some servers take for another method than the one granted.
const FORBIDDEN: [&str; 24] = [
    "accept-encoding",
    "authorization",
    "connection",
    "content-encoding",
    "content-length",
    "cookie",
    "cookie2",
    "expect",
    "forwarded",
    "host",
    "http2-settings",
    "keep-alive",
    "origin",
    "referer",
    "set-cookie",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
    "x-original-url",
];

const FORBIDDEN_PREFIXES: [&str; 4] = ["proxy-", "sec-", "x-forwarded-", "x-rewrite-"];

/// The headers of one request. `injected` are the names that its credential
/// sets, in lower case.
pub(crate) fn check_headers(headers: &[(String, String)], injected: &[String]) -> Result<(), FetchError> {
    let denied = |text: String| Err(FetchError::Denied(text));
    if headers.len() > MAX_REQUEST_HEADERS {
        return denied(format!("{} headers; at most {MAX_REQUEST_HEADERS} may be sent", headers.len()));
    }
    for (i, (name, value)) in headers.iter().enumerate() {
        if name.len() + value.len() > MAX_REQUEST_HEADER_BYTES {
            return denied(format!(
                "header number {} is longer than {MAX_REQUEST_HEADER_BYTES} bytes",
                i + 1
            ));
        }
        if !is_token(name) {
            return denied(format!("`{}` is not a header name; use lower-case letters", name.escape_debug()));
        }
        if !value.bytes().all(|b| (0x20..0x7f).contains(&b)) {
            return denied(format!("the value of header `{name}` has characters other than printable ASCII"));
        }
        if is_forbidden(name) {
            return denied(format!("header `{name}` is set by the host only; leave it out"));
        }
        if injected.iter().any(|own| own == name) {
            return denied(format!("header `{name}` is set by the credential; leave it out"));
        }
        if headers.iter().take(i).any(|(other, _)| other == name) {
            return denied(format!("header `{name}` is given twice; join the values with a comma"));
        }
    }
    Ok(())
}

/// Whether a credential may use a header of this name, in any case.
pub(crate) fn is_injectable(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    is_token(&name) && (matches!(name.as_str(), "authorization" | "cookie") || !is_forbidden(&name))
}

fn is_forbidden(name: &str) -> bool {
    FORBIDDEN.contains(&name) || FORBIDDEN_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// RFC 9110 section 5.6.2, without upper case.
fn is_token(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"!#$%&'*+-.^_`|~".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Denied with a text that contains `expected`; `None`: allowed.
    fn check(name: &str, value: &str, expected: Option<&str>) {
        let headers = vec![("accept".to_owned(), "x".to_owned()), (name.to_owned(), value.to_owned())];
        match (check_headers(&headers, &["x-api-key".to_owned()]), expected) {
            (Ok(()), None) => {}
            (Err(FetchError::Denied(text)), Some(part)) if text.contains(part) => {}
            (got, _) => panic!("{name:?}: {value:?} gave {got:?}, expected {expected:?}"),
        }
    }

    #[test]
    fn allowed() {
        check("prefer", "odata.maxpagesize=10", None);
        check("x-request-id", "", None);
        check("consistencylevel", "eventual", None);
        check("user-agent", "acme/1", None);
    }

    #[test]
    fn names() {
        let shape = Some("is not a header name");
        for name in ["", "Prefer", "a b", "a:b", "a\r\nb", "a\0", "ä", "a\u{ff}", "a\tb"] {
            check(name, "x", shape);
        }
    }

    #[test]
    fn values() {
        let shape = Some("printable ASCII");
        for value in ["a\r\nb: c", "a\n", "a\0", "ä", "a\tb", "\u{7f}"] {
            check("prefer", value, shape);
        }
    }

    #[test]
    fn the_hosts_own() {
        for name in FORBIDDEN.iter().chain(&["proxy-authorization", "x-forwarded-for", "sec-fetch-site"]) {
            check(name, "x", Some("set by the host only"));
        }
        check("x-api-key", "x", Some("set by the credential"));
        check("accept", "x", Some("given twice"));
    }

    #[test]
    fn how_many_and_how_long() {
        check("prefer", &"x".repeat(MAX_REQUEST_HEADER_BYTES), Some("is longer than"));
        let many: Vec<_> = (0..=MAX_REQUEST_HEADERS).map(|i| (format!("x-{i}"), String::new())).collect();
        assert!(check_headers(&many, &[]).is_err());
        assert!(check_headers(&many[1..], &[]).is_ok());
    }

    #[test]
    fn injectable() {
        assert!(is_injectable("Authorization") && is_injectable("X-Api-Key"));
        assert!(!is_injectable("Host") && !is_injectable("Content-Length") && !is_injectable("a b"));
    }
}
