use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rollcall_grants::{Network, Secret};

use crate::audit::AuditEvent;
use crate::secrets::REMEMBERED_TOKENS;
use crate::stub::*;

/// A stub that echoes a whole request, in the body and in a header.
async fn echo() -> Stub {
    Stub::start(|r, _| match r.target.as_str() {
        "/token" => Reply::ok(r#"{"access_token":"very-secret-token","expires_in":3600}"#),
        _ => {
            let body = format!("{} {:?} {SECRET}", r.target, r.headers);
            Reply::new(
                200,
                &[("x-request-id", r.header("authorization")), ("etag", "plain")],
                body.as_bytes(),
            )
        }
    })
    .await
}

/// No form of the secrets reaches the guest, whatever the scheme.
async fn check(auth: &str, also: &[&str]) {
    let stub = echo().await;
    let rig = rig(&stub, &format!("slots = [{{ name = \"s\", auth = {{ {auth} }} }}]\n"));
    let response = rig.session.fetch(with("s", get("/users"))).await.unwrap();
    let seen = format!("{} {:?}", String::from_utf8_lossy(&response.body), response.headers);
    let base64 = STANDARD.encode(SECRET);
    for secret in also.iter().chain(&[SECRET, "s3cret%2F", "s3cret", base64.as_str()]) {
        assert!(!seen.contains(secret), "{auth}: {seen} has {secret}");
    }
    assert!(seen.contains("[redacted]") && seen.contains("plain"), "{seen}");
    assert!(rig.audit.events().iter().any(|e| matches!(e, AuditEvent::SecretEchoed { times: 1.., .. })));
}

#[tokio::test]
async fn echoes() {
    check(r#"scheme = "bearer", token = "{secret}""#, &[]).await;
    check(r#"scheme = "header", name = "x-request-id", value = "{secret}""#, &[]).await;
    check(r#"scheme = "query", name = "key", value = "{secret}""#, &[]).await;
    let pair = STANDARD.encode(format!("{USER}:{SECRET}"));
    check(r#"scheme = "basic", username = "{user}", password = "{secret}""#, &[&pair]).await;
    let oauth = r#"scheme = "oauth2-client-credentials", token_url = "https://login.test/token", client_id = "{user}", client_secret = "{secret}""#;
    check(oauth, &["very-secret-token"]).await;
}

#[tokio::test]
async fn clean_answers_are_not_reported() {
    let stub = Stub::start(|_, _| Reply::ok("[]")).await;
    let rig = rig(&stub, "");
    rig.session.fetch(get("/users")).await.unwrap();
    assert!(!rig.audit.events().iter().any(|e| matches!(e, AuditEvent::SecretEchoed { .. })));
}

#[tokio::test]
async fn short_secrets_are_noted() {
    let stub = Stub::start(|_, _| Reply::ok("abc")).await;
    let rig = rig_of(&crate::Egress::default(), &stub, "", crate::Limits::default(), "abc");
    assert_eq!(rig.audit.events(), [AuditEvent::SecretTooShort { setting: "key".into() }]);
    assert_eq!(rig.session.fetch(get("/users")).await.unwrap().body, b"abc");
}

#[tokio::test]
async fn the_latest_tokens_are_remembered() {
    let stub = Stub::start(|_, _| Reply::ok("[]")).await;
    let rig = rig(&stub, "");
    for number in 0..=REMEMBERED_TOKENS {
        rig.session.secrets.add(Secret::new(format!("token-{number}")));
    }
    let found = |number: usize| rig.session.secrets.scrubber().text(&mut format!("token-{number}"));
    assert_eq!((found(0), found(1), found(REMEMBERED_TOKENS)), (0, 1, 1));
}
