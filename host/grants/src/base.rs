//! The URLs of hosts and token endpoints: templates over public settings.

use percent_encoding::utf8_percent_encode;
use url::Url;

use crate::encode::PATH;
use crate::template::{Part, Template};

/// Why a template gives no URL. Fits after the template or its place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BaseError {
    #[error("needs setting `{0}`, which is not entered")]
    Missing(String),
    #[error(
        "would get a host name from setting `{0}`, whose value is not made of letters, digits, `-` and `.`"
    )]
    HostPart(String),
    #[error("would get `.` or `..` as a path from setting `{0}`")]
    DotSegment(String),
    #[error("is not a URL: {0}")]
    Syntax(String),
    #[error("has to begin with `https://`")]
    NotHttps,
    #[error("has a user name or password in it; use a credential slot")]
    UserInfo,
    #[error("has a query or a fragment; only scheme, host and path are allowed")]
    Query,
    #[error(
        "has characters that a URL does not have; encode the path and write the host in its ASCII form (`xn--...`)"
    )]
    Characters,
    #[error("has `//` in its path")]
    EmptySegment,
}

/// The scheme of upstreams for files.
pub(crate) const SFTP: &str = "sftp";

/// A URL with scheme, host and path only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Base {
    /// As parsed, path included.
    pub url: Url,
    /// `https://host:port`, the port only where it is not the default.
    pub origin: String,
    /// Without a slash at the end, so `/v1` or nothing.
    pub path: String,
}

impl Base {
    pub fn parse(text: &str) -> Result<Self, BaseError> {
        if !text.bytes().all(|b| b.is_ascii_graphic()) || text.contains('\\') {
            return Err(BaseError::Characters);
        }
        let url = Url::parse(text).map_err(|e| BaseError::Syntax(e.to_string()))?;
        if !matches!(url.scheme(), "https" | "http" | SFTP) || url.host_str().is_none_or(str::is_empty) {
            return Err(BaseError::NotHttps);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BaseError::UserInfo);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(BaseError::Query);
        }
        if url.path().contains("//") {
            return Err(BaseError::EmptySegment);
        }
        let origin = url.origin().ascii_serialization();
        let path = url.path().trim_end_matches('/').to_owned();
        Ok(Self { url, origin, path })
    }

    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// Whether `url` has this scheme, host and port.
    pub fn same_origin(&self, url: &Url) -> bool {
        self.url.scheme() == url.scheme()
            && self.url.host() == url.host()
            && self.url.port_or_known_default() == url.port_or_known_default()
    }
}

/// A template with its settings filled in: as they are at the very beginning
/// (`{base_url}`), letters, digits, `-` and `.` in the host, encoded in the path.
pub(crate) fn fill<'v>(
    template: &Template,
    mut value: impl FnMut(&str) -> Option<&'v str>,
) -> Result<Base, BaseError> {
    let mut out = String::new();
    for part in template.parts() {
        let key = match part {
            Part::Text(text) => {
                out.push_str(text);
                continue;
            }
            Part::Key(key) => key,
        };
        let value = value(key).filter(|v| !v.is_empty()).ok_or_else(|| BaseError::Missing(key.clone()))?;
        let in_path = out.split_once("://").is_some_and(|(_, rest)| rest.contains('/'));
        if out.is_empty() {
            out.push_str(value.trim_end_matches('/'));
        } else if in_path {
            if matches!(value, "." | "..") {
                return Err(BaseError::DotSegment(key.clone()));
            }
            out.extend(utf8_percent_encode(value, PATH));
        } else if value.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.')) {
            out.push_str(value);
        } else {
            return Err(BaseError::HostPart(key.clone()));
        }
    }
    Base::parse(&out)
}

/// Whether a template can give an `https` URL at all, tried with harmless values.
pub(crate) fn check_template(template: &Template) -> Result<(), BaseError> {
    let first_is_key = matches!(template.parts().first(), Some(Part::Key(_)));
    let mut first = first_is_key;
    let base =
        fill(template, |_| Some(if std::mem::take(&mut first) { "https://example.com" } else { "x" }))?;
    if base.is_https() { Ok(()) } else { Err(BaseError::NotHttps) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(template: &str, value: &str, expected: Result<&str, BaseError>) {
        let got = fill(&Template::parse(template).unwrap(), |_| Some(value)).map(|b| b.url.to_string());
        assert_eq!(got.as_deref().map_err(Clone::clone), expected, "{template} with {value}");
    }

    #[test]
    fn whole_urls() {
        check("{u}", "https://a.example/scim/", Ok("https://a.example/scim"));
        check("{u}/v2", "https://a.example:8443/", Ok("https://a.example:8443/v2"));
        check("{u}", "https://u:p@a.example", Err(BaseError::UserInfo));
        check("{u}", "https://a.example/?x=1", Err(BaseError::Query));
        check("{u}", "https://a.example/#x", Err(BaseError::Query));
        check("{u}", "https://a.example//x", Err(BaseError::EmptySegment));
        check("{u}", "https://a.example\\x", Err(BaseError::Characters));
        check("{u}", "https://ä.example", Err(BaseError::Characters));
        check("{u}", "ftp://a.example", Err(BaseError::NotHttps));
        check("{u}", "", Err(BaseError::Missing("u".into())));
        assert!(matches!(
            fill(&Template::parse("{u}").unwrap(), |_| Some("a.example")),
            Err(BaseError::Syntax(_))
        ));
    }

    #[test]
    fn host_parts() {
        check("https://{s}.example.com", "acme-1", Ok("https://acme-1.example.com/"));
        for evil in ["evil.com/", "evil.com#", "a@evil.com", "evil.com:80", "evil.com\\", "ä", "a b", "a%2f"]
        {
            check("https://{s}.example.com", evil, Err(BaseError::HostPart("s".into())));
        }
    }

    #[test]
    fn path_parts_are_encoded() {
        check("https://a.example/{t}/token", "a b/c?d", Ok("https://a.example/a%20b%2Fc%3Fd/token"));
        check("https://a.example/{t}/token", "..", Err(BaseError::DotSegment("t".into())));
    }

    #[test]
    fn templates_without_values() {
        for (template, fine) in [
            ("https://{s}.example.com/{p}", true),
            ("{u}", true),
            ("http://{s}.example.com", false),
            ("{u}:80/x", true),
            ("api.example.com", false),
            ("https://{s}/?q={p}", false),
        ] {
            assert_eq!(check_template(&Template::parse(template).unwrap()).is_ok(), fine, "{template}");
        }
    }
}
