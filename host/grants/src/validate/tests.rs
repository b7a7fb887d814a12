use std::collections::BTreeMap;

use super::*;
use crate::limits::*;
use crate::manifest::*;
use crate::permission::Permission;
use crate::sample::{TOML, manifest};

/// The one problem that a change makes, as `field: message`.
fn check(change: impl FnOnce(&mut Manifest), expected: &str) {
    let mut manifest = manifest();
    change(&mut manifest);
    let all: Vec<String> = problems(&manifest).iter().map(ToString::to_string).collect();
    assert!(all.iter().any(|line| line.contains(expected)), "{all:?} should contain {expected:?}");
}

#[test]
fn the_sample_is_sound() {
    assert_eq!(problems(&manifest()), []);
    assert!(Manifest::parse_toml(TOML).is_ok());
}

#[test]
fn identity() {
    check(|m| m.id = "Acme".into(), "id: has to be");
    check(|m| m.id = "a".repeat(MAX_ID_BYTES + 1), "id: has to be");
    check(|m| m.version = "1.0".into(), "version: is not a semantic version");
    check(|m| m.name = " ".into(), "name: is empty");
    check(|m| m.guide.en = String::new(), "guide.en: is empty");
    check(|m| m.guide.de = Some(String::new()), "guide.de: is empty");
    check(|m| m.guide.en = "x".repeat(MAX_PROSE_BYTES + 1), "guide.en: has 65537 bytes");
    check(
        |m| m.changes = vec!["people".into()],
        "changes: `people` is not one of workers, groups, memberships",
    );
    check(|m| m.changes = vec!["groups".into(); 2], "changes: `groups` is listed twice");
    check(|m| m.cursor_version = 0, "cursor_version: has to be 1 or more");
    check(|m| m.aliases = vec![String::new()], "aliases[0]: is empty");
}

#[test]
fn settings() {
    check(|m| m.settings[1].key = "tenant".into(), "settings[tenant]: the key is used twice");
    check(|m| m.settings[1].key = "Region".into(), "settings[Region]: the key has to be");
    check(|m| m.settings[0].label.en = String::new(), "settings[tenant].label.en: is empty");
    check(
        |m| m.settings[0].pattern = Some("(".into()),
        "settings[tenant].pattern: `(` is not a regular expression: unclosed group",
    );
    check(
        |m| m.settings[0].example = Some("A".into()),
        "settings[tenant].example: `A` does not have the required form",
    );
    check(
        |m| m.settings[1].default = Some("mars".into()),
        "settings[region].default: `mars` has none of the possible values",
    );
    check(|m| m.settings[1].options = vec!["eu".into(); 2], "settings[region].options: `eu` is listed twice");
    check(|m| m.settings[3].default = Some("x".into()), "settings[token].default: a secret has no default");
    check(
        |m| m.settings[3].when.as_mut().unwrap().setting = "x".into(),
        "settings[token].when: `x` is not a setting",
    );
    check(
        |m| m.settings[3].when.as_mut().unwrap().is = vec!["x".into()],
        "`x` is not an option of setting `auth`",
    );
    check(|m| m.settings[3].when.as_mut().unwrap().is = vec![], "`is` is empty");
    check(
        |m| m.settings[2].when = Some(Condition { setting: "auth".into(), is: vec!["none".into()] }),
        "depends on itself",
    );
    check(
        |m| m.settings[2].when = Some(Condition { setting: "token".into(), is: vec!["x".into()] }),
        "`token` is a secret",
    );
}

#[test]
fn hosts() {
    check(|m| m.hosts.clear(), "hosts: is empty");
    check(|m| m.hosts[1].alias = "api".into(), "hosts[api]: the alias is used twice");
    check(|m| m.hosts[0].alias = "API".into(), "the alias has to be");
    check(|m| m.hosts[0].allow.clear(), "hosts[api].allow: is empty");
    check(
        |m| m.hosts[0].allow[0].0 = "PUT /users".into(),
        "hosts[api].allow[0]: `PUT /users` has a method other than",
    );
    check(
        |m| m.hosts[0].allow[1].0 = "GET /users".into(),
        "hosts[api].allow[1]: `GET /users` is listed twice",
    );
    check(
        |m| m.hosts[0].rate = Some(RateLimit { requests: 0, seconds: 1 }),
        "hosts[api].rate.requests: has to be 1",
    );
    check(
        |m| m.hosts[0].rate = Some(RateLimit { requests: MAX_RATE_REQUESTS + 1, seconds: 1 }),
        "hosts[api].rate.requests: has to be 1",
    );
    check(
        |m| m.hosts[0].rate = Some(RateLimit { requests: 1, seconds: MAX_RATE_SECONDS + 1 }),
        "rate.seconds: has to be 1",
    );
    check(|m| m.hosts[0].final_500 = vec!["x".into(); MAX_STATUS_WORDS + 1], "hosts[api].final_500");
    check(|m| m.hosts[0].final_500 = vec![String::new()], "hosts[api].final_500[0]");
    check(|m| m.hosts[0].limit_403 = vec![String::new()], "hosts[api].limit_403[0]");
    check(|m| m.hosts[0].concurrency = MAX_CONCURRENCY + 1, "hosts[api].concurrency: has to be 1 to 32");
}

