//! Access tokens: who got which, and until when it holds.

use std::collections::HashMap;

use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::clock;
use crate::people::{letters_and_digits, mix};
use crate::server::{Stub, hold};
use crate::web::{self, Ask, JSON};

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

/// A token endpoint for refresh tokens (RFC 6749 section 6), each of which may
/// be used once: with each use it changes. The first is `first-{client secret}`.
pub fn refreshed(stub: &Stub, ask: &Ask, owner: &'static str, client: Option<(String, String)>) -> Response {
    let error = |status, error: &str| web::value(status, JSON, &json!({"error": error}));
    let secret = &stub.options.client_secret;
    if !client.is_some_and(|(id, given)| !id.is_empty() && given == *secret) {
        return error(401, "invalid_client");
    }
    let form = ask.form();
    if form.get("grant_type") != Some("refresh_token") {
        return error(400, "unsupported_grant_type");
    }
    let used = form.get("refresh_token").unwrap_or_default();
    let mut tokens = hold(&stub.tokens);
    let Some(refresh) = tokens.rotate(&format!("first-{secret}"), used) else {
        return error(400, "invalid_grant");
    };
    let lifetime = stub.options.token_lifetime.unwrap_or(3600);
    let token = tokens.issue(owner, &format!("{owner}-"), lifetime, Grant::Full);
    let answer = json!({"access_token": token, "token_type": "Bearer", "refresh_token": refresh});
    web::value(200, JSON, &answer)
}

#[derive(Default)]
pub struct Tokens {
    issued: HashMap<String, (&'static str, i64, Grant)>,
    count: u64,
    /// The refresh token that holds, once one was used.
    refresh: Option<String>,
}

impl Tokens {
    /// A new token of this provider, that begins so and holds for so many
    /// seconds.
    pub fn issue(&mut self, provider: &'static str, prefix: &str, lifetime: i64, grant: Grant) -> String {
        self.note(prefix, provider, lifetime, grant)
    }

    /// As [`Self::issue`], with claims that anybody can read.
    pub fn issue_jwt(
        &mut self,
        provider: &'static str,
        claims: &Value,
        lifetime: i64,
        grant: Grant,
    ) -> String {
        let claims = URL_SAFE_NO_PAD.encode(claims.to_string());
        self.note(&format!("{JWT}.{claims}."), provider, lifetime, grant)
    }

    fn note(&mut self, prefix: &str, provider: &'static str, lifetime: i64, grant: Grant) -> String {
        self.count += 1;
        let token = format!("{prefix}{}", letters_and_digits(mix(self.count, "token", 0), 40));
        self.issued.insert(token.clone(), (provider, clock::wall() + lifetime, grant));
        token
    }

    /// The refresh token in the place of the one that was used, which holds no
    /// more; `None`: it held no more before. `first`: the one that a person had.
    pub fn rotate(&mut self, first: &str, used: &str) -> Option<String> {
        if self.refresh.as_deref().unwrap_or(first) != used {
            return None;
        }
        self.count += 1;
        self.refresh = Some(format!("refresh-{}", letters_and_digits(mix(self.count, "refresh", 0), 40)));
        self.refresh.clone()
    }

    /// Makes all access tokens invalid that were issued so far.
    pub fn expire(&mut self) {
        self.issued.clear();
    }

    /// What a token of this provider may do; `None`: it gave no such token, or
    /// it holds no more.
    pub fn check(&self, provider: &str, token: &str) -> Option<Grant> {
        let (owner, until, grant) = *self.issued.get(token)?;
        (owner == provider && clock::wall() < until).then_some(grant)
    }
}
