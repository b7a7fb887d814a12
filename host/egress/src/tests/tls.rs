use std::collections::BTreeMap;
use std::io::Read;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rollcall_grants::{FetchError, Grant, Manifest, Network, Settings, Upstream};
use rustls::client::WebPkiServerVerifier;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};
use tokio_rustls::TlsAcceptor;

use crate::audit::AuditEvent;
use crate::limits::MAX_TRIES_TIMEOUT;
use crate::stub::{Recorder, Reply, Stub, get};
use crate::wire::Wire;
use crate::{Egress, EgressOptions, Limits, Session};

/// A session for `url`, which may have an upstream.
fn session(url: &str, upstreams: &[String], audit: Arc<Recorder>) -> Session {
    session_with(url, upstreams, audit, Limits::default())
}

fn session_with(url: &str, upstreams: &[String], audit: Arc<Recorder>, limits: Limits) -> Session {
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
    Egress::default().session(grant, settings, EgressOptions { limits, ..options }).unwrap()
}

/// A session for this server that trusts the certificates of `testdata`.
fn trusting(address: SocketAddr) -> Session {
    trusting_at(&address.to_string())
}

fn trusting_at(authority: &str) -> Session {
    let upstreams = [format!("tls.test=https://{authority}")];
    let mut session = session("https://tls.test", &upstreams, Arc::default());
    let mut roots = RootCertStore::empty();
    roots.add(pem(include_bytes!("../../testdata/client.cert.pem"))).unwrap();
    let provider = Arc::new(ring::default_provider());
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap();
    let tls = crate::tls::trusting(Some(verifier)).unwrap();
    session.wire = Wire::with_tls(tls, &session.grant, &session.audit, &session.limits).unwrap();
    session
}

fn pem(bytes: &[u8]) -> CertificateDer<'static> {
    CertificateDer::from_pem_slice(bytes).unwrap()
}

/// A server's end of TLS that speaks `protocol`.
fn acceptor(certificate: &[u8], protocol: &str) -> TlsAcceptor {
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("../../testdata/client.key.pem")).unwrap();
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![pem(certificate)], key)
        .unwrap();
    config.alpn_protocols = vec![protocol.into()];
    TlsAcceptor::from(Arc::new(config))
}

/// For 127.0.0.1, by `client.cert.pem`, with the same key.
const SERVER: &[u8] = include_bytes!("../../testdata/server.cert.pem");

#[tokio::test]
async fn http_1_over_tls() {
    let acceptor = acceptor(SERVER, "http/1.1");
    let stub = Stub::start_tls(acceptor, |r, _| Reply::ok(&r.target)).await;
    let session = trusting(stub.address);
    for path in ["/users", "/users/1"] {
        assert_eq!(session.fetch(get(path)).await.unwrap().body, path.as_bytes());
    }
    assert_eq!((stub.received().len(), stub.connections()), (2, 1), "the connection is used again");
    // Whoever trusts the system alone does not take the certificate.
    let upstreams = [format!("tls.test=https://{}", stub.address)];
    let error = self::session("https://tls.test", &upstreams, Arc::default()).fetch(get("/users")).await;
    assert_eq!(error, Err(FetchError::Transport("the provider's certificate is not accepted".into())));
}

/// Answers one connection of HTTP/2: each request with its path, and `/wide/n`
/// with so many headers of 1,000 bytes. How many requests there were.
async fn serve_http_2(listener: tokio::net::TcpListener) -> usize {
    let (stream, _) = listener.accept().await.unwrap();
    let tls = acceptor(SERVER, "h2").accept(stream).await.unwrap();
    let mut connection = h2::server::handshake(tls).await.unwrap();
    let mut answered = 0;
    while let Some(Ok((request, mut respond))) = connection.accept().await {
        let path = request.uri().path().to_owned();
        let headers = path.strip_prefix("/wide/").map_or(0, |count| count.parse().unwrap());
        let head = (0..headers)
            .fold(http::Response::builder(), |head, n| head.header(format!("x-{n}"), "v".repeat(1000)));
        let mut body = respond.send_response(head.body(()).unwrap(), false).unwrap();
        body.send_data(path.into(), true).unwrap();
        answered += 1;
    }
    answered
}

#[tokio::test]
async fn http_2_over_tls() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let session = trusting(listener.local_addr().unwrap());
    let server = tokio::spawn(serve_http_2(listener));
    let paths: Vec<_> = (0..20).map(|n| format!("/users/{n}")).collect();
    // The first finds out that one connection does for all.
    session.fetch(get("/users")).await.unwrap();
    let answers = session.fetch_all(paths.iter().map(|path| get(path)).collect()).await;
    for (path, answer) in paths.iter().zip(answers) {
        assert_eq!(answer.unwrap().body, path.as_bytes());
    }
    drop(session);
    assert_eq!(server.await.unwrap(), 21);
}

#[tokio::test]
async fn http_2_has_the_same_limit_of_headers() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let session = trusting(listener.local_addr().unwrap());
    let server = tokio::spawn(serve_http_2(listener));
    // Of 64 KiB.
    assert_eq!(session.fetch(get("/wide/60")).await.unwrap().status, 200);
    let error = session.fetch(get("/wide/70")).await.unwrap_err();
    assert!(matches!(error, FetchError::Transport(_)), "{error}");
    drop(session);
    assert!(server.await.unwrap() > 1);
}

#[tokio::test]
async fn a_handshake_that_nobody_answers_is_a_timeout() {
    // Connects, because the system accepts for it, and never says a word.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let upstreams = [format!("tls.test=https://{}", listener.local_addr().unwrap())];
    let limits = Limits { connect_timeout: Duration::from_millis(50), ..Limits::default() };
    let session = session_with("https://tls.test", &upstreams, Arc::default(), limits);
    let begun = Instant::now();
    assert_eq!(session.fetch(get("/users")).await, Err(FetchError::Timeout));
    assert_eq!(session.usage().requests, u64::from(MAX_TRIES_TIMEOUT));
    assert!(begun.elapsed() < Duration::from_secs(2), "the other timeouts are longer");
}

#[tokio::test]
async fn a_self_signed_certificate_is_refused_and_plain_http_still_works() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = std::thread::spawn(move || {
        let acceptor = acceptor(include_bytes!("../../testdata/client.cert.pem"), "http/1.1");
        let (stream, _) = listener.accept().unwrap();
        let mut tls = StreamOwned::new(ServerConnection::new(Arc::clone(acceptor.config())).unwrap(), stream);
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
async fn a_certificate_of_another_name_or_another_time_is_refused() {
    let expired = include_bytes!("../../testdata/expired.cert.pem");
    for (certificate, host, accepted) in
        [(SERVER, "127.0.0.1", true), (SERVER, "localhost", false), (expired, "127.0.0.1", false)]
    {
        let stub = Stub::start_tls(acceptor(certificate, "http/1.1"), |_, _| Reply::ok("[]")).await;
        let session = trusting_at(&format!("{host}:{}", stub.address.port()));
        let answer = session.fetch(get("/users")).await.map(|answer| answer.status);
        let refused = FetchError::Transport("the provider's certificate is not accepted".into());
        assert_eq!(answer, if accepted { Ok(200) } else { Err(refused) }, "{host}");
        assert_eq!(stub.received().len(), usize::from(accepted), "{host} was told something");
        assert_eq!(session.usage().requests, 1, "{host} was tried again");
    }
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