#[test]
fn host_urls() {
    fn url(template: &str, expected: &str) {
        check(|m| m.hosts[0].url = HostUrl::Template(template.into()), expected);
    }
    url(
        "http://{tenant}.example.com",
        "hosts[api].url: `http://{tenant}.example.com` has to begin with `https://`",
    );
    url("https://{nobody}.example.com", "hosts[api].url: `{nobody}` is not a setting");
    url("https://{token}.example.com", "hosts[api].url: `{token}` is a secret");
    url("https://{tenant", "hosts[api].url: `{` without `}`");
    url("https://u:p@example.com", "has a user name or password");
    url("https://example.com/?a=b", "has a query");
    fn choice(setting: &str, urls: &[&str], expected: &str) {
        let urls = urls.iter().map(|u| (u.to_string(), "https://example.com".to_owned())).collect();
        check(|m| m.hosts[1].url = HostUrl::Choice { setting: setting.into(), urls }, expected);
    }
    choice("region", &["eu"], "hosts[login].url: has no URL for option `us`");
    choice("region", &["eu", "us", "mars"], "`mars` is not an option");
    choice("planet", &["eu"], "`planet` is not a setting");
    choice("tenant", &["eu"], "has no options");
    choice("region", &[], "`urls` is empty");
}

#[test]
fn slots() {
    check(|m| m.slots[0].name = "A".into(), "slots[A]: the name has to be");
    check(|m| m.slots[2].name = "key".into(), "slots[key]: follows an entry of the same name without `when`");
    check(
        |m| m.slots[0].auth = AuthScheme::Bearer { token: "{tokn}".into() },
        "slots[api].auth.token: `{tokn}` is not a setting",
    );
    check(
        |m| m.slots[0].auth = AuthScheme::Bearer { token: String::new() },
        "slots[api].auth.token: is empty",
    );
    check(
        |m| m.slots[0].auth = AuthScheme::Body { format: Escaping::Xml, value: "<p>{tokn}</p>".into() },
        "auth.value: `{tokn}` is not a setting",
    );
    check(
        |m| m.slots[0].auth = AuthScheme::Header { name: "Host".into(), value: "x".into() },
        "`Host` is not the name of a header",
    );
    check(
        |m| m.slots[0].auth = AuthScheme::Header { name: "{token}".into(), value: "x".into() },
        "`{token}` is a secret",
    );
    let exchange = |token: &str, value: &str, default_lifetime| AuthScheme::TokenExchange {
        url: HostUrl::Template("https://{tenant}.example.com/auth".into()),
        body: TokenBody::Json([("client_secret".to_owned(), "{token}".to_owned())].into()),
        token: token.into(),
        lifetime: Some("/data/expires_in".into()),
        scope: Some("/data/scope".into()),
        default_lifetime,
        header: "authorization".into(),
        value: value.into(),
    };
    check(
        |m| m.slots[0].auth = exchange("data.token", "Bearer {token}", 1),
        "`data.token` is not a JSON pointer",
    );
    check(|m| m.slots[0].auth = exchange("/data/token", "Bearer", 1), "has no `{token}`");
    check(|m| m.slots[0].auth = exchange("/data/token", "{token}", 0), "default_lifetime: has to be 1");
    let google = |m: &mut Manifest| {
        m.permissions = vec![permission("people", Some("key"))];
        m.slots[0].auth = AuthScheme::GoogleServiceAccount {
            token_url: HostUrl::Template("http://oauth2.example.com/token".into()),
            key: "{token}".into(),
            subject: "{tenant}".into(),
        };
    };
    check(google, "slots[api]: asks for no permission");
    check(google, "token_url: `http://oauth2.example.com/token` has to begin");
    let saml = |subject: &str, attribute: &str| AuthScheme::Saml2Bearer {
        token_url: HostUrl::Template("https://{tenant}.example.com/oauth/token".into()),
        issuer: "issuer".into(),
        audience: "audience".into(),
        subject: subject.into(),
        private_key: "{token}".into(),
        attributes: [(attribute.to_owned(), "{tenant}".to_owned())].into(),
        params: BTreeMap::new(),
    };
    check(|m| m.slots[0].auth = saml("", "api_key"), "slots[api].auth.subject: is empty");
    check(|m| m.slots[0].auth = saml("{nobody}", "api_key"), "auth.subject: `{nobody}` is not a setting");
    check(|m| m.slots[0].auth = saml("x", "a\"b"), "auth.attributes: `a\\\"b` is no name of an attribute");
    check(|m| m.slots[0].auth = saml("x", ""), "auth.attributes: a parameter without a name");
}

