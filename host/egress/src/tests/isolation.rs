use rollcall_grants::{FetchError, Network, Request, Target};

use crate::stub::*;
use crate::{Egress, Limits};

const OAUTH: &str = r#"slots = [{ name = "s", auth = { scheme = "oauth2-client-credentials", token_url = "https://login.test/token", client_id = "{user}", client_secret = "{secret}" } }]
"#;

async fn provider() -> Stub {
    Stub::start(|r, n| match r.target.as_str() {
        "/token" => Reply::ok(&format!(r#"{{"access_token":"token-{n}","expires_in":3600}}"#)),
        _ => Reply::ok("[]"),
    })
    .await
}

#[tokio::test]
async fn sessions_share_neither_connections_nor_tokens() {
    let stub = provider().await;
    let egress = Egress::default();
    let one = rig_of(&egress, &stub, OAUTH, Limits::default(), "unused-key");
    let two = rig_of(&egress, &stub, OAUTH, Limits::default(), "unused-key");
    for rig in [&one, &two, &one, &two] {
        rig.session.fetch(with("s", get("/users"))).await.unwrap();
    }
    let received = stub.received();
    let of = |connection| -> Vec<String> {
        received
            .iter()
            .filter(|r| r.connection == connection && r.target != "/token")
            .map(|r| r.header("authorization").to_owned())
            .collect()
    };
    assert_eq!(stub.connections(), 2);
    assert_eq!(of(0), ["Bearer token-0", "Bearer token-0"]);
    assert_eq!(of(1), ["Bearer token-2", "Bearer token-2"]);
    assert_eq!(stub.count("/token"), 2);
}

#[tokio::test]
async fn a_foreign_next_link_gets_nothing() {
    let stub = provider().await;
    let foreign = Stub::start_on("127.0.0.2:0", |_, _| Reply::ok("[]")).await;
    let rig = rig(&stub, OAUTH);
    rig.session.fetch(with("s", get("/users"))).await.unwrap();
    let port = stub.address.port();
    for link in [
        foreign.url("/v1/users"),
        format!("http://127.0.0.2:{port}/v1/users"),
        format!("http://{}@127.0.0.2:{}/v1/users", stub.address, foreign.address.port()),
        stub.url("/v1/users").replace("http:", "https:"),
    ] {
        let request = Request { target: Target::NextLink(link.clone()), ..with("s", get("")) };
        let error = rig.session.fetch(request).await.unwrap_err();
        assert!(matches!(error, FetchError::Denied(_)), "{link}: {error}");
    }
    assert_eq!(foreign.connections(), 0);
    assert_eq!(stub.received().len(), 2);
}
