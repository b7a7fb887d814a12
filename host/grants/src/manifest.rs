//! `connector.toml`: what a connector says of itself, embedded in the component
//! as the custom section [`Manifest::SECTION`]. Nothing of the component runs
//! before this was read and accepted.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::files::ManifestFiles;
use crate::permission::Permission;
use crate::template::Template;

/// A text in the languages of the admins. English is required.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Localized {
    pub en: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub de: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// `a-z0-9-`, at most 64 characters.
    pub id: String,
    /// Semantic version.
    pub version: String,
    pub name: String,
    /// Other names that admins search by.
    #[serde(default)]
    pub aliases: Vec<String>,
    pub category: Category,
    /// Of the connector's code, by its SPDX identifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub license: Option<String>,
    /// Raised when a cursor of an older version can no longer be read.
    #[serde(default = "one")]
    pub cursor_version: u32,
    /// Kinds of record that can be read by changes: `workers`, `groups`,
    /// `memberships`.
    #[serde(default)]
    pub changes: Vec<String>,
    /// What the admin needs before starting.
    #[serde(default)]
    pub prerequisites: Vec<Localized>,
    /// How to set it up, Markdown.
    pub guide: Localized,
    #[serde(default)]
    pub settings: Vec<ManifestSetting>,
    #[serde(default)]
    pub hosts: Vec<ManifestHost>,
    /// For connectors that read files instead of asking hosts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub files: Option<ManifestFiles>,
    #[serde(default)]
    pub slots: Vec<ManifestSlot>,
    /// What the credential has to be allowed at the provider, at most.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub permissions: Vec<Permission>,
    #[serde(default)]
    pub attributes: AttributeClasses,
}

fn one() -> u32 {
    1
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Category {
    Hris,
    IdentityProvider,
    Protocol,
    Files,
}

/// Something the admin enters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestSetting {
    pub key: String,
    pub label: Localized,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<Localized>,
    /// A secret is sealed, and used in slots only: no guest ever reads it.
    #[serde(default)]
    pub secret: bool,
    #[serde(default)]
    pub required: bool,
    /// Required only when this holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// Regular expression for the whole value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// The values it may have. Empty: any.
    #[serde(default)]
    pub options: Vec<String>,
}

/// That a setting has one of these values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    pub setting: String,
    pub is: Vec<String>,
}

/// A host that requests may go to, by its alias.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestHost {
    pub alias: String,
    pub url: HostUrl,
    /// `METHOD /path` pairs, relative to the URL's own path. In the path `*`
    /// stands for one segment, `**` at the end for the rest.
    pub allow: Vec<PathGrant>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<RateLimit>,
    /// Requests under way at once in a `fetch-all`.
    #[serde(default = "four")]
    pub concurrency: u32,
    /// Words by which an answer of status 500 is known to be final, where a
    /// provider says so of whatever it refuses: it is not asked again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub final_500: Vec<String>,
    /// Words by which an answer of status 403 is known to mean too many requests.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub limit_403: Vec<String>,
}

fn four() -> u32 {
    4
}

/// Where a host is. `https` always.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum HostUrl {
    /// A URL, in which `{key}` stands for a setting: `https://{subdomain}.example.com`,
    /// or `{base_url}` for one that the admin enters whole.
    Template(String),
    /// One of several, chosen by a setting.
    Choice { setting: String, urls: BTreeMap<String, String> },
}

impl HostUrl {
    /// The settings that decide where it is.
    pub fn settings(&self) -> Vec<String> {
        match self {
            // One that cannot be read was refused with the manifest.
            Self::Template(text) => {
                Template::parse(text).map(|t| t.keys().map(str::to_owned).collect()).unwrap_or_default()
            }
            Self::Choice { setting, .. } => vec![setting.clone()],
        }
    }
}

/// `GET /users/*`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PathGrant(pub String);

/// At most so many requests in so many seconds, per integration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateLimit {
    pub requests: u32,
    pub seconds: u32,
}

/// A credential, by name, and how the host applies it. Several entries may have
/// the same name under different conditions: the first that holds is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestSlot {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    pub auth: AuthScheme,
}

