//! One declared host, ready to be asked: where it is, and what it may be asked for.

use url::{Host, Url};

use crate::address::{self, Reach};
use crate::base::{Base, BaseError, SFTP, fill};
use crate::encode::has_dots;
use crate::exchange::{FetchError, Method};
use crate::limits::MAX_SHOWN_CHARS;
use crate::manifest::{HostUrl, RateLimit};
use crate::path_grant::CompiledGrant;
use crate::settings::Settings;
use crate::template::Template;
use crate::upstream::Upstream;

/// Where a host is: as granted, and as sent.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// What the manifest and the settings say. Errors and the audit name this one.
    pub logical: Base,
    /// Where it is sent to instead.
    pub upstream: Option<Base>,
    pub reach: Reach,
}

/// A declared host.
#[derive(Debug, Clone)]
pub struct Alias {
    pub(crate) name: String,
    pub(crate) place: Place,
    pub(crate) allow: Vec<CompiledGrant>,
    pub(crate) rate: Option<RateLimit>,
    pub(crate) concurrency: u32,
    pub(crate) final_500: Vec<String>,
    pub(crate) limit_403: Vec<String>,
}

impl Alias {
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The host name as granted.
    pub fn host(&self) -> &str {
        self.place.logical.url.host_str().unwrap_or_default()
    }

    /// The URL as granted.
    pub fn url(&self) -> &Url {
        &self.place.logical.url
    }

    pub fn rate(&self) -> Option<RateLimit> {
        self.rate
    }

    /// Requests under way at once.
    pub fn concurrency(&self) -> u32 {
        self.concurrency
    }

    /// Words by which an answer of status 500 is known to be final.
    pub fn final_500(&self) -> &[String] {
        &self.final_500
    }

    /// Words by which an answer of status 403 is known to mean too many requests.
    pub fn limit_403(&self) -> &[String] {
        &self.limit_403
    }

    /// Whether method and logical path (encoded, with the base URL's own path)
    /// are granted. The path of the grant that covers them.
    pub(crate) fn check(&self, method: Method, path: &str) -> Result<String, FetchError> {
        let denied = |text: String| Err(FetchError::Denied(text));
        let segments = path.strip_prefix('/').unwrap_or(path);
        let last = segments.matches('/').count();
        for (i, segment) in segments.split('/').enumerate() {
            if has_dots(segment) || (segment.is_empty() && i < last) {
                return denied(format!("the path `{}` has an empty, `.` or `..` segment", printable(path)));
            }
        }
        let relative = match path.strip_prefix(self.place.logical.path.as_str()) {
            Some("") => "/",
            Some(rest) if rest.starts_with('/') => rest,
            _ => {
                return denied(format!(
                    "the path `{}` is outside the URL of host `{}`",
                    printable(path),
                    self.name
                ));
            }
        };
        if let Some(grant) = self.allow.iter().find(|grant| grant.covers(method, relative)) {
            return Ok(format!("{}{grant}", self.place.logical.path));
        }
        denied(format!(
            "`{} {}` is not granted on host `{}`; declare it in connector.toml",
            method.as_str(),
            printable(relative),
            self.name
        ))
    }
}

impl Place {
    /// Fills the URL and finds its upstream. `private`: private networks are open.
    pub fn new(
        url: &HostUrl,
        settings: &Settings,
        upstreams: &[Upstream],
        private: bool,
    ) -> Result<Self, PlaceError> {
        let template = match url {
            HostUrl::Template(template) => template,
            HostUrl::Choice { setting, urls } => {
                let value = settings.get(setting).ok_or_else(|| BaseError::Missing(setting.clone()))?;
                urls.get(value)
                    .ok_or_else(|| PlaceError::NoChoice { setting: setting.clone(), value: value.into() })?
            }
        };
        let template = Template::parse(template).map_err(|e| BaseError::Syntax(e.to_string()))?;
        let logical = fill(&template, |key| settings.get(key))?;
        let upstream = upstreams.iter().find(|u| u.is_for(&logical.url)).map(|u| u.base().clone());
        if logical.url.scheme() == SFTP || (upstream.is_none() && !logical.is_https()) {
            return Err(BaseError::NotHttps.into());
        }
        let reach = if upstream.is_some() { Reach::UPSTREAM } else { Reach { private, loopback: false } };
        let place = Self { logical, upstream, reach };
        // A name is checked when it is resolved; an address never is resolved.
        let ip = match place.sent().url.host() {
            Some(Host::Ipv4(ip)) => Some(ip.into()),
            Some(Host::Ipv6(ip)) => Some(ip.into()),
            _ => None,
        };
        if let Some(Err(refusal)) = ip.map(|ip| address::check(ip, reach)) {
            return Err(PlaceError::Address(refusal));
        }
        Ok(place)
    }

    /// Where requests really go.
    pub fn sent(&self) -> &Base {
        self.upstream.as_ref().unwrap_or(&self.logical)
    }

    /// What is before the logical path in the path as sent.
    pub fn prefix(&self) -> &str {
        self.upstream.as_ref().map_or("", |u| u.path.as_str())
    }

    /// The logical path of a URL of this place, by its own origin or by the
    /// upstream's. `None`: it is of another place.
    pub fn logical_path<'u>(&self, url: &'u Url) -> Option<&'u str> {
        if let Some(upstream) = &self.upstream
            && upstream.same_origin(url)
        {
            let path = url.path().strip_prefix(upstream.path.as_str())?;
            return path.starts_with('/').then_some(path);
        }
        self.logical.same_origin(url).then(|| url.path())
    }
}

/// Why a host cannot be reached at all. Fits after its place in the manifest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    #[error(transparent)]
    Base(#[from] BaseError),
    #[error("has no URL for `{value}`, the value of setting `{setting}`")]
    NoChoice { setting: String, value: String },
    #[error("is {0}; such addresses may not be reached")]
    Address(address::AddressRefusal),
}

/// A guest's text for an error or the audit: escaped and cut.
pub(crate) fn printable(text: &str) -> String {
    let mut out: String = text.chars().take(MAX_SHOWN_CHARS).flat_map(char::escape_debug).collect();
    if text.chars().nth(MAX_SHOWN_CHARS).is_some() {
        out.push_str("...");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_of_a_guests_text() {
        let long = |chars: usize| "ü".repeat(chars);
        assert_eq!(printable("a\nb"), "a\\nb");
        assert_eq!(printable(&long(MAX_SHOWN_CHARS)), long(MAX_SHOWN_CHARS));
        assert_eq!(printable(&long(MAX_SHOWN_CHARS + 1)), long(MAX_SHOWN_CHARS) + "...");
    }
}
