//! Token endpoints: what is sent, and what is read from the answer.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use reqwest::Method;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use rollcall_grants::{
    AuthScheme, BodyFormat, ClientAuth, Endpoint, FetchError, HostUrl, Secret, Settings, Slot, TokenBody,
};
use serde_json::Value;
use url::form_urlencoded;

use crate::assertion::{self, KeyName};
use crate::granted::granted;
use crate::injection::{filled, template_error};
use crate::limits::{DEFAULT_TOKEN_LIFETIME, MAX_REASON_CHARS, MAX_TOKEN_LIFETIME};
use crate::saml;
use crate::scrub::Scrubber;
use crate::wire::{Answer, Transfer};

/// What a token endpoint gave.
pub(crate) struct Grant {
    pub token: Secret,
    /// What comes in the place of the refresh token that was used.
    pub refresh: Option<Secret>,
    pub lifetime: Duration,
    /// What the token may do, as far as the provider says.
    pub permissions: BTreeSet<String>,
}

/// The request to the token endpoint. `refresh`: the token to be refreshed, for
/// the scheme that does; `now`: seconds since 1970.
pub(crate) fn request(
    slot: &Slot,
    endpoint: &Endpoint,
    settings: &Settings,
    refresh: Option<&Secret>,
    now: u64,
) -> Result<Transfer, FetchError> {
    let fill = |template: &str| filled(settings.fill(template));
    let audience = endpoint.logical.as_str();
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    let mut form = Form::default();
    match slot.auth() {
        AuthScheme::Oauth2ClientCredentials {
            client_id, client_secret, client_auth, body, params, ..
        } => {
            let (id, secret) = (fill(client_id)?, fill(client_secret)?);
            form.push("grant_type", "client_credentials");
            form.client(*client_auth, &id, &secret, &mut headers)?;
            form.params(params, settings)?;
            form.format = *body;
        }
        AuthScheme::Oauth2RefreshToken { client_id, client_secret, client_auth, .. } => {
            let (id, secret) = (fill(client_id)?, fill(client_secret)?);
            form.push("grant_type", "refresh_token");
            form.push("refresh_token", refresh.map_or("", Secret::expose));
            form.client(*client_auth, &id, &secret, &mut headers)?;
        }
        AuthScheme::PrivateKeyJwt { client_id, private_key, certificate, key_id, params, .. } => {
            let (id, key) = (fill(client_id)?, fill(private_key)?);
            let certificate = settings.fill(certificate).map_err(template_error)?;
            let key_id = settings.fill(key_id).map_err(template_error)?;
            let name = KeyName { certificate: certificate.expose(), id: key_id.expose() };
            let assertion = assertion::client(id.expose(), audience, &key, &name, now)?;
            form.push("grant_type", "client_credentials");
            form.push("client_id", id.expose());
            form.push("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
            form.push("client_assertion", assertion.expose());
            form.params(params, settings)?;
        }
        AuthScheme::GoogleServiceAccount { key, subject, .. } => {
            let (key, subject) = (fill(key)?, fill(subject)?);
            let scopes: Vec<_> = slot.permissions().iter().map(|one| one.name.as_str()).collect();
            let assertion = assertion::service_account(&key, subject.expose(), &scopes, audience, now)?;
            form.push("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
            form.push("assertion", assertion.expose());
        }
        AuthScheme::Saml2Bearer {
            issuer, audience: of, subject, private_key, attributes, params, ..
        } => {
            let attributes = filled_in(attributes, settings)?;
            let assertion = saml::Assertion {
                issuer: fill(issuer)?,
                audience: fill(of)?,
                subject: fill(subject)?,
                recipient: audience,
                attributes: &attributes,
            };
            let assertion = assertion.signed(&fill(private_key)?, now)?;
            form.push("grant_type", "urn:ietf:params:oauth:grant-type:saml2-bearer");
            form.push("assertion", assertion.expose());
            form.params(params, settings)?;
        }
        AuthScheme::TokenExchange { body: TokenBody::Form(fields), .. } => form.params(fields, settings)?,
        AuthScheme::TokenExchange { body: TokenBody::Json(fields), .. } => {
            form.params(fields, settings)?;
            form.format = BodyFormat::Json;
        }
        AuthScheme::Header { .. }
        | AuthScheme::Query { .. }
        | AuthScheme::Basic { .. }
        | AuthScheme::Bearer { .. }
        | AuthScheme::Body { .. } => {
            return Err(FetchError::SignIn("the credential has no token endpoint".into()));
        }
    }
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(form.content_type()));
    Ok(transfer(slot, endpoint, headers, form.finish()))
}

fn transfer(slot: &Slot, endpoint: &Endpoint, headers: HeaderMap, body: Bytes) -> Transfer {
    let (slot, url) = (Some(slot.name().to_owned()), endpoint.url.clone());
    Transfer {
        alias: None,
        slot,
        method: Method::POST,
        url,
        plain: None,
        headers,
        body: Some(body),
        plain_body: None,
    }
}

/// The body of a sign-in in the making.
#[derive(Default)]
struct Form {
    fields: Vec<(String, String)>,
    format: BodyFormat,
}

impl Form {
    fn push(&mut self, name: &str, value: &str) {
        self.fields.push((name.to_owned(), value.to_owned()));
    }

    /// Who asks (RFC 6749 section 2.3.1): in the form, or in a header.
    fn client(
        &mut self,
        auth: ClientAuth,
        id: &Secret,
        secret: &Secret,
        headers: &mut HeaderMap,
    ) -> Result<(), FetchError> {
        match auth {
            ClientAuth::Basic => {
                headers.insert(AUTHORIZATION, client_basic(id, secret)?);
            }
            ClientAuth::Body => {
                self.push("client_id", id.expose());
                self.push("client_secret", secret.expose());
            }
        }
        Ok(())
    }

    /// Empty ones are left out.
    fn params(&mut self, params: &BTreeMap<String, String>, settings: &Settings) -> Result<(), FetchError> {
        for (name, value) in filled_in(params, settings)? {
            self.push(name, value.expose());
        }
        Ok(())
    }

    fn content_type(&self) -> &'static str {
        match self.format {
            BodyFormat::Form => "application/x-www-form-urlencoded",
            BodyFormat::Json => "application/json",
        }
    }

    fn finish(self) -> Bytes {
        match self.format {
            BodyFormat::Form => {
                form_urlencoded::Serializer::new(String::new()).extend_pairs(self.fields).finish().into()
            }
            BodyFormat::Json => {
                let fields = self.fields.into_iter().map(|(name, value)| (name, Value::String(value)));
                Value::Object(fields.collect()).to_string().into()
            }
        }
    }
}

