//! `HOST=URL`: what goes to HOST is sent to URL instead. For mocks and tests.

use std::fmt;
use std::str::FromStr;

use url::Url;

use crate::base::{Base, BaseError, SFTP};

/// A redirection of one host. Plain HTTP and loopback are permitted there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upstream {
    host: String,
    port: Option<u16>,
    base: Base,
}

/// Why a text is no upstream. Fits after "upstream ".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UpstreamError {
    #[error("`{0}` is not HOST=URL, for example `api.example.com=http://127.0.0.1:8080`")]
    Shape(String),
    #[error("`{0}` does not name a host; write a host name, without scheme and path")]
    Host(String),
    #[error("`{0}` has to begin with `http://`, `https://` or `sftp://`")]
    Scheme(String),
    #[error("`{url}` {error}")]
    Url { url: String, error: BaseError },
}

impl Upstream {
    /// HOST is a host name, `:port` optional; without one any port of it is meant.
    /// URL is `http` or `https`, with or without a path, which is put before the
    /// path of each request; or `sftp`, for connectors that read files.
    pub fn parse(text: &str) -> Result<Self, UpstreamError> {
        let (name, url) = text.split_once('=').ok_or_else(|| UpstreamError::Shape(text.to_owned()))?;
        let bad_host = || UpstreamError::Host(name.to_owned());
        if name.is_empty()
            || name.contains(['/', '@', '?', '#', '\\'])
            || !name.bytes().all(|b| b.is_ascii_graphic())
        {
            return Err(bad_host());
        }
        // Parsed as the URLs of manifests are, so that both are spelt alike.
        let parsed = Url::parse(&format!("https://{name}/")).map_err(|_| bad_host())?;
        let host = parsed.host_str().ok_or_else(bad_host)?.to_owned();
        let port = name.ends_with(":443").then_some(443).or(parsed.port());
        let base = Base::parse(url).map_err(|error| match error {
            BaseError::NotHttps => UpstreamError::Scheme(url.to_owned()),
            error => UpstreamError::Url { url: url.to_owned(), error },
        })?;
        Ok(Self { host, port, base })
    }

    /// The host name that is redirected.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Where to.
    pub fn url(&self) -> &Url {
        &self.base.url
    }

    pub(crate) fn base(&self) -> &Base {
        &self.base
    }

    /// Whether requests to this URL go to it. Files are not asked for over HTTP,
    /// nor the other way round.
    pub fn is_for(&self, url: &Url) -> bool {
        (url.scheme() == SFTP) == (self.base.url.scheme() == SFTP)
            && url.host_str() == Some(&self.host)
            && self.port.is_none_or(|p| url.port_or_known_default() == Some(p))
    }
}

/// `HOST=URL`.
impl fmt::Display for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.host)?;
        if let Some(port) = self.port {
            write!(f, ":{port}")?;
        }
        write!(f, "={}", self.base.url)
    }
}

impl FromStr for Upstream {
    type Err = UpstreamError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(upstream: &str, url: &str, expected: bool) {
        assert_eq!(
            Upstream::parse(upstream).unwrap().is_for(&Url::parse(url).unwrap()),
            expected,
            "{upstream} {url}"
        );
    }

    #[test]
    fn hosts() {
        check("api.example.com=http://127.0.0.1:1", "https://api.example.com/x", true);
        check("API.example.com=http://127.0.0.1:1", "https://api.example.com:8443/x", true);
        check("api.example.com:8443=http://localhost:1/p", "https://api.example.com:8443/x", true);
        check("api.example.com:8443=http://localhost:1/p", "https://api.example.com/x", false);
        check("api.example.com:443=http://localhost:1/p", "https://api.example.com/x", true);
        check("example.com=http://127.0.0.1:1", "https://api.example.com/x", false);
        check("files.example.com=sftp://127.0.0.1:1", "sftp://files.example.com:22", true);
        check("files.example.com:2222=sftp://127.0.0.1:1", "sftp://files.example.com:22", false);
        check("files.example.com=http://127.0.0.1:1", "sftp://files.example.com:22", false);
        check("files.example.com=sftp://127.0.0.1:1", "https://files.example.com", false);
    }

    #[test]
    fn refuses() {
        for text in [
            "",
            "a.example",
            "=http://x",
            "https://a.example=http://x",
            "a/b=http://x",
            "u@a=http://x",
            "a b=http://x",
        ] {
            assert!(Upstream::parse(text).is_err(), "{text}");
        }
        for url in ["", "x", "http://u:p@x", "http://x/?a=b", "http://x#y"] {
            let error = Upstream::parse(&format!("a.example={url}")).unwrap_err();
            assert!(matches!(error, UpstreamError::Url { .. }), "{error}");
        }
        let error = Upstream::parse("a.example=ftp://x").unwrap_err();
        assert_eq!(error.to_string(), "`ftp://x` has to begin with `http://`, `https://` or `sftp://`");
    }
}
