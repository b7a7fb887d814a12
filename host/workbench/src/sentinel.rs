//! Made-up secrets that are recognised wherever they turn up.

use std::collections::BTreeMap;

use aho_corasick::AhoCorasick;
use rollcall_grants::{AuthScheme, Manifest, ManifestSetting};
use sha2::{Digest, Sha256};

/// A key pair that protects nothing.
const KEY: &str = include_str!("../keys/test.key.pem");
const CERTIFICATE: &str = include_str!("../keys/test.cert.pem");

/// Bytes below which the host does not look for a secret in answers.
const SHORTEST: usize = 6;

/// What takes a secret's place in a message.
const HIDDEN: &str = "[secret]";

/// The secrets of one play.
pub struct Sentinels {
    /// By setting.
    secrets: BTreeMap<String, String>,
    /// What the token endpoint gives, by slot.
    tokens: BTreeMap<String, String>,
    /// Whose it is, in the order of the search's patterns.
    owners: Vec<String>,
    needles: Vec<String>,
    search: AhoCorasick,
}

impl Sentinels {
    /// One for each secret setting and each slot. `given`: values from the
    /// project, where a made-up one would not fit.
    pub fn new(manifest: &Manifest, given: &BTreeMap<String, String>) -> Result<Self, String> {
        let mut secrets = BTreeMap::new();
        let mut marks: Vec<(String, String)> = Vec::new();
        for setting in manifest.settings.iter().filter(|setting| setting.secret) {
            let key = &setting.key;
            let value = match given.get(key) {
                Some(value) => value.clone(),
                None => match key_material(manifest, key) {
                    Some(material) => material,
                    None => made_up(setting)?,
                },
            };
            // Of a long key each line is one that must not be seen.
            let lines = value.lines().filter(|line| line.len() > 40 && !line.contains("-----"));
            let lines: Vec<_> = lines.map(|line| (format!("setting `{key}`"), line.to_owned())).collect();
            if lines.is_empty() {
                marks.push((format!("setting `{key}`"), value.clone()));
            }
            marks.extend(lines);
            secrets.insert(key.clone(), value);
        }
        let mut tokens = BTreeMap::new();
        for slot in &manifest.slots {
            let token = mark(&format!("token of {}", slot.name));
            marks.push((format!("the token of slot `{}`", slot.name), token.clone()));
            tokens.insert(slot.name.clone(), token);
        }
        let (owners, needles): (Vec<_>, Vec<_>) = marks.into_iter().unzip();
        let search = AhoCorasick::new(&needles).map_err(|error| error.to_string())?;
        Ok(Self { secrets, tokens, owners, needles, search })
    }

    pub fn secrets(&self) -> &BTreeMap<String, String> {
        &self.secrets
    }

    pub fn token(&self, slot: &str) -> Option<&str> {
        self.tokens.get(slot).map(String::as_str)
    }

    /// One of them, to see whether it is missed.
    pub fn any(&self) -> &str {
        self.needles.first().map_or("", String::as_str)
    }

    /// Whose secret is in there.
    pub fn find(&self, bytes: &[u8]) -> Option<&str> {
        let found = self.search.find(bytes)?;
        self.owners.get(found.pattern().as_usize()).map(String::as_str)
    }

    /// A text fit to be shown.
    pub fn without(&self, text: &str) -> String {
        self.search.replace_all(text, &vec![HIDDEN; self.needles.len()])
    }
}

/// Where a scheme signs, the secret has to be a key.
fn key_material(manifest: &Manifest, setting: &str) -> Option<String> {
    let names = |template: &str| template.contains(&format!("{{{setting}}}"));
    manifest.slots.iter().find_map(|slot| match &slot.auth {
        AuthScheme::PrivateKeyJwt { private_key, .. } | AuthScheme::Saml2Bearer { private_key, .. }
            if names(private_key) =>
        {
            Some(KEY.to_owned())
        }
        AuthScheme::PrivateKeyJwt { certificate, .. } if names(certificate) => Some(CERTIFICATE.to_owned()),
        AuthScheme::GoogleServiceAccount { key, .. } if names(key) => Some(
            serde_json::json!({
                "type": "service_account",
                "client_email": "connector-test@example.iam.gserviceaccount.com",
                "private_key_id": "test",
                "private_key": KEY,
            })
            .to_string(),
        ),
        _ => None,
    })
}

/// A value that no provider has, in the form that the setting asks for.
fn made_up(setting: &ManifestSetting) -> Result<String, String> {
    let digest = mark(&setting.key);
    let hex = digest.trim_start_matches("sentinel-");
    let uuid = |hex: &str| {
        format!("{}-{}-4{}-8{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..32])
    };
    let candidates = [
        digest.clone(),
        hex.to_owned(),
        uuid(hex),
        format!("{hex}@example.com"),
        hex.chars().filter(char::is_ascii_digit).collect(),
    ];
    let fits = |candidate: &String| candidate.len() >= SHORTEST && setting.accepts(candidate).is_ok();
    candidates.into_iter().find(fits).ok_or_else(|| {
        format!("setting `{}`: no made-up value fits its pattern; put one into connector-test.toml under [secrets]", setting.key)
    })
}

fn mark(of: &str) -> String {
    let digest: [u8; 32] = Sha256::digest(of.as_bytes()).into();
    let hex: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("sentinel-{hex}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_up_secrets_fit_their_pattern() {
        let check = |pattern: &str| {
            let text = format!(
                "key = \"token\"\nlabel = {{ en = \"Token\" }}\nsecret = true\npattern = '{pattern}'"
            );
            made_up(&toml::from_str(&text).unwrap())
        };
        assert!(check(".+").unwrap().starts_with("sentinel-"));
        assert_eq!(check("[0-9a-f]{32}").unwrap().len(), 32);
        assert_eq!(check("[0-9a-f-]{36}").unwrap().len(), 36);
        assert!(check("papi-.+").unwrap_err().contains("connector-test.toml"));
    }
}
