//! The grants that requests are checked against: one of everything.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use rollcall_grants::{Grant, Manifest, Settings, Upstream};

pub const MANIFEST: &str = r#"
id = "fuzz"
version = "1.0.0"
name = "Fuzz"
category = "hris"
guide = { en = "None." }
settings = [
    { key = "tenant", label = { en = "Tenant" }, default = "acme" },
    { key = "token", label = { en = "Token" }, secret = true },
]
slots = [
    { name = "bearer", auth = { scheme = "bearer", token = "{token}" } },
    { name = "key", auth = { scheme = "header", name = "x-api-key", value = "{token}" } },
    { name = "query", auth = { scheme = "query", name = "api_key", value = "{token}" } },
]

[[hosts]]
alias = "api"
url = "https://{tenant}.example.com/v1"
allow = ["GET /users", "GET /users/*", "GET /groups/**", "HEAD /users", "POST /users/.search", "GET /a b/$count"]

[[hosts]]
alias = "open"
url = "https://open.example.com:8443"
allow = ["GET /**", "POST /**"]

[[hosts]]
alias = "moved"
url = "https://moved.example.com/api"
allow = ["GET /users/*"]
"#;

/// Where each alias is, as declared: `scheme://host[:port]`, the path before
/// every path, and, for one that has a stand-in, where that is.
pub struct Declared {
    pub alias: &'static str,
    pub origins: &'static [&'static str],
    pub sent: &'static str,
    pub prefix: &'static str,
    /// What is before the logical path in the path as sent.
    pub stand_in: &'static str,
}

pub const DECLARED: [Declared; 3] = [
    Declared {
        alias: "api",
        origins: &["https://acme.example.com"],
        sent: "https://acme.example.com",
        prefix: "/v1",
        stand_in: "",
    },
    Declared {
        alias: "open",
        origins: &["https://open.example.com:8443"],
        sent: "https://open.example.com:8443",
        prefix: "",
        stand_in: "",
    },
    Declared {
        alias: "moved",
        origins: &["https://moved.example.com", "http://127.0.0.1:9000"],
        sent: "http://127.0.0.1:9000",
        prefix: "/api",
        stand_in: "/mock",
    },
];

pub static GRANT: LazyLock<Grant> = LazyLock::new(|| {
    let manifest = Manifest::parse_toml(MANIFEST).expect("the manifest is sound");
    let secrets = BTreeMap::from([("token".to_owned(), "s3cr3t-t0ken".to_owned())]);
    let settings = Settings::resolve(&manifest, &BTreeMap::new(), &secrets).expect("settings");
    let stand_in = Upstream::parse("moved.example.com=http://127.0.0.1:9000/mock").expect("an upstream");
    Grant::new(&manifest, &settings, &[stand_in]).expect("a grant")
});
