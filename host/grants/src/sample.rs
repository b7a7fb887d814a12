//! A manifest for the tests of this crate.

use std::collections::BTreeMap;

use crate::{Grant, Manifest, Settings, Upstream};

pub(crate) const TOML: &str = r#"
id = "sample"
version = "1.2.3"
name = "Sample"
category = "hris"
changes = ["workers"]
guide = { en = "Ask your admin." }

[[settings]]
key = "tenant"
label = { en = "Tenant" }
required = true
pattern = "[a-z0-9-]+"
example = "acme"

[[settings]]
key = "region"
label = { en = "Region" }
default = "eu"
options = ["eu", "us"]

[[settings]]
key = "auth"
label = { en = "Sign-in" }
default = "bearer"
options = ["bearer", "none"]

[[settings]]
key = "token"
label = { en = "Token" }
secret = true
required = true
when = { setting = "auth", is = ["bearer"] }
pattern = '\S+'

[[hosts]]
alias = "api"
url = "https://{tenant}.example.com/v1"
allow = ["GET /users", "GET /users/*", "GET /groups/**", "HEAD /users", "POST /users/.search", "GET /a b/$count"]
rate = { requests = 10, seconds = 1 }

[[hosts]]
alias = "login"
url = { setting = "region", urls = { eu = "https://login.example.eu", us = "https://login.example.us:8443" } }
allow = ["GET /**"]

[[slots]]
name = "api"
when = { setting = "auth", is = ["bearer"] }
auth = { scheme = "bearer", token = "{token}" }

[[slots]]
name = "key"
auth = { scheme = "header", name = "x-api-key", value = "{token}" }

[[slots]]
name = "oauth"
[slots.auth]
scheme = "oauth2-client-credentials"
token_url = "https://login.example.eu/{tenant}/token"
client_id = "{tenant}"
client_secret = "{token}"
"#;

pub(crate) fn manifest() -> Manifest {
    Manifest::parse_toml(TOML).unwrap()
}

/// The sample's settings, with `changes` to them.
pub(crate) fn settings(changes: &[(&str, &str)]) -> Settings {
    settings_of(&manifest(), changes)
}

pub(crate) fn settings_of(manifest: &Manifest, changes: &[(&str, &str)]) -> Settings {
    let mut given = BTreeMap::from([("tenant".to_owned(), "acme".to_owned())]);
    given.extend(changes.iter().map(|(k, v)| (k.to_string(), v.to_string())));
    let secrets = BTreeMap::from([("token".to_owned(), "s3cr3t-t0ken".to_owned())]);
    Settings::resolve(manifest, &given, &secrets).unwrap()
}

pub(crate) fn grant(changes: &[(&str, &str)], upstreams: &[&str]) -> Grant {
    let upstreams: Vec<_> = upstreams.iter().map(|u| Upstream::parse(u).unwrap()).collect();
    Grant::new(&manifest(), &settings(changes), &upstreams).unwrap()
}