/// Templates by name, filled in; empty ones are left out.
fn filled_in<'a>(
    templates: &'a BTreeMap<String, String>,
    settings: &Settings,
) -> Result<Vec<(&'a str, Secret)>, FetchError> {
    let mut all = Vec::new();
    for (name, template) in templates {
        let value = settings.fill(template).map_err(template_error)?;
        if !value.is_empty() {
            all.push((name.as_str(), value));
        }
    }
    Ok(all)
}

/// RFC 6749 section 2.3.1: both parts form-encoded before they are joined.
fn client_basic(id: &Secret, secret: &Secret) -> Result<HeaderValue, FetchError> {
    let part = |s: &Secret| form_urlencoded::byte_serialize(s.expose().as_bytes()).collect::<String>();
    let value = format!("Basic {}", STANDARD.encode(format!("{}:{}", part(id), part(secret))));
    let mut value = HeaderValue::from_str(&value)
        .map_err(|_| FetchError::SignIn("the credential does not fit".into()))?;
    value.set_sensitive(true);
    Ok(value)
}

/// Reads the answer of a token endpoint. `scrubber`: takes credentials out of
/// what the provider says.
pub(crate) fn read(
    auth: &AuthScheme,
    endpoint: &Endpoint,
    answer: &Answer,
    scrubber: &Scrubber,
) -> Result<Grant, FetchError> {
    let host = endpoint.logical.host_str().unwrap_or_default();
    match answer.status {
        200..=299 => {}
        300..=399 => {
            return Err(FetchError::Denied(format!(
                "the token endpoint at `{host}` redirects; correct its URL"
            )));
        }
        429 | 500..=599 => {
            let status = answer.status;
            return Err(FetchError::Transport(format!("the token endpoint at `{host}` answered {status}")));
        }
        404 => {
            // Nobody has this tenant, or this subdomain.
            let settings = auth.token_url().map(HostUrl::settings).unwrap_or_default();
            let settings: String =
                settings.iter().map(|key| format!("; check the setting `{key}`")).collect();
            let why = reason(answer, scrubber);
            return Err(FetchError::SignIn(format!("no token endpoint at `{host}`: {why}{settings}")));
        }
        _ => return Err(FetchError::SignIn(reason(answer, scrubber))),
    }
    let no_token = || FetchError::SignIn(format!("the token endpoint at `{host}` answered without a token"));
    let value: Value = serde_json::from_slice(&answer.body).map_err(|_| no_token())?;
    let at = |place: &Option<String>| place.as_deref().and_then(|pointer| value.pointer(pointer));
    let (token, lifetime, scope, default) = match auth {
        AuthScheme::TokenExchange { token, lifetime, scope, default_lifetime, .. } => {
            (value.pointer(token), at(lifetime), at(scope), Duration::from_secs((*default_lifetime).into()))
        }
        // RFC 6749 section 5.1.
        _ => (value.get("access_token"), value.get("expires_in"), value.get("scope"), DEFAULT_TOKEN_LIFETIME),
    };
    let token = token.and_then(Value::as_str).filter(|token| !token.is_empty()).ok_or_else(no_token)?;
    let lifetime = lifetime.and_then(seconds).unwrap_or(default).min(MAX_TOKEN_LIFETIME);
    let refresh = value.get("refresh_token").and_then(Value::as_str).filter(|token| !token.is_empty());
    let refresh = refresh.filter(|_| matches!(auth, AuthScheme::Oauth2RefreshToken { .. })).map(Secret::new);
    Ok(Grant { token: Secret::new(token), refresh, lifetime, permissions: granted(scope, token) })
}

