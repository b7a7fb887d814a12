use std::collections::BTreeMap;
use std::io::Read;
use std::net::TcpListener;
use std::sync::Arc;

use rollcall_grants::{FetchError, Grant, Manifest, Network, Settings, Upstream};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::audit::AuditEvent;
use crate::stub::{Recorder, Reply, Stub, get};
use crate::{Egress, EgressOptions, Limits, Session};

/// A session for `url`, which may have an upstream.
fn session(url: &str, upstreams: &[String], audit: Arc<Recorder>) -> Session {
    let manifest = Manifest::parse_toml(&format!(
        "id='t'\nversion='1.0.0'\nname='T'\ncategory='hris'\nguide={{en='g'}}\n\
         [[hosts]]\nalias='api'\nurl='{url}'\nallow=['GET /**']\n\
         [[hosts]]\nalias='plain'\nurl='https://plain.test'\nallow=['GET /**']\n"
    ))
    .unwrap();
    let settings = Settings::resolve(&manifest, &BTreeMap::new(), &BTreeMap::new()).unwrap();
    let upstreams: Vec<_> = upstreams.iter().map(|u| Upstream::parse(u).unwrap()).collect();
    let grant = Arc::new(Grant::new(&manifest, &settings, &upstreams).unwrap());
    let time = Arc::new(crate::stub::TestTime::default());
    let options = EgressOptions { sleeper: time.clone(), jitter: time, ..EgressOptions::new("", audit) };
    Egress::default()
        .session(grant, settings, EgressOptions { limits: Limits::default(), ..options })
        .unwrap()
}

#[tokio::test]
async fn a_self_signed_certificate_is_refused_and_plain_http_still_works() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = std::thread::spawn(move || {
        let key = PrivateKeyDer::from_pem_slice(include_bytes!("../../testdata/client.key.pem")).unwrap();
        let certificate =
            CertificateDer::from_pem_slice(include_bytes!("../../testdata/client.cert.pem")).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .unwrap();
        let (stream, _) = listener.accept().unwrap();
        let mut tls = StreamOwned::new(ServerConnection::new(Arc::new(config)).unwrap(), stream);
        // Nothing may come: the client goes away before it says anything.
        let mut buffer = Vec::new();
        let _ = tls.read_to_end(&mut buffer);
        buffer.len()
    });
    let stub = Stub::start(|_, _| Reply::ok("[]")).await;
    let upstreams = [format!("tls.test=https://{address}"), format!("plain.test={}", stub.url(""))];
    let session = session("https://tls.test", &upstreams, Arc::default());
    let error = session.fetch(get("/users")).await.unwrap_err();
    assert_eq!(error, FetchError::Transport("the provider's certificate is not accepted".into()));
    assert_eq!(session.usage().requests, 1, "not tried again");
    assert_eq!(server.join().unwrap(), 0);
    let plain = rollcall_grants::Request { host: "plain".into(), ..get("/users") };
    assert_eq!(session.fetch(plain).await.unwrap().status, 200);
}

#[tokio::test]
async fn a_name_that_leads_to_this_machine_is_refused() {
    let audit = Arc::new(Recorder::default());
    let session = session("https://localhost", &[], Arc::clone(&audit));
    let error = session.fetch(get("/users")).await.unwrap_err();
    assert_eq!(error, FetchError::Denied("the host's address may not be reached".into()));
    assert_eq!(session.usage().requests, 1, "not tried again");
    let refused = |e: &AuditEvent| matches!(e, AuditEvent::AddressRefused { host, address: Some(ip), .. } if host == "localhost" && ip.is_loopback());
    assert!(audit.events().iter().any(refused));
}
