//! Access tokens: who got which, and until when it holds.

use std::collections::HashMap;

use axum::http::HeaderMap;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value;

use crate::clock;
use crate::people::{letters_and_digits, mix};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Provider {
    Graph,
    Google,
    PersonioV1,
    PersonioV2,
    Scim,
}

/// What a valid credential may do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Grant {
    Full,
    /// A Google token of a service account that acts as nobody: signed in and
    /// without any right.
    Nobody,
}

/// `{"typ":"JWT","alg":"RS256"}`.
const JWT: &str = "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9";

#[derive(Default)]
pub struct Tokens {
    issued: HashMap<String, (Provider, i64, Grant)>,
    count: u64,
}

impl Tokens {
    /// A new token that holds for so many seconds.
    pub fn issue(&mut self, provider: Provider, lifetime: i64, grant: Grant) -> String {
        let prefix = match provider {
            Provider::Graph => JWT,
            Provider::Google => "ya29.",
            Provider::PersonioV1 => "papi-v1-",
            Provider::PersonioV2 => "papi-",
            Provider::Scim => "scim-",
        };
        self.note(prefix, provider, lifetime, grant)
    }

    /// As [`Self::issue`], with claims that anybody can read.
    pub fn issue_jwt(&mut self, claims: &Value, provider: Provider, lifetime: i64, grant: Grant) -> String {
        let claims = URL_SAFE_NO_PAD.encode(claims.to_string());
        self.note(&format!("{JWT}.{claims}."), provider, lifetime, grant)
    }

    fn note(&mut self, prefix: &str, provider: Provider, lifetime: i64, grant: Grant) -> String {
        self.count += 1;
        let token = format!("{prefix}{}", letters_and_digits(mix(self.count, "token", 0), 40));
        self.issued.insert(token.clone(), (provider, clock::wall() + lifetime, grant));
        token
    }

    /// Makes all tokens invalid that were issued so far.
    pub fn expire(&mut self) {
        self.issued.clear();
    }

    /// What the request may do, by its header. SCIM also takes the secret
    /// itself, as a bearer token or as a password.
    pub fn check(&self, provider: Provider, headers: &HeaderMap, secret: &str) -> Option<Grant> {
        let text = headers.get("authorization")?.to_str().ok()?;
        let (scheme, credential) = text.split_once(' ')?;
        if scheme.eq_ignore_ascii_case("basic") && provider == Provider::Scim {
            let pair = String::from_utf8(STANDARD.decode(credential.trim()).ok()?).ok()?;
            let (_, password) = pair.split_once(':')?;
            return (password == secret).then_some(Grant::Full);
        }
        if !scheme.eq_ignore_ascii_case("bearer") {
            return None;
        }
        if provider == Provider::Scim && credential == secret {
            return Some(Grant::Full);
        }
        let (owner, until, grant) = *self.issued.get(credential)?;
        (owner == provider && clock::wall() < until).then_some(grant)
    }
}
