//! A manifest from a file that nobody has looked at.

use std::collections::BTreeMap;

use rollcall_grants::{Grant, Manifest, Settings};

pub const WORDS: &[&[u8]] = &[
    b"{",
    b"}",
    b"{{",
    b"{tenant}",
    b"{token}",
    b"[[hosts]]\n",
    b"[[settings]]\n",
    b"[[slots]]\n",
    b"alias = \"x\"\n",
    b"url = \"{tenant}\"\n",
    b"https://",
    b"http://",
    b"127.0.0.1",
    b"@",
    b"*",
    b"**",
    b"GET /",
    b"\\u0000",
    b"(a+)+$",
    b"\\w{1000}",
    b"secret = true\n",
    b"required = true\n",
    b"null",
    b"[]",
    b"{}",
    b"1e999",
    b"-1",
    b"18446744073709551616",
    b"\"auth\":{\"scheme\":\"bearer\",\"token\":\"{token}\"}",
    b"when = { setting = \"region\", is = [\"eu\"] }\n",
    b"\xc3\xa4",
];

/// As the section of a component, and as an author's file.
pub fn target(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for manifest in [Manifest::from_json(data), Manifest::parse_toml(&text)].into_iter().flatten() {
        let json = manifest.to_json().expect("what was read is written");
        assert_eq!(Manifest::from_json(&json).as_ref(), Ok(&manifest), "it comes back");
        connect(&manifest);
    }
}

/// Whatever an admin enters that the manifest allows, requests go to https.
fn connect(manifest: &Manifest) {
    let (mut given, mut secrets) = (BTreeMap::new(), BTreeMap::new());
    for setting in &manifest.settings {
        let value =
            setting.example.clone().or(setting.options.first().cloned()).unwrap_or("example".to_owned());
        let of = if setting.secret { &mut secrets } else { &mut given };
        of.insert(setting.key.clone(), value);
    }
    let Ok(settings) = Settings::resolve(manifest, &given, &secrets) else { return };
    for (key, _) in settings.public() {
        assert!(!secrets.contains_key(key), "the guest gets secret `{key}`");
    }
    let Ok(grant) = Grant::new(manifest, &settings, &[]) else { return };
    assert!(grant.needs_tls());
    let endpoints = grant.slots().filter_map(|slot| slot.endpoint()).map(|endpoint| endpoint.url);
    for url in grant.aliases().map(|alias| alias.url().clone()).chain(endpoints) {
        assert_eq!(url.scheme(), "https", "{url}");
        assert!(url.username().is_empty() && url.password().is_none() && url.query().is_none(), "{url}");
        let host = url.host_str().expect("a URL of a host");
        let reach = grant.reach(host).expect("the host may be connected to");
        assert!(!reach.private && !reach.loopback, "{url}");
    }
}