fn permission(name: &str, slot: Option<&str>) -> Permission {
    let purpose = Localized { en: "people".into(), de: None };
    Permission { name: name.into(), purpose, required: true, slot: slot.map(str::to_owned), within: vec![] }
}

#[test]
fn c14_permissions() {
    let named = |name: &str| permission(name, None);
    check(|m| m.permissions = vec![named("a b")], "permissions[a b]: `a b` is not the name of a permission");
    check(|m| m.permissions = vec![named("")], "is not the name of a permission");
    check(|m| m.permissions = vec![named(&"x".repeat(MAX_PERMISSION_BYTES + 1))], "1 to 256 printable");
    check(|m| m.permissions = vec![named("a"); 2], "permissions[a]: is listed twice");
    check(|m| m.permissions = vec![permission("a", Some("b"))], "permissions[a].slot: `b` is not a slot");
    check(
        |m| m.permissions = vec![Permission { within: vec!["a b".into()], ..named("a") }],
        "permissions[a].within: `a b` is not",
    );
    check(
        |m| m.permissions = vec![Permission { within: vec!["b".into(); MAX_CHOICES + 1], ..named("a") }],
        "permissions[a].within: has 65 entries",
    );
    check(
        |m| {
            m.permissions = vec![Permission { purpose: Localized { en: " ".into(), de: None }, ..named("a") }]
        },
        "permissions[a].purpose.en: is empty",
    );
    check(
        |m| m.permissions = (0..=MAX_PERMISSIONS).map(|at| named(&format!("a{at}"))).collect(),
        "permissions: has 65 entries; at most 64",
    );
    let mut two = manifest();
    two.permissions = vec![permission("a", Some("api")), permission("a", Some("key"))];
    assert_eq!(problems(&two), []);
}

#[test]
fn attributes() {
    check(|m| m.attributes.basic = vec!["a b".into()], "attributes.basic: `a b` is not the name");
    check(
        |m| {
            m.attributes.basic = vec!["email".into()];
            m.attributes.work = vec!["email".into()];
        },
        "attributes.work: `email` is listed twice",
    );
}

#[test]
fn limits() {
    check(
        |m| m.settings = vec![m.settings[0].clone(); MAX_SETTINGS + 1],
        "settings: has 65 entries; at most 64",
    );
    check(|m| m.hosts = vec![m.hosts[0].clone(); MAX_HOSTS + 1], "hosts: has 17 entries; at most 16");
    check(|m| m.slots = vec![m.slots[0].clone(); MAX_SLOTS + 1], "slots: has 33 entries");
    check(
        |m| m.hosts[0].allow = vec![m.hosts[0].allow[0].clone(); MAX_GRANTS_PER_HOST + 1],
        "hosts[api].allow: has 129 entries",
    );
    check(
        |m| m.attributes.work = (0..=MAX_ATTRIBUTES).map(|i| format!("a{i}")).collect(),
        "attributes: has 1001 entries",
    );
    check(
        |m| m.settings[1].options = (0..=MAX_CHOICES).map(|i| format!("a{i}")).collect(),
        "options: has 65 entries",
    );
    check(|m| m.name = "x".repeat(MAX_TEXT_BYTES + 1), "name: has 4097 bytes");
    check(|m| m.settings[0].pattern = Some("x".repeat(MAX_TEXT_BYTES + 1)), "is longer than 4096 bytes");
}

#[test]
fn everything_is_listed_at_once() {
    let mut bad = manifest();
    (bad.id, bad.version, bad.hosts[0].concurrency) = ("?".into(), "?".into(), 0);
    let fields: Vec<_> = problems(&bad).into_iter().map(|p| p.field).collect();
    assert_eq!(fields, ["id", "version", "hosts[api].concurrency"]);
}
