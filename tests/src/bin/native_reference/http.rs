//! Requests to the stub, signed in as the connectors sign in.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use bytes::Bytes;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::{Value, json};

use crate::shapes::Shape;

pub struct Signed {
    http: reqwest::Client,
    pub base: String,
    authorization: String,
}

impl Signed {
    pub async fn in_at(shape: Shape, base: &str, secret: &str) -> anyhow::Result<Self> {
        // The stub speaks plain HTTP: reading the system's certificates would
        // only be time that the product does not spend either.
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(rustls::RootCertStore::empty())
            .with_no_client_auth();
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .no_proxy()
            .timeout(Duration::from_secs(60))
            .build()?;
        let (url, kind, body, token) = match shape {
            Shape::Graph => (
                format!("{base}/login/8a2d0e52-4c1b-4a6e-9f55-0f6d7c1e2b3a/oauth2/v2.0/token"),
                "application/x-www-form-urlencoded",
                form(&[
                    ("client_id", "3f1c7c1e-7e0f-4f3a-8f6a-1b2c3d4e5f60"),
                    ("client_secret", secret),
                    ("grant_type", "client_credentials"),
                    ("scope", "https://graph.microsoft.com/.default"),
                ]),
                "/access_token",
            ),
            Shape::Personio => (
                format!("{base}/personio/v1/auth"),
                "application/json",
                json!({"client_id": "papi-native-reference", "client_secret": secret}).to_string(),
                "/data/token",
            ),
        };
        let answer = http.post(url).header(CONTENT_TYPE, kind).body(body).send().await?;
        let answer: Value = serde_json::from_slice(&answer.error_for_status()?.bytes().await?)?;
        let token = answer.pointer(token).and_then(Value::as_str).context("the sign-in has no token")?;
        Ok(Self { http, base: base.to_owned(), authorization: format!("Bearer {token}") })
    }

    pub async fn get(&self, url: &str) -> anyhow::Result<Bytes> {
        let answer = self.http.get(url).header(AUTHORIZATION, &self.authorization).send().await?;
        if !answer.status().is_success() {
            bail!("{url}: {}", answer.status());
        }
        Ok(answer.bytes().await?)
    }
}

pub fn form(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}