/// A number, or a number as text.
fn seconds(value: &Value) -> Option<Duration> {
    let seconds = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())?;
    if seconds > 0.0 { Some(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)) } else { None }
}

/// The provider's own words, RFC 6749 section 5.2 or what others write instead.
fn reason(answer: &Answer, scrubber: &Scrubber) -> String {
    let value: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let text = |pointer: &str| match value.pointer(pointer) {
        Some(Value::String(text)) => Some(text.clone()),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    let code = text("/error").or_else(|| text("/error/code")).or_else(|| text("/code"));
    let description = [
        "/error_description",
        "/error/message",
        "/errorMessage",
        "/message",
        "/errorSummary",
        "/errorMessage",
        "/status/message",
        "/detail",
        "/title",
    ]
    .into_iter()
    .find_map(text);
    let mut out = format!("status {}", answer.status);
    for part in [code, description].into_iter().flatten() {
        out.push_str(", ");
        out.extend(part.chars().map(|c| if c.is_control() { ' ' } else { c }));
    }
    // Before the cut: half a secret would not be found.
    scrubber.text(&mut out);
    out.chars().take(MAX_REASON_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        Answer { status, headers: HeaderMap::new(), body: body.into() }
    }

    #[test]
    fn reasons() {
        let scrubber = Scrubber::new([Secret::new("s3cr3t-s3cr3t")].iter());
        let check = |body: &str, expected: &str| assert_eq!(reason(&answer(400, body), &scrubber), expected);
        check("", "status 400");
        check("<html>", "status 400");
        check(
            r#"{"error":"invalid_client","error_description":"no\r\nway"}"#,
            "status 400, invalid_client, no  way",
        );
        check(r#"{"success":false,"error":{"code":0,"message":"wrong"}}"#, "status 400, 0, wrong");
        check(r#"{"title":"Unauthorized"}"#, "status 400, Unauthorized");
        check(r#"{"errorHttpCode":"401","errorMessage":"no user"}"#, "status 400, no user");
        check(r#"{"errorCode":"E0000007","errorSummary":"Not found"}"#, "status 400, Not found");
        check(
            r#"{"type":"InvalidCredentialsError","errorMessage":"Not accepted"}"#,
            "status 400, Not accepted",
        );
        check(r#"{"status":{"error":true,"code":401,"message":"Failure"}}"#, "status 400, Failure");
        let long = format!(r#"{{"error":"{}"}}"#, "x".repeat(1000));
        assert_eq!(reason(&answer(401, &long), &scrubber).chars().count(), MAX_REASON_CHARS);
        let at_the_cut = format!(r#"{{"error":"{}s3cr3t-s3cr3t"}}"#, "x".repeat(MAX_REASON_CHARS - 20));
        assert!(!reason(&answer(401, &at_the_cut), &scrubber).contains("s3c"));
    }

    #[test]
    fn lifetimes() {
        let check = |value: Value, expected: Option<u64>| {
            assert_eq!(seconds(&value), expected.map(Duration::from_secs))
        };
        check(3600.into(), Some(3600));
        check("3600".into(), Some(3600));
        check(" 60 ".into(), Some(60));
        check(0.into(), None);
        check((-1).into(), None);
        check("soon".into(), None);
        check(Value::Null, None);
    }
}
