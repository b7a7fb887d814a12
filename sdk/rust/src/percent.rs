//! Percent encoding, for the few places where a connector meets it: the host
//! encodes paths and queries itself.

use std::borrow::Cow;

/// An id as one segment of a path: the four characters that the contract wants
/// encoded; the host encodes the rest.
pub fn segment(id: &str) -> Cow<'_, str> {
    if !id.contains(['/', '?', '#', '%']) {
        return Cow::Borrowed(id);
    }
    let encoded = id.replace('%', "%25").replace('/', "%2F");
    Cow::Owned(encoded.replace('?', "%3F").replace('#', "%23"))
}

/// A path out of a link, as the contract wants it.
pub(crate) fn decode_path(path: &str) -> String {
    path.split('/').map(|part| segment(&decode(part, false)).into_owned()).collect::<Vec<_>>().join("/")
}

/// The pairs of a query, decoded.
pub(crate) fn decode_query(query: &str) -> Vec<(String, String)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(key, true), decode(value, true))
        })
        .collect()
}

/// The value of a parameter of a link.
pub fn query_parameter(link: &str, name: &str) -> Option<String> {
    let (_, query) = link.split_once('?')?;
    let query = query.split('#').next().unwrap_or(query);
    decode_query(query).into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

fn decode(text: &str, plus_is_space: bool) -> String {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        let mut ahead = bytes.clone();
        let digits = (byte == b'%').then(|| (hex(ahead.next()), hex(ahead.next())));
        match (byte, digits) {
            (_, Some((Some(high), Some(low)))) => {
                decoded.push(high << 4 | low);
                bytes = ahead;
            }
            (b'+', _) if plus_is_space => decoded.push(b' '),
            _ => decoded.push(byte),
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

fn hex(byte: Option<u8>) -> Option<u8> {
    char::from(byte?).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_what_is_encoded_and_leaves_the_rest() {
        let pairs = |q: &str| decode_query(q);
        let pair = |k: &str, v: &str| (k.to_owned(), v.to_owned());
        assert_eq!(pairs("a=1&b=x%20y+z&c"), [pair("a", "1"), pair("b", "x y z"), pair("c", "")]);
        assert_eq!(pairs("a%5B%5D=%C3%A9&&b=100%"), [pair("a[]", "é"), pair("b", "100%")]);
        assert_eq!(decode_path("/v1/a%20b%2Fc/d+e"), "/v1/a b%2Fc/d+e");
        assert_eq!(segment("a/b"), "a%2Fb");
        assert_eq!(segment("50%?#/%2F"), "50%25%3F%23%2F%252F");
        assert_eq!(query_parameter("https://h/p?x=1&cursor=a%3D", "cursor").as_deref(), Some("a="));
        assert_eq!(query_parameter("https://h/p", "cursor"), None);
    }
}
