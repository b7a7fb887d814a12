//! From a guest's text to the bytes of a URL, and why a text is refused.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// Everything but the unreserved characters of RFC 3986.
const STRICT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Within a path: what RFC 3986 calls pchar stays, but for `+`, which some
/// servers read as a space, and `%`.
pub(crate) const PATH: &AsciiSet = &STRICT
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@');

/// Keys of a query: `$select` is common, and some servers want it literally.
const QUERY_KEY: &AsciiSet = &STRICT.remove(b'$');

/// What a guest may write encoded in a path, because it means something else
/// when it is not.
const WRITTEN_ENCODED: [&str; 4] = ["%2F", "%3F", "%23", "%25"];

/// Why a path is refused. Fits after "the path ".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PathError {
    #[error("has to begin with `/`; hosts are named by their alias")]
    NoSlash,
    #[error("has an empty segment (`//`)")]
    Empty,
    #[error("has a `.` or `..` segment")]
    Dots,
    #[error("has a backslash")]
    Backslash,
    #[error("has a `?`; put parameters into `query`, and write `%3F` for one in an id")]
    Question,
    #[error("has a `#`; write `%23` for one in an id")]
    Fragment,
    #[error("has a control character")]
    Control,
}

/// Encodes a guest's path. `%2F`, `%3F` and `%23` stay as they are; any other
/// `%` is encoded.
pub(crate) fn encode_path(path: &str) -> Result<String, PathError> {
    let rest = path.strip_prefix('/').ok_or(PathError::NoSlash)?;
    for c in path.chars() {
        match c {
            '\\' => return Err(PathError::Backslash),
            '?' => return Err(PathError::Question),
            '#' => return Err(PathError::Fragment),
            c if c.is_control() => return Err(PathError::Control),
            _ => {}
        }
    }
    let mut out = String::with_capacity(path.len() + 16);
    let last = rest.matches('/').count();
    for (i, segment) in rest.split('/').enumerate() {
        if segment.is_empty() && i < last {
            return Err(PathError::Empty);
        }
        if has_dots(segment) {
            return Err(PathError::Dots);
        }
        out.push('/');
        let mut pieces = segment.split('%');
        out.extend(utf8_percent_encode(pieces.next().unwrap_or_default(), PATH));
        for piece in pieces {
            let code = piece.get(..2).and_then(|hex| {
                WRITTEN_ENCODED
                    .iter()
                    .find(|known| known.get(1..).is_some_and(|k| k.eq_ignore_ascii_case(hex)))
            });
            let text = match code {
                Some(code) => {
                    out.push_str(code);
                    piece.get(2..).unwrap_or_default()
                }
                None => {
                    out.push_str("%25");
                    piece
                }
            };
            out.extend(utf8_percent_encode(text, PATH));
        }
    }
    Ok(out)
}

/// Whether a server that decodes a segment, once or twice, might see `.` or `..`.
pub(crate) fn has_dots(segment: &str) -> bool {
    let once = percent_decode_str(segment).decode_utf8_lossy();
    let twice = percent_decode_str(&once).decode_utf8_lossy();
    [segment, &once, &twice].iter().any(|s| s.split(['/', '\\']).any(|part| matches!(part, "." | "..")))
}

/// A segment as the server will read it.
pub(crate) fn decode(segment: &str) -> Cow<'_, str> {
    percent_decode_str(segment).decode_utf8_lossy()
}

/// Appends `key=value` pairs, encoded strictly: a space is `%20`, a plus `%2B`.
pub(crate) fn push_query(out: &mut String, query: &[(String, String)]) {
    for (i, (key, value)) in query.iter().enumerate() {
        if i > 0 {
            out.push('&');
        }
        out.extend(utf8_percent_encode(key, QUERY_KEY));
        out.push('=');
        out.extend(utf8_percent_encode(value, STRICT));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, expected: Result<&str, PathError>) {
        assert_eq!(encode_path(path).as_deref().map_err(|e| *e), expected, "{path:?}");
    }

    #[test]
    fn encodes() {
        check("/", Ok("/"));
        check("/users", Ok("/users"));
        check("/users/", Ok("/users/"));
        check("/users/a b+c", Ok("/users/a%20b%2Bc"));
        check("/users/jane@example.com/$count", Ok("/users/jane@example.com/$count"));
        check("/users/a|ü\"", Ok("/users/a%7C%C3%BC%22"));
        check("/users/100%", Ok("/users/100%25"));
        check("/users/%41%zz%", Ok("/users/%2541%25zz%25"));
        check("/.search/...", Ok("/.search/..."));
    }

    #[test]
    fn written_encoded() {
        check("/users/a%2Fb%2fc", Ok("/users/a%2Fb%2Fc"));
        check("/users/a%3fb%23EXT%23", Ok("/users/a%3Fb%23EXT%23"));
        check("/users/%ü", Ok("/users/%25%C3%BC"));
        check("/users/100%25", Ok("/users/100%25"));
        check("/users/a%252Fb", Ok("/users/a%252Fb"));
    }

    #[test]
    fn refuses() {
        for path in ["", "users", "@evil.com", "https://evil.com/", ".evil.com", ":80/x"] {
            check(path, Err(PathError::NoSlash));
        }
        check("//evil.com", Err(PathError::Empty));
        check("/a//b", Err(PathError::Empty));
        check("/\\evil.com", Err(PathError::Backslash));
        check("/a?x=1", Err(PathError::Question));
        check("/a#b", Err(PathError::Fragment));
        for path in ["/a\r\nHost: evil", "/a\tb", "/a\0", "/a\u{85}", "/\u{7f}"] {
            check(path, Err(PathError::Control));
        }
        for path in
            ["/..", "/.", "/a/../b", "/a/%2e%2e/b", "/a/.%2E/b", "/a%2F..%2Fb", "/a/%252e%252e/b", "/..%5c"]
        {
            check(path, Err(PathError::Dots));
        }
    }

    #[test]
    fn query() {
        let mut out = String::new();
        let pair = |k: &str, v: &str| (k.to_owned(), v.to_owned());
        push_query(&mut out, &[pair("$select", "a,b"), pair("f[]", "x y+z&='"), pair("é", "")]);
        assert_eq!(out, "$select=a%2Cb&f%5B%5D=x%20y%2Bz%26%3D%27&%C3%A9=");
    }
}
