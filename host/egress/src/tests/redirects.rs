use rollcall_grants::{FetchError, Method, Network, Request};

use crate::audit::{AuditEvent, Outcome};
use crate::limits::MAX_REDIRECTS;
use crate::stub::*;

const BEARER: &str = "slots = [{ name = \"s\", auth = { scheme = \"bearer\", token = \"{secret}\" } }]\n";

/// A stub whose `/v1/users` redirects so; anything else answers 200.
async fn redirecting(status: u16, location: String) -> Stub {
    Stub::start(move |r, _| match r.target.as_str() {
        "/v1/users" => Reply::redirect(status, &location),
        _ => Reply::ok("[]"),
    })
    .await
}

#[tokio::test]
async fn within_the_origin_they_are_followed() {
    for status in [301, 302, 303, 307, 308] {
        let stub = redirecting(status, "/v1/users/1?a=b#c".into()).await;
        let response = rig(&stub, BEARER).session.fetch(with("s", get("/users"))).await.unwrap();
        assert_eq!(response.status, 200);
        let received = stub.received();
        assert_eq!(received[1].target, "/v1/users/1?a=b");
        assert_eq!(received[1].header("authorization"), format!("Bearer {SECRET}"));
    }
}

#[tokio::test]
async fn a_redirected_post() {
    for (status, method, body) in [(303, "GET", ""), (302, "GET", ""), (307, "POST", "{}")] {
        let stub = Stub::start(
            move |_, n| if n == 0 { Reply::redirect(status, "/v1/users") } else { Reply::ok("[]") },
        )
        .await;
        let post = Request { method: Method::Post, body: Some(b"{}".to_vec()), ..get("/users/.search") };
        rig(&stub, "").session.fetch(post).await.unwrap();
        let second = &stub.received()[1];
        assert_eq!((second.method.as_str(), second.body.as_str()), (method, body), "{status}");
    }
}

#[tokio::test]
async fn elsewhere_they_are_refused() {
    let foreign = Stub::start_on("127.0.0.2:0", |_, _| Reply::ok("[]")).await;
    for (location, named) in [
        (foreign.url("/v1/users/1"), "http://127.0.0.2"),
        (foreign.url("/v1/users/1").replace("http:", ""), "http://127.0.0.2"),
        ("http://169.254.169.254/latest/meta-data".into(), "http://169.254.169.254"),
        ("http://api.test/v1/users/1".into(), "http://api.test"),
        ("https://evil.test/v1/users/1".into(), "https://evil.test"),
        ("file:///etc/passwd".into(), "null"),
    ] {
        for status in [301, 302, 303, 307, 308] {
            let stub = redirecting(status, location.clone()).await;
            let rig = rig(&stub, BEARER);
            let error = rig.session.fetch(with("s", get("/users"))).await.unwrap_err();
            assert!(
                matches!(&error, FetchError::Astray(text) if text.contains(named)),
                "{location}: {error}"
            );
            assert_eq!(stub.received().len(), 1);
            let AuditEvent::Exchange(exchange) = rig.audit.events().remove(0) else { panic!() };
            assert_eq!((exchange.status, exchange.outcome), (Some(status), Outcome::Failed(error)));
        }
    }
    assert_eq!(foreign.connections(), 0);
}

#[tokio::test]
async fn to_what_is_not_granted_they_are_refused() {
    for location in ["/v1/admin", "/admin", "../v1/admin", "/v1/users/../admin", "/v1/users/..%2fadmin"] {
        let stub = redirecting(302, location.into()).await;
        let error = rig(&stub, "").session.fetch(get("/users")).await.unwrap_err();
        assert!(matches!(error, FetchError::Astray(_)), "{location}: {error}");
        assert_eq!(stub.received().len(), 1);
    }
}

#[tokio::test]
async fn loops_end() {
    let stub = redirecting(302, "/v1/users".into()).await;
    let error = rig(&stub, "").session.fetch(get("/users")).await.unwrap_err();
    assert!(matches!(error, FetchError::Astray(text) if text.contains("more than 3")));
    assert_eq!(stub.received().len(), 1 + MAX_REDIRECTS as usize);
}

#[tokio::test]
async fn what_is_no_redirect_reaches_the_guest() {
    for (status, headers) in [(304, vec![]), (302, vec![]), (300, vec![("location", "/v1/users/1")])] {
        let stub = Stub::start(move |_, _| Reply::new(status, &headers, b"")).await;
        assert_eq!(rig(&stub, "").session.fetch(get("/users")).await.unwrap().status, status);
    }
}
