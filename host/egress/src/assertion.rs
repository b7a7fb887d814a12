//! Signed assertions: RFC 7523, as Microsoft and Google have it. Those of SAML
//! are in `saml.rs`.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use rollcall_grants::{FetchError, Secret};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde::{Deserialize, Serialize};
use sha1::{Digest, Sha1};
use zeroize::Zeroizing;

/// Seconds that a client assertion is good for.
const CLIENT_LIFETIME: u64 = 600;
/// Seconds that a service account's assertion is good for; Google's maximum.
const ACCOUNT_LIFETIME: u64 = 3600;

pub(crate) fn refused(text: &str) -> FetchError {
    FetchError::SignIn(text.into())
}

/// By what a provider knows a client's key; each may be empty.
pub(crate) struct KeyName<'a> {
    /// PEM. Its SHA-1 becomes `x5t` (RFC 7515 section 4.1.7), which is a name
    /// there, not a proof.
    pub certificate: &'a str,
    /// `kid`.
    pub id: &'a str,
}

/// RFC 7523 section 2.2: the client signs in by its key, with RS256. `audience`:
/// the token endpoint. `now`: seconds since 1970.
pub(crate) fn client(
    client_id: &str,
    audience: &str,
    private_key: &Secret,
    name: &KeyName,
    now: u64,
) -> Result<Secret, FetchError> {
    #[derive(Serialize)]
    struct Claims<'a> {
        aud: &'a str,
        iss: &'a str,
        sub: &'a str,
        jti: String,
        iat: u64,
        nbf: u64,
        exp: u64,
    }
    let mut header = Header::new(Algorithm::RS256);
    header.kid = Some(name.id.to_owned()).filter(|id| !id.is_empty());
    if !name.certificate.trim().is_empty() {
        let der = CertificateDer::from_pem_slice(unescaped(name.certificate).as_bytes()).map_err(|_| {
            refused("the certificate is not PEM; paste all of it, BEGIN and END lines included")
        })?;
        header.x5t = Some(URL_SAFE_NO_PAD.encode(Sha1::digest(&der)));
    }
    let exp = now.saturating_add(CLIENT_LIFETIME);
    let claims =
        Claims { aud: audience, iss: client_id, sub: client_id, jti: unique()?, iat: now, nbf: now, exp };
    sign(&header, &claims, private_key)
}

/// RFC 7523 section 2.1: a service account acts for `subject`. The key file's
/// own `token_uri` is not looked at: whoever wrote the file would choose where
/// the assertion goes.
pub(crate) fn service_account(
    key: &Secret,
    subject: &str,
    scopes: &[&str],
    audience: &str,
    now: u64,
) -> Result<Secret, FetchError> {
    #[derive(Deserialize)]
    struct KeyFile {
        client_email: String,
        private_key: String,
        private_key_id: Option<String>,
    }
    #[derive(Serialize)]
    struct Claims<'a> {
        iss: &'a str,
        sub: &'a str,
        scope: String,
        aud: &'a str,
        iat: u64,
        exp: u64,
    }
    let file: KeyFile = serde_json::from_str(key.expose()).map_err(|_| {
        refused("the service account key is not the JSON file that Google gave; paste all of it")
    })?;
    let mut header = Header::new(Algorithm::RS256);
    header.kid = file.private_key_id;
    let claims = Claims {
        iss: &file.client_email,
        sub: subject,
        scope: scopes.join(" "),
        aud: audience,
        iat: now,
        exp: now.saturating_add(ACCOUNT_LIFETIME),
    };
    sign(&header, &claims, &Secret::new(file.private_key))
}

fn sign<T: Serialize>(header: &Header, claims: &T, private_key: &Secret) -> Result<Secret, FetchError> {
    encode(header, claims, &signing_key(private_key)?).map(Secret::new).map_err(|_| cannot_sign())
}

/// An RSA key in PEM.
pub(crate) fn signing_key(private_key: &Secret) -> Result<EncodingKey, FetchError> {
    let pem = Zeroizing::new(unescaped(private_key.expose()));
    EncodingKey::from_rsa_pem(pem.as_bytes()).map_err(|_| {
        refused("the private key is not an RSA key in PEM; paste all of it, BEGIN and END lines included")
    })
}

pub(crate) fn cannot_sign() -> FetchError {
    refused("the private key cannot sign; enter an RSA key of 2048 bits or more")
}

/// Forms and environment variables often turn line breaks into `\n`.
fn unescaped(pem: &str) -> String {
    pem.replace("\\r", "").replace("\\n", "\n")
}

/// 128 random bits, in hexadecimal digits.
pub(crate) fn unique() -> Result<String, FetchError> {
    let high = getrandom::u64().map_err(|_| refused("the system has no randomness"))?;
    let low = getrandom::u64().map_err(|_| refused("the system has no randomness"))?;
    Ok(format!("{high:016x}{low:016x}"))
}
