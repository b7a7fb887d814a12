//! What a provider answered.

use std::fmt;

use serde::Deserialize;

use crate::{Failure, Request, Response, Result, Target, json};

/// What an answer belongs to, for messages and for [`crate::Connector::failure`].
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Origin {
    purpose: String,
    path: String,
}

impl Origin {
    pub fn of(request: &Request) -> Self {
        let (Target::Path(path) | Target::NextLink(path)) = &request.target;
        Self { purpose: request.purpose.clone(), path: path.clone() }
    }
}

/// An HTTP answer. It owns the bytes from which [`json`](Self::json) borrows.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    response: Response,
    origin: Origin,
}

impl Answer {
    pub(crate) fn new(response: Response, origin: Origin) -> Self {
        Self { response, origin }
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.response.status
    }

    /// A header by its lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.response.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The bytes, decompressed.
    pub fn body(&self) -> &[u8] {
        &self.response.body
    }

    /// What the request was for.
    pub fn purpose(&self) -> &str {
        &self.origin.purpose
    }

    /// The path, or the link, that was asked for.
    pub fn path(&self) -> &str {
        &self.origin.path
    }

    /// The body, read into a type that may borrow from it. What is not as the
    /// type says is an [`Failure::InvalidResponse`] that names the place and
    /// never a value.
    pub fn json<'a, T: Deserialize<'a>>(&'a self) -> Result<T> {
        json::read(self.body()).map_err(|wrong| self.invalid(&self.describe("JSON", wrong)))
    }

    /// The body, as a document of XML: see [`crate::xml`].
    #[cfg(feature = "xml")]
    pub fn xml(&self) -> Result<crate::xml::Document<'_>> {
        crate::xml::read(self.body()).map_err(|wrong| self.invalid(&self.describe("XML", wrong)))
    }

    /// An HTML page is named as such: a login page, or that of a proxy, with
    /// status 200 is the most usual case.
    fn describe(&self, expected: &str, wrong: json::Wrong) -> String {
        let kind = self.header("content-type").unwrap_or_default().to_ascii_lowercase();
        let page = if expected == "XML" { "an HTML page" } else { "an HTML or XML page" };
        let html = kind.contains("html") || expected == "JSON" && json::trim(self.body()).starts_with(b"<");
        match wrong {
            json::Wrong::Empty => "the answer is empty".into(),
            json::Wrong::Syntax(_) if html => format!("the answer is {page}, not {expected}"),
            json::Wrong::Syntax(what) => format!("the answer is not {expected}: {what}"),
            json::Wrong::Shape { path, what } if path.is_empty() => what,
            json::Wrong::Shape { path, what } => format!("{path}: {what}"),
        }
    }

    /// The failure for an answer that is not what the interface promises. Say
    /// where and what, never a value.
    pub fn invalid(&self, what: &str) -> Failure {
        let purpose = self.purpose();
        let purpose = if purpose.is_empty() { "answer" } else { purpose };
        Failure::InvalidResponse(format!("{purpose}: {what}"))
    }

    /// The `next` of the `Link` header (RFC 8288).
    pub fn next_link(&self) -> Option<&str> {
        self.link("next")
    }

    /// The target of this relation in the `Link` header.
    pub fn link(&self, relation: &str) -> Option<&str> {
        let links = self.response.headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case("link"));
        links.into_iter().find_map(|(_, value)| target_of_link_header(value, relation))
    }

    /// How long the provider asks to wait.
    pub fn retry_after(&self) -> Option<u32> {
        self.header("retry-after")?.trim().parse().ok()
    }
}

/// `purpose: HTTP 503`.
impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let purpose = self.purpose();
        write!(f, "{}: HTTP {}", if purpose.is_empty() { "answer" } else { purpose }, self.status())
    }
}

/// The target of the first link that has this relation. A comma inside the angle
/// brackets does not part links.
fn target_of_link_header<'a>(mut rest: &'a str, relation: &str) -> Option<&'a str> {
    loop {
        let (_, after) = rest.split_once('<')?;
        let (target, after) = after.split_once('>')?;
        let (parameters, following) =
            after.split_once(",").filter(|(_, f)| f.contains('<')).unwrap_or((after, ""));
        let is_meant = parameters.split(';').any(|parameter| {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            let mut relations = value.trim().trim_matches('"').split_ascii_whitespace();
            name.trim().eq_ignore_ascii_case("rel") && relations.any(|rel| rel.eq_ignore_ascii_case(relation))
        });
        if is_meant {
            return Some(target);
        }
        rest = following;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(content_type: &str, body: &str) -> Answer {
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        let origin = Origin { purpose: "people page".into(), path: "/people".into() };
        Answer::new(Response { status: 200, headers, body: body.into() }, origin)
    }

    #[track_caller]
    fn invalid(content_type: &str, body: &str, expected: &str) {
        let result = answer(content_type, body).json::<Vec<u32>>();
        assert_eq!(result, Err(Failure::InvalidResponse(format!("people page: {expected}"))));
    }

    #[test]
    fn what_is_not_json_is_named() {
        invalid("text/html", "<html>Sign in</html>", "the answer is an HTML or XML page, not JSON");
        invalid("application/json", " \n<!doctype html>", "the answer is an HTML or XML page, not JSON");
        invalid("text/html", "Sign in", "the answer is an HTML or XML page, not JSON");
        invalid("application/json", "", "the answer is empty");
        invalid("application/json", " \r\n ", "the answer is empty");
        invalid(
            "application/json",
            "[1,2",
            "the answer is not JSON: EOF while parsing a list at line 1 column 4",
        );
        invalid(
            "application/json",
            "[1] x",
            "the answer is not JSON: trailing characters at line 1 column 5",
        );
        invalid("application/json", r#"[1,"Mara"]"#, "[1]: expected u32, found a text");
    }

    #[test]
    fn a_byte_order_mark_is_skipped() {
        assert_eq!(answer("application/json", "\u{feff}[1]").json::<Vec<u32>>(), Ok(vec![1]));
    }

    #[test]
    fn link_headers() {
        let next = |header| target_of_link_header(header, "next");
        assert_eq!(next(r#"<https://h/a?x=1,2>; rel="next""#), Some("https://h/a?x=1,2"));
        assert_eq!(next(r#"<https://h/s>; rel="self", <https://h/n>; rel="next""#), Some("https://h/n"));
        assert_eq!(next(r#"<https://h/n>; title="x"; rel=next"#), Some("https://h/n"));
        assert_eq!(next(r#"<https://h/n>; rel="prev next""#), Some("https://h/n"));
        assert_eq!(next(r#"<https://h/s>; rel="self""#), None);
        let both = r#"<https://h/2>; rel="next", <https://h/9>; rel="last""#;
        assert_eq!(target_of_link_header(both, "last"), Some("https://h/9"));
        assert_eq!(next("nonsense"), None);
        assert_eq!(next(""), None);
        assert_eq!(next("<unclosed; rel=next"), None);
    }
}
