//! Requests taken apart and answers put together.

use std::borrow::Cow;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use bytes::Bytes;
use serde_json::Value;

/// A request, read whole.
pub struct Ask {
    pub method: Method,
    pub path: String,
    pub query: Query,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Ask {
    /// The segments of the path, decoded.
    pub fn segments(&self) -> Vec<String> {
        self.path.split('/').filter(|part| !part.is_empty()).map(decode).collect()
    }

    /// Path and query: what an answer depends on.
    pub fn key(&self) -> String {
        format!("{}?{}", self.path, self.query.raw)
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// What follows this scheme in the header `Authorization`.
    pub fn credential(&self, scheme: &str) -> Option<&str> {
        let (given, credential) = self.header("authorization")?.split_once(' ')?;
        given.eq_ignore_ascii_case(scheme).then(|| credential.trim())
    }

    /// The credential as it was sent: in whichever header, or in an envelope.
    pub fn sent_credential(&self) -> Option<Cow<'_, str>> {
        let header = CREDENTIALS.iter().find_map(|name| self.header(name)).map(Cow::Borrowed);
        header.or_else(|| crate::xml::password(&self.body).map(Cow::Owned))
    }

    /// Name and password of a basic credential.
    pub fn basic(&self) -> Option<(String, String)> {
        let pair = String::from_utf8(STANDARD.decode(self.credential("basic")?).ok()?).ok()?;
        pair.split_once(':').map(|(name, password)| (name.to_owned(), password.to_owned()))
    }

    /// The fields of a form.
    pub fn form(&self) -> Query {
        Query::new(&String::from_utf8_lossy(&self.body))
    }
}

/// The headers in which providers take credentials.
pub const CREDENTIALS: [&str; 2] = ["authorization", "x-api-key"];

/// Names and values of a query or a form, in order.
pub struct Query {
    pub raw: String,
    pairs: Vec<(String, String)>,
}

impl Query {
    pub fn new(raw: &str) -> Self {
        let pairs = url::form_urlencoded::parse(raw.as_bytes()).into_owned().collect();
        Self { raw: raw.to_owned(), pairs }
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub fn all(&self, name: &str) -> Vec<&str> {
        self.pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect()
    }

    pub fn flag(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// The query as it was sent, without one parameter.
    pub fn without(&self, name: &str) -> String {
        let encoded = name.replace('$', "%24");
        let kept: Vec<&str> = self
            .raw
            .split('&')
            .filter(|part| !part.is_empty())
            .filter(|part| {
                let key = part.split('=').next().unwrap_or_default();
                key != name && !key.eq_ignore_ascii_case(&encoded)
            })
            .collect();
        kept.join("&")
    }

    /// The query as it was sent, with one parameter put to a value that needs
    /// no encoding.
    pub fn with(&self, name: &str, value: &str) -> String {
        let rest = self.without(name);
        let and = if rest.is_empty() { "" } else { "&" };
        format!("{rest}{and}{name}={value}")
    }
}

fn decode(segment: &str) -> String {
    // The parser of forms also decodes segments, once a plus is kept from
    // becoming a space and the marks of forms are kept from being seen.
    let safe = segment.replace('+', "%2B").replace('&', "%26").replace('=', "%3D");
    url::form_urlencoded::parse(safe.as_bytes()).map(|(key, _)| key.into_owned()).collect()
}

/// Header and claims of a signed assertion; the signature is not looked at.
pub fn parts_of_jwt(token: &str) -> Option<(Value, Value)> {
    let parts: Vec<&str> = token.split('.').collect();
    let [header, claims, signature] = parts[..] else { return None };
    URL_SAFE_NO_PAD.decode(signature).ok().filter(|signature| !signature.is_empty())?;
    let read = |part: &str| -> Option<Value> {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok().filter(Value::is_object)
    };
    Some((read(header)?, read(claims)?))
}

/// A token that says where a list goes on: numbers, unreadable at a glance.
pub fn token(prefix: &str, numbers: &[usize]) -> String {
    let text: Vec<String> = numbers.iter().map(usize::to_string).collect();
    format!("{prefix}{}", URL_SAFE_NO_PAD.encode(text.join(".")))
}

/// The numbers of a token, if it is one of that many.
pub fn read_token<const N: usize>(prefix: &str, token: &str) -> Option<[usize; N]> {
    let bytes = URL_SAFE_NO_PAD.decode(token.strip_prefix(prefix)?).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let numbers: Vec<usize> = text.split('.').map(str::parse).collect::<Result<_, _>>().ok()?;
    numbers.try_into().ok()
}

pub const JSON: &str = "application/json; charset=utf-8";
/// Written by the stub as JSON, and sent as [`crate::xml`] makes of it.
pub const XML: &str = "text/xml;charset=UTF-8";
pub const SCIM: &str = "application/scim+json";
pub const PROBLEM: &str = "application/problem+json";

pub fn answer(status: u16, kind: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

/// Adds a header beside those of its name.
pub fn and_header(mut response: Response, name: &'static str, text: &str) -> Response {
    if let Ok(text) = HeaderValue::from_str(text) {
        response.headers_mut().append(name, text);
    }
    response
}

pub fn value(status: u16, kind: &'static str, body: &Value) -> Response {
    answer(status, kind, body.to_string())
}

pub fn html(status: u16) -> Response {
    let text =
        "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Please sign in.</body></html>\n";
    answer(status, "text/html; charset=utf-8", text)
}

/// Adds a header; text that a header cannot hold is left out.
pub fn with_header(mut response: Response, name: &'static str, text: &str) -> Response {
    if let Ok(text) = HeaderValue::from_str(text) {
        response.headers_mut().insert(name, text);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_keep_what_was_sent() {
        let query = Query::new("$select=id%2Cmail&%24skiptoken=abc&$top=5");
        assert_eq!(query.get("$select"), Some("id,mail"));
        assert_eq!(query.get("$skiptoken"), Some("abc"));
        assert_eq!(query.with("$skiptoken", "d"), "$select=id%2Cmail&$top=5&$skiptoken=d");
    }

    #[test]
    fn tokens_are_read_back() {
        assert_eq!(read_token("cur_", &token("cur_", &[200, 7])), Some([200, 7]));
        assert_eq!(read_token::<3>("cur_", &token("cur_", &[200, 7])), None);
        assert_eq!(read_token::<1>("cur_", "cur_!"), None);
    }

    #[test]
    fn segments_are_decoded() {
        assert_eq!(decode("a%2Fb+c%20d"), "a/b+c d");
    }
}
