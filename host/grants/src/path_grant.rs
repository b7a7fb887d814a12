//! `METHOD /path` pairs, compiled.

use std::fmt;

use crate::encode::{decode, has_dots};
use crate::exchange::Method;

/// One `METHOD /path` that a host may be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CompiledGrant {
    method: Method,
    segments: Vec<Segment>,
    /// Ends in `**`: one segment or more may follow.
    open: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Segment {
    Text(String),
    Any,
}

/// Why a text is no grant. Fits after the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PathGrantError {
    #[error("is not `METHOD /path`, for example `GET /users/*`")]
    Shape,
    #[error("has a method other than GET, HEAD and POST; connectors only read")]
    Method,
    #[error("has an empty, `.` or `..` segment")]
    Segment,
    #[error("has `*` within a segment; it stands for a whole one, and `**` for the rest at the end")]
    Star,
    #[error("has one of `? # % \\` or a control character; write the path decoded and without a query")]
    Character,
}

impl CompiledGrant {
    pub fn parse(text: &str) -> Result<Self, PathGrantError> {
        let (method, path) = text.split_once(' ').ok_or(PathGrantError::Shape)?;
        let method = match method {
            "GET" => Method::Get,
            "HEAD" => Method::Head,
            "POST" => Method::Post,
            other if other.bytes().all(|b| b.is_ascii_alphabetic()) => return Err(PathGrantError::Method),
            _ => return Err(PathGrantError::Shape),
        };
        let path = path.strip_prefix('/').ok_or(PathGrantError::Shape)?;
        if path.chars().any(|c| c.is_control() || matches!(c, '?' | '#' | '%' | '\\')) {
            return Err(PathGrantError::Character);
        }
        let (path, open) = match path.strip_suffix("**") {
            Some(before) if before.is_empty() || before.ends_with('/') => {
                (before.trim_end_matches('/'), true)
            }
            Some(_) => return Err(PathGrantError::Star),
            None => (path, false),
        };
        let mut segments = Vec::new();
        // `/` alone is one empty segment; `/**` is none and then the rest.
        let bare = path.is_empty();
        for segment in path.split('/').filter(|_| !(bare && open)) {
            match segment {
                "*" => segments.push(Segment::Any),
                text if text.contains('*') => return Err(PathGrantError::Star),
                text if has_dots(text) || (text.is_empty() && !bare) => return Err(PathGrantError::Segment),
                text => segments.push(Segment::Text(text.to_owned())),
            }
        }
        Ok(Self { method, segments, open })
    }

    /// Whether it covers this method and this encoded path, which begins with `/`.
    pub fn covers(&self, method: Method, path: &str) -> bool {
        if self.method != method {
            return false;
        }
        let Some(path) = path.strip_prefix('/') else { return false };
        let mut given = path.split('/');
        for segment in &self.segments {
            let fits = match (segment, given.next()) {
                (_, None) => false,
                (Segment::Any, Some(given)) => !given.is_empty(),
                (Segment::Text(text), Some(given)) => decode(given) == text.as_str(),
            };
            if !fits {
                return false;
            }
        }
        given.next().is_some() == self.open
    }

    /// Whether it covers whatever `other` does.
    pub fn includes(&self, other: &Self) -> bool {
        let mut theirs = other.segments.iter();
        let fits = |(ours, theirs): (&Segment, Option<&Segment>)| match (ours, theirs) {
            (_, None) => false,
            (Segment::Any, Some(_)) => true,
            (ours, Some(theirs)) => ours == theirs,
        };
        let begins = self.segments.iter().all(|ours| fits((ours, theirs.next())));
        let goes_on = theirs.next().is_some() || other.open;
        self.method == other.method && begins && goes_on == self.open
    }
}

impl fmt::Display for CompiledGrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for segment in &self.segments {
            match segment {
                Segment::Text(text) => write!(f, "/{text}")?,
                Segment::Any => f.write_str("/*")?,
            }
        }
        if self.open { f.write_str("/**") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(grant: &str, path: &str, expected: bool) {
        let grant = CompiledGrant::parse(grant).unwrap();
        assert_eq!(grant.covers(Method::Get, path), expected, "{grant:?} on {path}");
    }

    #[test]
    fn covers() {
        check("GET /users", "/users", true);
        check("GET /users", "/users/", false);
        check("GET /users", "/Users", false);
        check("GET /users", "/users/1", false);
        check("GET /users", "/us%65rs", true);
        check("GET /users/*", "/users/1", true);
        check("GET /users/*", "/users/a%2Fb", true);
        check("GET /users/*", "/users/", false);
        check("GET /users/*", "/users/1/2", false);
        check("GET /users/*/manager", "/users/1/manager", true);
        check("GET /groups/**", "/groups/1/2/3", true);
        check("GET /groups/**", "/groups/1", true);
        check("GET /groups/**", "/groups", false);
        check("GET /**", "/", true);
        check("GET /**", "/a/b", true);
        check("GET /", "/", true);
        check("GET /", "/a", false);
        check("GET /a b/$count", "/a%20b/$count", true);
        check("GET /a b/$count", "/a%20b/%24count", true);
        check("POST /users", "/users", false);
    }

    #[test]
    fn includes() {
        let check = |wide: &str, narrow: &str, expected: bool| {
            let [wide, narrow] = [wide, narrow].map(|text| CompiledGrant::parse(text).unwrap());
            assert_eq!(wide.includes(&narrow), expected, "{wide} {narrow}");
        };
        check("GET /users", "GET /users", true);
        check("GET /users", "POST /users", false);
        check("GET /users/*", "GET /users/me", true);
        check("GET /users/me", "GET /users/*", false);
        check("GET /users/**", "GET /users/*", true);
        check("GET /users/**", "GET /users/*/photo", true);
        check("GET /users/**", "GET /users/**", true);
        check("GET /users/**", "GET /users", false);
        check("GET /users/*", "GET /users/**", false);
        check("GET /**", "GET /users/**", true);
    }

    #[test]
    fn prints_its_path() {
        for path in ["/", "/users", "/users/*/manager", "/groups/**", "/**", "/a b/$count"] {
            assert_eq!(CompiledGrant::parse(&format!("GET {path}")).unwrap().to_string(), path);
        }
    }

    #[test]
    fn refuses() {
        use PathGrantError::*;
        for (text, error) in [
            ("/users", Shape),
            ("GET users", Shape),
            ("GET", Shape),
            ("GET  /users", Shape),
            ("G-T /users", Shape),
            ("DELETE /users", Method),
            ("get /users", Method),
            ("* /users", Shape),
            ("GET //users", Segment),
            ("GET /users/", Segment),
            ("GET /a/../b", Segment),
            ("GET /a*", Star),
            ("GET /**/a", Star),
            ("GET /a**", Star),
            ("GET /a?b", Character),
            ("GET /a%2Fb", Character),
        ] {
            assert_eq!(CompiledGrant::parse(text), Err(error), "{text}");
        }
    }
}
