//! The four providers: how each is connected.

use serde_json::json;

use crate::host;
use crate::privacy::Needle;

/// The secret that the stub takes, in a form that every connector's settings
/// allow.
pub const SECRET: &str = "papi-stub-secret-1234";

/// A key pair made for these tests; it opens nothing.
const GOOGLE_KEY: &str = include_str!("../fixtures/google-service-account.key.pem");
pub(crate) const GOOGLE_PUBLIC_KEY: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/google-service-account.public.pem");

const SCIM_HR: &str = "urn:example:params:scim:schemas:extension:hr:2.0:User";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Provider {
    Personio,
    Entra,
    Google,
    Scim,
}

impl Provider {
    /// The connector's id.
    pub fn connector(self) -> &'static str {
        match self {
            Self::Personio => "personio",
            Self::Entra => "entra-id",
            Self::Google => "google-workspace",
            Self::Scim => "scim",
        }
    }

    /// The word of the stub's control interface.
    pub(crate) fn side(self) -> &'static str {
        match self {
            Self::Personio => "personio",
            Self::Entra => "graph",
            Self::Google => "google",
            Self::Scim => "scim",
        }
    }

    /// Settings with which the connector reads all that the stub knows.
    pub fn settings(self) -> Vec<(&'static str, String)> {
        match self {
            Self::Personio => vec![
                ("client_id", "papi-12345678".into()),
                ("fields", "employee_number=dynamic_24408".into()),
            ],
            Self::Entra => vec![
                ("tenant_id", "example.onmicrosoft.com".into()),
                ("client_id", "3f1c7c1e-7e0f-4f3a-8f6a-1b2c3d4e5f60".into()),
                ("include_guests", "true".into()),
                ("read_leave_date", "true".into()),
            ],
            Self::Google => vec![
                ("admin_email", "reader@example.com".into()),
                ("include_guests", "true".into()),
                ("never_logged_in_is_pending", "true".into()),
                ("start_date_field", "HR.hireDate".into()),
                ("end_date_field", "HR.leaveDate".into()),
                ("buildings", "true".into()),
            ],
            Self::Scim => {
                let path = |name: &str| format!("{SCIM_HR}:{name}");
                let fields = json!({
                    "status": path("employmentStatus"),
                    "start_date": path("startDate"),
                    "end_date": path("endDate"),
                    "employment_type": "userType",
                });
                vec![
                    ("base_url", "https://scim.example.com/scim/v2".into()),
                    ("page_size", "1000".into()),
                    ("incremental", "last-modified".into()),
                    ("attribute_map", fields.to_string()),
                ]
            }
        }
    }

    pub fn secret(self) -> (&'static str, String) {
        match self {
            Self::Personio | Self::Entra => ("client_secret", SECRET.into()),
            Self::Google => {
                let key = json!({
                    "type": "service_account",
                    "project_id": "example",
                    "private_key_id": "0123456789abcdef",
                    "private_key": GOOGLE_KEY,
                    "client_email": "reader@example.iam.gserviceaccount.com",
                    "client_id": "100000000000000000001",
                    "token_uri": "https://oauth2.googleapis.com/token",
                });
                ("service_account_json", key.to_string())
            }
            Self::Scim => ("token", SECRET.into()),
        }
    }

    /// Where the stub stands in for the provider.
    pub fn upstreams(self, url: &str) -> Vec<String> {
        let pairs: &[(&str, &str)] = match self {
            Self::Personio => &[("api.personio.de", "/personio")],
            Self::Entra => &[("graph.microsoft.com", "/graph"), ("login.microsoftonline.com", "/login")],
            Self::Google => {
                &[("admin.googleapis.com", "/google"), ("oauth2.googleapis.com", "/google-oauth")]
            }
            Self::Scim => &[("scim.example.com", "")],
        };
        pairs.iter().flat_map(|(host, path)| ["--upstream".into(), format!("{host}={url}{path}")]).collect()
    }

    /// Panics if it is not built.
    pub fn component(self) -> std::path::PathBuf {
        host::component(self.connector())
    }
}

/// What may be in no file and no output: the secret, and how the stub's tokens
/// begin.
pub fn credentials(provider: Provider) -> Vec<Needle> {
    let (key, secret) = provider.secret();
    let secrets = match provider {
        // The lines of a key, each on its own: it may be written in two forms.
        Provider::Google => {
            GOOGLE_KEY.lines().filter(|line| !line.starts_with('-')).map(str::to_owned).collect()
        }
        _ => vec![secret],
    };
    let token = match provider {
        Provider::Personio => Some("papi-v1-"),
        Provider::Entra => Some("eyJ0eXAiOiJKV1Qi"),
        Provider::Google => Some("ya29."),
        // The secret is the token.
        Provider::Scim => None,
    };
    let needle = |text: String, what: &str| Needle { text, what: what.to_owned(), is_number: false };
    let tokens = token.map(|token| needle(token.to_owned(), "a token"));
    secrets.into_iter().map(|text| needle(text, key)).chain(tokens).collect()
}
