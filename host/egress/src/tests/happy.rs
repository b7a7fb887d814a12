use std::io::Write;

use rollcall_grants::{FetchError, Method, Network, Request, Target};

use crate::audit::{AuditEvent, Exchange, Outcome};
use crate::limits::{AUDITED_ALIAS_CHARS, AUDITED_PURPOSE_CHARS};
use crate::stub::*;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn a_request_arrives_as_it_was_built() {
    let stub = Stub::start(|_, _| Reply::ok("[1]")).await;
    let rig = rig(&stub, "");
    let request = Request {
        query: vec![("$top".into(), "a b+c".into())],
        headers: vec![("prefer".into(), "x".into())],
        ..get("/users/jane@x/ y")
    };
    assert!(matches!(rig.session.fetch(request.clone()).await, Err(FetchError::Denied(_))));
    let request = Request { target: Target::Path("/users/ja ne".into()), ..request };
    let response = rig.session.fetch(request).await.unwrap();
    assert_eq!((response.status, response.body.as_slice()), (200, b"[1]".as_slice()));
    assert_eq!(response.headers, [("content-type".to_owned(), "application/json".to_owned())]);
    let received = stub.received();
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].target, "/v1/users/ja%20ne?$top=a%20b%2Bc");
    assert_eq!(received[0].header("prefer"), "x");
    assert_eq!(received[0].header("host"), stub.address.to_string());
    assert!(received[0].header("user-agent").starts_with("rollcall/"));
    assert_eq!(received[0].header("accept-encoding"), "gzip");
    assert_eq!(received[0].header("authorization"), "");
}

#[tokio::test]
async fn posts_and_heads() {
    let stub = Stub::start(|r, _| {
        if r.method == "HEAD" {
            Reply::Bytes(
                b"HTTP/1.1 200 X\r\ncontent-length: 9\r\ncontent-encoding: gzip\r\netag: e\r\n\r\n".to_vec(),
            )
        } else {
            Reply::ok("{}")
        }
    })
    .await;
    let rig = rig(&stub, "");
    let body = Some(b"{\"a\":1}".to_vec());
    let post = Request { method: Method::Post, body, ..get("/users/.search") };
    assert_eq!(rig.session.fetch(post).await.unwrap().status, 200);
    let head = rig.session.fetch(Request { method: Method::Head, ..get("/users") }).await.unwrap();
    assert_eq!(head.headers, [("etag".to_owned(), "e".to_owned())]);
    assert!(head.body.is_empty());
    assert_eq!(stub.received()[0].body, "{\"a\":1}");
    assert_eq!(stub.connections(), 1, "connections are kept");
}

#[tokio::test]
async fn gzip_is_undone() {
    let stub = Stub::start(|_, _| Reply::new(200, &[("content-encoding", "gzip")], &gzip(b"[1,2,3]"))).await;
    let response = rig(&stub, "").session.fetch(get("/users")).await.unwrap();
    assert_eq!(response.body, b"[1,2,3]");
}

#[tokio::test]
async fn only_some_headers_come_back() {
    let stub = Stub::start(|_, _| {
        let headers = [
            ("set-cookie", "a=b"),
            ("x-ratelimit-remaining", "5"),
            ("server", "x"),
            ("Link", "<x>"),
            ("www-authenticate", "Bearer"),
        ];
        Reply::new(404, &headers, b"")
    })
    .await;
    let response = rig(&stub, "").session.fetch(get("/users")).await.unwrap();
    let names: Vec<_> = response.headers.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!((response.status, names), (404, vec!["x-ratelimit-remaining", "link"]));
}

#[tokio::test]
async fn next_links_through_an_upstream() {
    let stub = Stub::start(|_, _| Reply::ok("{}")).await;
    let rig = rig(&stub, "");
    for link in [stub.url("/v1/users?a=%2c"), "https://api.test/v1/users?a=%2c".to_owned()] {
        rig.session.fetch(Request { target: Target::NextLink(link), ..get("") }).await.unwrap();
    }
    assert!(stub.received().iter().all(|r| r.target == "/v1/users?a=%2c"));
    assert_eq!(stub.received().len(), 2);
}

#[tokio::test]
async fn everything_is_written_down_but_no_query_and_no_id() {
    let stub = Stub::start(|_, _| Reply::ok("[1]")).await;
    let rig = rig(&stub, "");
    rig.session
        .fetch(Request { query: vec![("q".into(), "private".into())], ..get("/users") })
        .await
        .unwrap();
    let next = Target::NextLink("https://api.test/v1/users/jane?q=private".into());
    rig.session.fetch(Request { target: next, ..get("") }).await.unwrap();
    let refused = Request { host: "evil\n".into(), purpose: "a\nb".into(), ..get("/users") };
    rig.session.fetch(refused).await.unwrap_err();
    let events = rig.audit.events();
    assert!(!format!("{events:?}").contains("private"));
    assert!(!format!("{events:?}").contains("jane"));
    assert_eq!(
        events[0],
        AuditEvent::Exchange(Exchange {
            alias: "api".into(),
            method: Method::Get,
            host: "api.test".into(),
            path: "/v1/users".into(),
            status: Some(200),
            bytes: 3,
            milliseconds: 0,
            attempts: 1,
            purpose: "test".into(),
            via_upstream: true,
            outcome: Outcome::Answered,
        })
    );
    let AuditEvent::Exchange(one) = &events[1] else { panic!("{events:?}") };
    assert_eq!(one.path, "/v1/users/*");
    let AuditEvent::Exchange(refusal) = &events[2] else { panic!("{events:?}") };
    assert_eq!((refusal.alias.as_str(), refusal.purpose.as_str()), ("evil\\n", "a\\nb"));
    assert!(matches!(&refusal.outcome, Outcome::Failed(FetchError::Denied(text)) if !text.contains('\n')));
    let usage = rig.session.usage();
    assert_eq!((usage.exchanges, usage.requests, usage.bytes, usage.denied), (3, 2, 6, 1));
}

#[tokio::test]
async fn a_guests_words_are_cut_before_they_are_written_down() {
    let stub = Stub::start(|_, _| Reply::ok("[]")).await;
    let rig = rig(&stub, "");
    let long = "x".repeat(1000);
    let refused = Request { host: long.clone(), purpose: long, ..get("/users") };
    rig.session.fetch(refused).await.unwrap_err();
    let AuditEvent::Exchange(refusal) = rig.audit.events().remove(0) else { panic!() };
    assert_eq!(refusal.alias.len(), AUDITED_ALIAS_CHARS);
    assert_eq!(refusal.purpose.len(), AUDITED_PURPOSE_CHARS);
}
