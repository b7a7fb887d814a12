//! TLS: rustls with ring, and the certificates that the system trusts.

use std::sync::{Arc, OnceLock};

use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

use crate::EgressError;

/// Reading the system's certificates takes some 30 ms, and they are the same
/// for everybody. What is per tenant, the cache of TLS sessions, is not in it.
static VERIFIER: OnceLock<Option<Arc<dyn ServerCertVerifier>>> = OnceLock::new();

/// A configuration of its own for each session. Without `needed`, or when the
/// system has no certificates, every TLS connection fails, and plain HTTP works.
pub(crate) fn config(needed: bool) -> Result<ClientConfig, EgressError> {
    let verifier = || match Verifier::new(Arc::new(ring::default_provider())) {
        Ok(verifier) => Some(Arc::new(verifier) as Arc<dyn ServerCertVerifier>),
        Err(error) => {
            tracing::error!(%error, "the system has no trusted certificates; HTTPS will not work");
            None
        }
    };
    trusting(if needed { VERIFIER.get_or_init(verifier).clone() } else { None })
}

/// Trusts whom `verifier` does; without one, nobody.
pub(crate) fn trusting(verifier: Option<Arc<dyn ServerCertVerifier>>) -> Result<ClientConfig, EgressError> {
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|e| EgressError::Client(e.to_string()))?;
    let mut config = match verifier {
        Some(verifier) => {
            builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth()
        }
        None => builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth(),
    };
    // The client leaves it at what is named here; without it, HTTP/1.1.
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}