/// How a credential is obtained and applied. Texts are templates over all
/// settings, secrets included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "scheme", rename_all = "kebab-case", deny_unknown_fields)]
pub enum AuthScheme {
    /// A header of its own.
    Header { name: String, value: String },
    /// A query parameter.
    Query { name: String, value: String },
    /// RFC 7617.
    Basic { username: String, password: String },
    /// RFC 6750, with a token that the admin enters.
    Bearer { token: String },
    /// A part of the body, where the connector wrote the slot's name in double
    /// braces: `{{soap}}`. What settings bring into it is escaped as the format
    /// has it; the rest of the template is the format's own.
    Body { format: Escaping, value: String },
    /// RFC 6749 section 4.4. `params` are sent along; empty ones are left out.
    Oauth2ClientCredentials {
        token_url: HostUrl,
        client_id: String,
        client_secret: String,
        #[serde(default)]
        client_auth: ClientAuth,
        #[serde(default)]
        body: BodyFormat,
        #[serde(default)]
        params: BTreeMap<String, String>,
    },
    /// RFC 6749 section 6, with a token that the admin enters. One that comes in
    /// its place is kept and used from then on.
    Oauth2RefreshToken {
        token_url: HostUrl,
        client_id: String,
        client_secret: String,
        refresh_token: String,
        #[serde(default)]
        client_auth: ClientAuth,
    },
    /// RFC 7523 section 2.2: client credentials with a signed assertion instead
    /// of a secret. RS256; `x5t` is made from the certificate.
    PrivateKeyJwt {
        token_url: HostUrl,
        client_id: String,
        /// PEM, PKCS#8, RSA.
        private_key: String,
        /// PEM; empty: no thumbprint is sent.
        #[serde(default)]
        certificate: String,
        /// What the provider calls the key, for the header `kid`; empty: it is
        /// not sent.
        #[serde(default)]
        key_id: String,
        #[serde(default)]
        params: BTreeMap<String, String>,
    },
    /// RFC 7523 section 2.1 as Google has it: a service account acts for a user.
    /// It asks for the permissions of its slot.
    GoogleServiceAccount {
        token_url: HostUrl,
        /// The key file, JSON.
        key: String,
        subject: String,
    },
    /// RFC 7522 section 2.1: an assertion of SAML 2.0, made and signed by the
    /// host, speaks for a user. RSA-SHA256.
    Saml2Bearer {
        token_url: HostUrl,
        issuer: String,
        audience: String,
        subject: String,
        /// PEM, PKCS#8, RSA.
        private_key: String,
        /// Further attributes of the user; empty ones are left out.
        #[serde(default)]
        attributes: BTreeMap<String, String>,
        #[serde(default)]
        params: BTreeMap<String, String>,
    },
    /// A login call of the provider's own making.
    TokenExchange {
        url: HostUrl,
        body: TokenBody,
        /// JSON pointer to the token in the answer.
        token: String,
        /// JSON pointer to its lifetime in seconds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lifetime: Option<String>,
        /// JSON pointer to the permissions that the token has.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        scope: Option<String>,
        /// Seconds, where the answer has none.
        default_lifetime: u32,
        /// The header that carries it, with `{token}`: `Bearer {token}`.
        header: String,
        value: String,
    },
}

impl AuthScheme {
    /// Where it signs in, for schemes that do.
    pub fn token_url(&self) -> Option<&HostUrl> {
        match self {
            Self::Oauth2ClientCredentials { token_url, .. }
            | Self::Oauth2RefreshToken { token_url, .. }
            | Self::PrivateKeyJwt { token_url, .. }
            | Self::GoogleServiceAccount { token_url, .. }
            | Self::Saml2Bearer { token_url, .. }
            | Self::TokenExchange { url: token_url, .. } => Some(token_url),
            Self::Header { .. }
            | Self::Query { .. }
            | Self::Basic { .. }
            | Self::Bearer { .. }
            | Self::Body { .. } => None,
        }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClientAuth {
    #[default]
    Basic,
    Body,
}

/// How the body of a sign-in is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BodyFormat {
    /// As RFC 6749 has it.
    #[default]
    Form,
    /// An object of texts, which some providers want instead.
    Json,
}

/// How a text is written within a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Escaping {
    /// Within a string, its quotes in the template.
    Json,
    /// Within an element, or an attribute.
    Xml,
}

/// The body of a login call; values are templates, escaped by their format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TokenBody {
    Json(BTreeMap<String, String>),
    Form(BTreeMap<String, String>),
}

/// Attributes that the connector offers, by sensitivity. `custom.*` stands for
/// whatever the customer added.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AttributeClasses {
    pub basic: Vec<String>,
    pub work: Vec<String>,
    pub sensitive: Vec<String>,
}

impl Manifest {
    /// Name of the custom section, JSON inside.
    pub const SECTION: &'static str = "rollcall:connector";
    /// Bytes of the section at most.
    pub const MAX_BYTES: usize = 256 * 1024;
}
