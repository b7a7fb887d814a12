//! As much of `connector.toml` as a test has to know: what a request is
//! measured against, and the defaults of settings. The host reads all of it.

use std::path::Path;

use serde::Deserialize;

use crate::{Method, Request, Target};

#[derive(Clone, Deserialize)]
pub struct Manifest {
    #[serde(default)]
    pub settings: Vec<Setting>,
    hosts: Vec<Host>,
    #[serde(default)]
    slots: Vec<Slot>,
}

#[derive(Clone, Deserialize)]
pub struct Setting {
    pub key: String,
    #[serde(default)]
    pub secret: bool,
    pub default: Option<String>,
}

#[derive(Clone, Deserialize)]
struct Host {
    alias: String,
    allow: Vec<String>,
}

#[derive(Clone, Deserialize)]
struct Slot {
    name: String,
}

impl Manifest {
    /// That of the crate in this folder; `None` where there is none yet.
    pub fn load(folder: &Path) -> Option<Self> {
        let text = std::fs::read_to_string(folder.join("connector.toml")).ok()?;
        Some(toml::from_str(&text).unwrap_or_else(|error| panic!("connector.toml: {error}")))
    }

    /// Why the host would not send this. Links are left to the host, which
    /// knows where they lead.
    pub fn refuses(&self, request: &Request) -> Option<String> {
        let Some(host) = self.hosts.iter().find(|host| host.alias == request.host) else {
            return Some(format!("no host alias {}", request.host));
        };
        if let Some(slot) = &request.credential {
            if !self.slots.iter().any(|known| known.name == *slot) {
                return Some(format!("no slot {slot}"));
            }
        }
        let Target::Path(path) = &request.target else { return None };
        let method = match request.method {
            Method::Get => "GET",
            Method::Head => "HEAD",
            Method::Post => "POST",
        };
        let allowed = host.allow.iter().any(|grant| {
            grant
                .split_once(' ')
                .is_some_and(|(verb, pattern)| verb == method && matches(pattern.trim(), path))
        });
        (!allowed).then(|| format!("no grant for {method} {path}"))
    }
}

/// `*` stands for one segment, `**` at the end for the rest.
fn matches(pattern: &str, path: &str) -> bool {
    let mut segments = path.split('/');
    for wanted in pattern.split('/') {
        match (wanted, segments.next()) {
            ("**", Some(_)) => return true,
            ("*", Some(segment)) if !segment.is_empty() => {}
            (wanted, Some(segment)) if wanted == segment => {}
            _ => return false,
        }
    }
    segments.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        assert!(matches("/v1/people", "/v1/people"));
        assert!(matches("/v1/people/*", "/v1/people/7"));
        assert!(!matches("/v1/people/*", "/v1/people"));
        assert!(!matches("/v1/people/*", "/v1/people/"));
        assert!(!matches("/v1/people/*", "/v1/people/7/secret"));
        assert!(matches("/v1/**", "/v1/people/7/secret"));
        assert!(!matches("/v1", "/v1/people"));
    }
}
