//! Credentials: how each is applied, and where tokens come from. All of it is
//! the host's doing; a connector only names a slot.

use rollcall_grants::{AuthScheme, Condition, ManifestSlot};
use serde::Serialize;

use super::report::{Url, urls};

#[derive(Serialize)]
pub struct Slot {
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// In words.
    pub applied: String,
}

/// Where the host, and only the host, fetches tokens.
#[derive(Serialize)]
pub struct TokenEndpoint {
    pub slot: String,
    pub urls: Vec<Url>,
}

impl Slot {
    pub fn of(slot: &ManifestSlot) -> Self {
        Self { name: slot.name.clone(), when: slot.when.as_ref().map(condition), applied: applied(slot) }
    }
}

impl TokenEndpoint {
    pub fn of(slot: &ManifestSlot) -> Option<Self> {
        slot.auth.token_url().map(|url| Self { slot: slot.name.clone(), urls: urls(url) })
    }
}

fn condition(condition: &Condition) -> String {
    format!("{} is {}", condition.setting, condition.is.join(" or "))
}

fn applied(slot: &ManifestSlot) -> String {
    match &slot.auth {
        AuthScheme::Header { name, value } => format!("header `{name}: {value}`"),
        AuthScheme::Query { name, value } => format!("query parameter `{name}={value}`"),
        AuthScheme::Basic { username, password } => {
            format!("basic authentication, `{username}` and `{password}`")
        }
        AuthScheme::Bearer { token } => format!("bearer token `{token}`"),
        AuthScheme::Body { value, .. } => {
            let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
            format!("in the body, in place of `{{{{{}}}}}`: `{value}`", slot.name)
        }
        AuthScheme::Oauth2ClientCredentials { client_id, .. } => {
            format!("OAuth 2.0 client credentials of `{client_id}`; bearer token")
        }
        AuthScheme::Oauth2RefreshToken { client_id, refresh_token, .. } => {
            format!("OAuth 2.0 refresh token `{refresh_token}` of `{client_id}`; bearer token")
        }
        AuthScheme::PrivateKeyJwt { client_id, .. } => {
            format!("OAuth 2.0 client credentials of `{client_id}`, signed with a private key; bearer token")
        }
        AuthScheme::GoogleServiceAccount { subject, .. } => {
            format!("Google service account acting for `{subject}`, with the permissions below; bearer token")
        }
        AuthScheme::Saml2Bearer { subject, .. } => {
            format!("SAML 2.0 assertion for `{subject}`, signed with a private key; bearer token")
        }
        AuthScheme::TokenExchange { header, value, .. } => {
            format!("token of a login call in header `{header}: {value}`")
        }
    }
}
