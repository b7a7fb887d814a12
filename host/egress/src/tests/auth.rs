use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use rollcall_grants::{FetchError, Method, Network, Request, Secret, Target};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::audit::{AuditEvent, Outcome};
use crate::keeper::TokenKeeper;
use crate::limits::{REFUSAL_MEMORY, TOKEN_MARGIN};
use crate::stub::*;

/// Two permissions, which a service account asks for.
fn slot(auth: &str) -> String {
    format!(
        "slots = [{{ name = \"s\", auth = {{ {auth} }} }}]\n\
         [[permissions]]\nname = \"a\"\nrequired = true\npurpose = {{ en = \"People\" }}\n\
         [[permissions]]\nname = \"b\"\npurpose = {{ en = \"Units\" }}\n"
    )
}

const OAUTH: &str = r#"scheme = "oauth2-client-credentials", token_url = "https://login.test/token", client_id = "{user}", client_secret = "{secret}""#;

/// One fetch with the slot, against a stub that gives tokens `t0`, `t1`, ... of
/// an hour. What the stub saw: the sign-ins and the requests.
async fn fetched(auth: &str) -> (Vec<Received>, Vec<Received>) {
    let stub = Stub::start(|r, n| match r.target.as_str() {
        "/token" => Reply::ok(&format!(
            r#"{{"access_token":"token-{n}","expires_in":3600,"data":{{"token":"deep-{n}"}}}}"#
        )),
        _ => Reply::ok("[]"),
    })
    .await;
    let rig = rig(&stub, &slot(auth));
    assert_eq!(rig.session.fetch(with("s", get("/users"))).await.unwrap().status, 200);
    stub.received().into_iter().partition(|r| r.target == "/token")
}

fn form(body: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(body.as_bytes()).into_owned().collect()
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect()
}

#[tokio::test]
async fn header() {
    let (_, requests) = fetched(r#"scheme = "header", name = "X-Api-Key", value = "k {secret}""#).await;
    assert_eq!(requests[0].header("x-api-key"), format!("k {SECRET}"));
}

#[tokio::test]
async fn query() {
    let (_, requests) = fetched(r#"scheme = "query", name = "api_key", value = "{secret}""#).await;
    assert_eq!(requests[0].target, "/v1/users?api%5Fkey=s3cret%2F%2B%20val%3Fue");
}

#[tokio::test]
async fn basic() {
    let (_, requests) = fetched(r#"scheme = "basic", username = "{user}", password = "{secret}""#).await;
    let expected = STANDARD.encode(format!("{USER}:{SECRET}"));
    assert_eq!(requests[0].header("authorization"), format!("Basic {expected}"));
}

#[tokio::test]
async fn bearer() {
    let (_, requests) = fetched(r#"scheme = "bearer", token = "{secret}""#).await;
    assert_eq!(requests[0].header("authorization"), format!("Bearer {SECRET}"));
}

const SOAP: &str = r#"scheme = "body", format = "xml", value = "<u>{user}</u><p>{secret}&#33;</p>""#;

fn post(body: &str) -> Request {
    Request { method: Method::Post, body: Some(body.into()), ..with("s", get("/users")) }
}

#[tokio::test]
async fn body() {
    let stub = Stub::start(|_, n| match n {
        0 => Reply::redirect(307, "/v1/users"),
        _ => Reply::ok("<a/>"),
    })
    .await;
    let rig = rig(&stub, &slot(SOAP));
    assert_eq!(rig.session.fetch(post("<e>{{s}}<x/></e>")).await.unwrap().status, 200);
    let expected = "<e><u>us er:x</u><p>s3cret/+ val?ue&#33;</p><x/></e>";
    for received in stub.received() {
        assert_eq!((received.body.as_str(), received.header("authorization")), (expected, ""));
    }
}

#[tokio::test]
async fn a_body_without_the_place_of_its_credential_is_not_sent() {
    let stub = Stub::start(|_, _| Reply::ok("<a/>")).await;
    let rig = rig(&stub, &slot(SOAP));
    for request in
        [post("<e/>"), post("<e>{{s}}{{s}}</e>"), post("<e>{{other}}</e>"), with("s", get("/users"))]
    {
        let error = rig.session.fetch(request).await.unwrap_err();
        assert!(matches!(error, FetchError::Denied(text) if text.contains("`{{s}}` once")));
    }
    assert_eq!(stub.connections(), 0);
}

#[tokio::test]
async fn a_redirect_that_takes_the_body_takes_its_credential() {
    let stub = Stub::start(|r, _| match r.method.as_str() {
        "POST" => Reply::redirect(302, "/v1/users"),
        _ => Reply::ok("[]"),
    })
    .await;
    let rig = rig(&stub, &slot(SOAP));
    assert_eq!(rig.session.fetch(post("<e>{{s}}</e>")).await.unwrap().status, 200);
    let last = stub.received().pop().unwrap();
    assert_eq!((last.method.as_str(), last.body.as_str()), ("GET", ""));
}

#[tokio::test]
async fn client_credentials_basic() {
    let auth = format!(r#"{OAUTH}, params = {{ scope = "a b", audience = "{{nothing}}" }}"#);
    let (sign_ins, requests) = fetched(&auth).await;
    // RFC 6749 section 2.3.1: encoded before they are joined.
    let expected = STANDARD.encode("us+er%3Ax:s3cret%2F%2B+val%3Fue");
    assert_eq!(sign_ins[0].header("authorization"), format!("Basic {expected}"));
    assert_eq!(sign_ins[0].header("content-type"), "application/x-www-form-urlencoded");
    assert_eq!(form(&sign_ins[0].body), pairs(&[("grant_type", "client_credentials"), ("scope", "a b")]));
    assert_eq!(requests[0].header("authorization"), "Bearer token-0");
}

#[tokio::test]
async fn client_credentials_body() {
    let (sign_ins, _) = fetched(&format!(r#"{OAUTH}, client_auth = "body""#)).await;
    assert_eq!(sign_ins[0].header("authorization"), "");
    let expected = [("grant_type", "client_credentials"), ("client_id", USER), ("client_secret", SECRET)];
    assert_eq!(form(&sign_ins[0].body), pairs(&expected));
}

#[tokio::test]
async fn client_credentials_as_json() {
    let (sign_ins, _) = fetched(&format!(r#"{OAUTH}, body = "json", params = {{ x = "\"" }}"#)).await;
    assert!(sign_ins[0].header("authorization").starts_with("Basic "));
    assert_eq!(sign_ins[0].header("content-type"), "application/json");
    let body: Value = serde_json::from_str(&sign_ins[0].body).unwrap();
    assert_eq!(body, json!({ "grant_type": "client_credentials", "x": "\"" }));
}

const EXCHANGE: &str = r#"scheme = "token-exchange", url = "https://login.test/token", token = "/data/token", default_lifetime = 100, header = "X-Session", value = "T {token}""#;

const REFRESH: &str = r#"scheme = "oauth2-refresh-token", token_url = "https://login.test/token", client_id = "{user}", client_secret = "{key}", refresh_token = "{secret}""#;

/// Keeps tokens in memory, or does not.
#[derive(Default)]
struct Drawer {
    kept: Mutex<Vec<(String, Secret, Secret)>>,
    broken: bool,
}

impl TokenKeeper for Drawer {
    fn successor(&self, slot: &str, entered: &Secret) -> Result<Option<Secret>, String> {
        let kept = self.kept.lock().unwrap();
        let last = kept.iter().rfind(|(of, before, _)| of == slot && before == entered);
        Ok(last.map(|(_, _, token)| token.clone()))
    }

    fn keep(&self, slot: &str, entered: &Secret, successor: &Secret) -> Result<(), String> {
        if self.broken {
            return Err("the disk is full".into());
        }
        self.kept.lock().unwrap().push((slot.into(), entered.clone(), successor.clone()));
        Ok(())
    }
}

/// A provider that takes each refresh token once, and gives `refresh-1`,
/// `refresh-2`, ... in its place.
async fn rotating() -> Stub {
    let good = Mutex::new(SECRET.to_owned());
    Stub::start(move |r, n| {
        if r.target != "/token" {
            return Reply::ok("[]");
        }
        let mut good = good.lock().unwrap();
        if !form(&r.body).contains(&("refresh_token".into(), good.clone())) {
            return Reply::new(400, &[], br#"{"error":"invalid_grant"}"#);
        }
        *good = format!("refresh-{n}");
        Reply::ok(&format!(r#"{{"access_token":"token-{n}","refresh_token":"refresh-{n}"}}"#))
    })
    .await
}

#[tokio::test]
async fn a_refresh_token_is_kept_before_the_token_is_used() {
    let stub = rotating().await;
    let drawer = Arc::new(Drawer::default());
    let rig = || {
        rig_kept(
            &crate::Egress::default(),
            &stub,
            &slot(REFRESH),
            crate::Limits::default(),
            "a client's key",
            drawer.clone(),
        )
    };
    let first = rig();
    assert_eq!(first.session.fetch(with("s", get("/users"))).await.unwrap().status, 200);
    // In the same session, and in a later one, the newest is used.
    first.time.advance(Duration::from_secs(7200));
    assert_eq!(first.session.fetch(with("s", get("/users"))).await.unwrap().status, 200);
    assert_eq!(rig().session.fetch(with("s", get("/users"))).await.unwrap().status, 200);
    let kept: Vec<_> =
        drawer.kept.lock().unwrap().iter().map(|(_, _, token)| token.expose().to_owned()).collect();
    assert_eq!(kept, ["refresh-0", "refresh-2", "refresh-4"]);
    let sign_in = stub.received().remove(0);
    let expected = STANDARD.encode("us+er%3Ax:a+client%27s+key");
    assert_eq!(sign_in.header("authorization"), format!("Basic {expected}"));
    assert_eq!(form(&sign_in.body), pairs(&[("grant_type", "refresh_token"), ("refresh_token", SECRET)]));
}

#[tokio::test]
async fn a_refresh_token_that_cannot_be_kept_fails_the_sign_in() {
    let stub = rotating().await;
    let drawer = Arc::new(Drawer { broken: true, ..Drawer::default() });
    let rig =
        rig_kept(&crate::Egress::default(), &stub, &slot(REFRESH), crate::Limits::default(), "key", drawer);
    let error = rig.session.fetch(with("s", get("/users"))).await.unwrap_err();
    assert!(matches!(error, FetchError::SignIn(text) if text.contains("the disk is full")));
    assert_eq!(stub.count("/token"), stub.received().len());
}

#[tokio::test]
async fn token_exchange() {
    let auth = format!(r#"{EXCHANGE}, body = {{ json = {{ id = "{{user}}", secret = "{{secret}}\"" }} }}"#);
    let (sign_ins, requests) = fetched(&auth).await;
    assert_eq!(sign_ins[0].header("content-type"), "application/json");
    let body: Value = serde_json::from_str(&sign_ins[0].body).unwrap();
    assert_eq!(body, json!({ "id": USER, "secret": format!("{SECRET}\"") }));
    assert_eq!(requests[0].header("x-session"), "T deep-0");
    let (sign_ins, _) = fetched(&format!(r#"{EXCHANGE}, body = {{ form = {{ id = "{{user}}" }} }}"#)).await;
    assert_eq!(form(&sign_ins[0].body), pairs(&[("id", USER)]));
}

fn verified(token: &str, audience: &str) -> (jsonwebtoken::Header, Value) {
    let key = DecodingKey::from_rsa_pem(include_bytes!("../../testdata/client.public.pem")).unwrap();
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_audience(&[audience]);
    validation.validate_exp = false;
    let data = jsonwebtoken::decode::<Value>(token, &key, &validation).unwrap();
    (data.header, data.claims)
}

#[tokio::test]
async fn private_key_jwt() {
    let auth = r#"scheme = "private-key-jwt", token_url = "https://login.test/token", client_id = "{user}", private_key = "{key}", certificate = "{certificate}", params = { scope = "x/.default" }"#;
    let (sign_ins, requests) = fetched(auth).await;
    let form = form(&sign_ins[0].body);
    assert_eq!(form[0].1, "client_credentials");
    assert_eq!(form[1].1, USER);
    assert_eq!(form[2].1, "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    assert_eq!(form[4], ("scope".into(), "x/.default".into()));
    let (header, claims) = verified(&form[3].1, "https://login.test/token");
    // As `openssl x509 -outform der | openssl sha1` has it.
    assert_eq!(header.x5t.unwrap(), include_str!("../../testdata/client.x5t").trim());
    assert_eq!((&claims["iss"], &claims["sub"]), (&json!(USER), &json!(USER)));
    assert_eq!((&claims["iat"], &claims["exp"]), (&json!(START), &json!(START + 600)));
    assert_eq!(claims["jti"].as_str().unwrap().len(), 32);
    assert_eq!(header.kid, None);
    assert_eq!(requests[0].header("authorization"), "Bearer token-0");
}

#[tokio::test]
async fn a_key_may_have_an_id() {
    let auth = r#"scheme = "private-key-jwt", token_url = "https://login.test/token", client_id = "x", private_key = "{key}", key_id = "{user}""#;
    let (sign_ins, _) = fetched(auth).await;
    let (header, _) = verified(&form(&sign_ins[0].body)[3].1, "https://login.test/token");
    assert_eq!((header.kid.as_deref(), header.x5t), (Some(USER), None));
}

#[tokio::test]
async fn google_service_account() {
    let stub = Stub::start(|r, _| match r.target.as_str() {
        "/token" => Reply::ok(r#"{"access_token":"ya29","expires_in":3599}"#),
        _ => Reply::ok("[]"),
    })
    .await;
    let elsewhere = Stub::start_on("127.0.0.2:0", |_, _| Reply::ok("{}")).await;
    let key = json!({
        "type": "service_account",
        "client_email": "robot@x.test",
        "private_key": include_str!("../../testdata/client.key.pem"),
        "private_key_id": "kid-1",
        "token_uri": elsewhere.url("/token"),
    });
    let auth = r#"scheme = "google-service-account", token_url = "https://login.test/token", key = "{key}", subject = "{user}""#;
    let rig =
        rig_of(&crate::Egress::default(), &stub, &slot(auth), crate::Limits::default(), &key.to_string());
    rig.session.fetch(with("s", get("/users"))).await.unwrap();
    let received = stub.received();
    let form = form(&received[0].body);
    assert_eq!(form[0].1, "urn:ietf:params:oauth:grant-type:jwt-bearer");
    let (header, claims) = verified(&form[1].1, "https://login.test/token");
    assert_eq!(header.kid.as_deref(), Some("kid-1"));
    let expected = json!({ "iss": "robot@x.test", "sub": USER, "scope": "a b", "aud": "https://login.test/token", "iat": START, "exp": START + 3600 });
    assert_eq!(claims, expected);
    assert_eq!(received[1].header("authorization"), "Bearer ya29");
    assert_eq!(elsewhere.connections(), 0, "the key file's token_uri is not asked");
}

/// The text between two others.
fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let found = text.split_once(from).and_then(|(_, rest)| rest.split_once(to));
    found.unwrap_or_else(|| panic!("{from} to {to} is in {text}")).0
}

/// That its canonical form is the text as it stands, a verifier of somebody
/// else's says in `tests/tests/scenarios/saml.rs`.
#[tokio::test]
async fn saml2_bearer() {
    let auth = r#"scheme = "saml2-bearer", token_url = "https://login.test/token", issuer = "i", audience = "a", subject = "{user}", private_key = "{key}", attributes = { api_key = "{secret}", use_email = "{nothing}" }, params = { company = "c&d" }"#;
    let (sign_ins, requests) = fetched(auth).await;
    let form = form(&sign_ins[0].body);
    assert_eq!(form[0].1, "urn:ietf:params:oauth:grant-type:saml2-bearer");
    assert_eq!(form[2], ("company".into(), "c&d".into()));
    let text = String::from_utf8(STANDARD.decode(&form[1].1).unwrap()).unwrap();
    assert_eq!(between(&text, "unspecified\">", "</saml2:NameID>"), USER);
    assert_eq!(between(&text, "Recipient=\"", "\""), "https://login.test/token");
    assert!(text.contains(&format!("Name=\"api_key\"><saml2:AttributeValue>{SECRET}<")), "{text}");
    assert!(!text.contains("use_email"), "{text}");

    let signature = between(&text, "<ds:Signature ", "</ds:Signature>");
    let rest = text.replace(&format!("<ds:Signature {signature}</ds:Signature>"), "");
    assert_eq!(between(signature, "<ds:DigestValue>", "<"), STANDARD.encode(Sha256::digest(&rest)));
    let id = between(&text, " ID=\"", "\"");
    assert_eq!(between(signature, "URI=\"#", "\""), id);
    let info =
        format!("<ds:SignedInfo{}</ds:SignedInfo>", between(signature, "<ds:SignedInfo", "</ds:SignedInfo>"));
    let value = STANDARD.decode(between(signature, "<ds:SignatureValue>", "<")).unwrap();
    let key = DecodingKey::from_rsa_pem(include_bytes!("../../testdata/client.public.pem")).unwrap();
    let value = URL_SAFE_NO_PAD.encode(value);
    assert!(jsonwebtoken::crypto::verify(&value, info.as_bytes(), &key, Algorithm::RS256).unwrap());
    assert!(!jsonwebtoken::crypto::verify(&value, rest.as_bytes(), &key, Algorithm::RS256).unwrap());
    assert_eq!(requests[0].header("authorization"), "Bearer token-0");
}

#[test]
fn testdata_is_consistent() {
    assert_eq!(URL_SAFE_NO_PAD.decode(include_str!("../../testdata/client.x5t").trim()).unwrap().len(), 20);
}

/// A stub with tokens that live as `lifetime` (JSON) says.
async fn token_stub(lifetime: &'static str) -> Stub {
    Stub::start(move |r, n| match r.target.as_str() {
        "/token" => Reply::ok(&format!(r#"{{"access_token":"token-{n}"{lifetime}}}"#)),
        _ => Reply::ok("[]"),
    })
    .await
}

/// What the session says of a credential after a fetch with a token endpoint that
/// answers so: what is too much, and what is missing.
async fn power(auth: &str, answer: Value) -> (Vec<String>, Vec<String>) {
    let stub = Stub::start(move |r, _| match r.target.as_str() {
        "/token" => Reply::ok(&answer.to_string()),
        _ => Reply::ok("[]"),
    })
    .await;
    let rig = rig(&stub, &slot(auth));
    assert!(rig.session.power().is_right(), "nothing is known before a sign-in");
    rig.session.fetch(with("s", get("/users"))).await.unwrap();
    let power = rig.session.power();
    (power.wider.into_iter().collect(), power.missing.into_iter().collect())
}

#[tokio::test]
async fn c14_what_a_sign_in_was_granted_is_noted() {
    let names = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
    let answer = |scope: &str| json!({"access_token": "opaque-token", "scope": scope});
    assert_eq!(power(OAUTH, json!({"access_token": "opaque-token"})).await, (vec![], vec![]));
    assert_eq!(power(OAUTH, answer("a b")).await, (vec![], vec![]));
    assert_eq!(power(OAUTH, answer("a c")).await, (names(&["c"]), vec![]));
    assert_eq!(power(OAUTH, answer("b")).await, (vec![], names(&["a"])));
    // Rule 7: a provider that names the token names nothing.
    assert_eq!(power(OAUTH, answer("a opaque-token")).await, (vec![], vec![]));
    let claims = URL_SAFE_NO_PAD.encode(r#"{"roles":["a","d"]}"#);
    let token = json!({"access_token": format!("e30.{claims}.c2ln")});
    assert_eq!(power(OAUTH, token).await, (names(&["d"]), vec![]));
    let auth = format!(r#"{EXCHANGE}, scope = "/data/scope", body = {{ json = {{ id = "{{user}}" }} }}"#);
    let answer = json!({"data": {"token": "deep-token", "scope": "a e"}, "scope": "elsewhere"});
    assert_eq!(power(&auth, answer).await, (names(&["e"]), vec![]));
    assert_eq!(power(r#"scheme = "bearer", token = "{secret}""#, json!({})).await, (vec![], vec![]));
}

/// How many sign-ins there are when a second request comes so much later.
async fn sign_ins(lifetime: &'static str, later: Duration) -> usize {
    let stub = token_stub(lifetime).await;
    let rig = rig(&stub, &slot(OAUTH));
    rig.session.fetch(with("s", get("/users"))).await.unwrap();
    rig.time.advance(later);
    rig.session.fetch(with("s", get("/users"))).await.unwrap();
    stub.count("/token")
}

#[tokio::test]
async fn tokens_are_kept_until_shortly_before_their_end() {
    let hour = Duration::from_secs(3600);
    let second = Duration::from_secs(1);
    for lifetime in [r#","expires_in":3600"#, r#","expires_in":"3600""#] {
        assert_eq!(sign_ins(lifetime, hour - TOKEN_MARGIN - second).await, 1, "{lifetime}");
        assert_eq!(sign_ins(lifetime, hour - TOKEN_MARGIN).await, 2, "{lifetime}");
    }
    for missing in ["", r#","expires_in":null"#, r#","expires_in":0"#] {
        assert_eq!(sign_ins(missing, Duration::from_secs(239)).await, 1);
        assert_eq!(sign_ins(missing, Duration::from_secs(240)).await, 2);
    }
    assert_eq!(sign_ins(r#","expires_in":20"#, Duration::from_secs(9)).await, 1);
    assert_eq!(sign_ins(r#","expires_in":20"#, Duration::from_secs(10)).await, 2);
    // No token is believed to live longer than a day.
    assert_eq!(sign_ins(r#","expires_in":1e300"#, crate::limits::MAX_TOKEN_LIFETIME).await, 2);
}

#[tokio::test]
async fn many_at_once_sign_in_once() {
    let stub = token_stub("").await;
    let rig = rig(&stub, &slot(OAUTH));
    let requests = vec![with("s", get("/users")); 20];
    assert!(rig.session.fetch_all(requests).await.iter().all(Result::is_ok));
    assert_eq!((stub.count("/token"), stub.count("/v1/users")), (1, 20));
}

/// Statuses of the answers to the second token on, for a resource that refuses
/// the first `bad` tokens.
async fn renewal(auth: &str, bad: usize) -> (u16, usize, usize) {
    let stub = Stub::start(move |r, n| match r.target.as_str() {
        "/token" => Reply::ok(&format!(r#"{{"access_token":"token-{n}","expires_in":3600}}"#)),
        _ => Reply::status(if n < 2 * bad { 401 } else { 200 }),
    })
    .await;
    let status = rig(&stub, &slot(auth)).session.fetch(with("s", get("/users"))).await.unwrap().status;
    (status, stub.count("/token"), stub.count("/v1/users"))
}

#[tokio::test]
async fn a_refused_token_is_renewed_once() {
    assert_eq!(renewal(OAUTH, 1).await, (200, 2, 2));
    assert_eq!(renewal(OAUTH, 9).await, (401, 2, 2));
    assert_eq!(renewal(r#"scheme = "bearer", token = "{secret}""#, 9).await, (401, 0, 1));
}

/// What the guest gets when the token endpoint answers so.
async fn refused(reply: impl Fn() -> Reply + Send + Sync + 'static) -> (FetchError, Rig, Stub) {
    let stub = Stub::start(move |_, _| reply()).await;
    let rig = rig(&stub, &slot(OAUTH));
    let error = rig.session.fetch(with("s", get("/users"))).await.unwrap_err();
    (error, rig, stub)
}

#[tokio::test]
async fn refused_sign_ins() {
    let body = format!(r#"{{"error":"invalid_client","error_description":"{SECRET} is wrong"}}"#);
    let (error, rig, stub) = refused(move || Reply::new(401, &[], body.as_bytes())).await;
    assert_eq!(error, FetchError::SignIn("status 401, invalid_client, [redacted] is wrong".into()));
    // Not asked again at once: accounts get locked.
    rig.session.fetch(with("s", get("/users"))).await.unwrap_err();
    assert_eq!(stub.count("/token"), 1);
    rig.time.advance(REFUSAL_MEMORY);
    rig.session.fetch(with("s", get("/users"))).await.unwrap_err();
    assert_eq!((stub.count("/token"), stub.received().len()), (2, 2));
    let sign_ins: Vec<_> = rig
        .audit
        .events()
        .into_iter()
        .filter_map(|e| if let AuditEvent::SignIn(x) = e { Some(x) } else { None })
        .collect();
    assert_eq!((sign_ins.len(), sign_ins[0].status, sign_ins[0].host.as_str()), (2, Some(401), "login.test"));
    assert!(matches!(sign_ins[0].outcome, Outcome::Failed(_)));
}

#[tokio::test]
async fn broken_token_endpoints() {
    let (error, _, _) = refused(|| Reply::status(404)).await;
    assert_eq!(error, FetchError::SignIn("no token endpoint at `login.test`: status 404".into()));
    let (error, _, _) = refused(|| Reply::ok("{}")).await;
    assert!(matches!(error, FetchError::SignIn(text) if text.contains("without a token")));
    let (error, _, _) = refused(|| Reply::ok("<html>")).await;
    assert!(matches!(error, FetchError::SignIn(_)));
    let (error, _, stub) = refused(|| Reply::status(503)).await;
    assert!(matches!(error, FetchError::Transport(text) if text.contains("503")));
    assert_eq!(stub.count("/token"), 5);
    let (error, _, stub) = refused(|| Reply::redirect(307, "/other")).await;
    assert!(matches!(error, FetchError::Denied(_)));
    assert_eq!(stub.received().len(), 1);
    let (error, _, _) = refused(|| Reply::ok(&"x".repeat(crate::limits::MAX_TOKEN_BYTES + 1))).await;
    assert!(matches!(error, FetchError::Budget(_)));
}

/// A tenant that nobody has is a setting's mistake, and the setting is named.
#[tokio::test]
async fn a_token_endpoint_that_is_not_there_names_its_settings() {
    let stub = Stub::start(|_, _| Reply::status(404)).await;
    let auth = OAUTH.replace("/token\"", "/{user}/token\"");
    let error = rig(&stub, &slot(&auth)).session.fetch(with("s", get("/users"))).await.unwrap_err();
    let text = "no token endpoint at `login.test`: status 404; check the setting `user`";
    assert_eq!(error, FetchError::SignIn(text.into()));
}

#[tokio::test]
async fn credentials_that_cannot_be_used() {
    for auth in [
        r#"scheme = "bearer", token = "{nothing}""#,
        r#"scheme = "bearer", token = "{key}""#,
        r#"scheme = "private-key-jwt", token_url = "https://login.test/token", client_id = "x", private_key = "{secret}""#,
        r#"scheme = "google-service-account", token_url = "https://login.test/token", key = "{secret}", subject = "x""#,
        r#"scheme = "saml2-bearer", token_url = "https://login.test/token", issuer = "i", audience = "a", subject = "x", private_key = "{secret}""#,
        r#"scheme = "saml2-bearer", token_url = "https://login.test/token", issuer = "i", audience = "a", subject = "{certificate}", private_key = "{key}""#,
    ] {
        let stub = token_stub("").await;
        let error = rig(&stub, &slot(auth)).session.fetch(with("s", get("/users"))).await.unwrap_err();
        assert!(matches!(error, FetchError::SignIn(_)), "{auth}: {error}");
        assert_eq!(stub.connections(), 0);
    }
}

#[tokio::test]
async fn no_guest_reaches_the_token_endpoint() {
    let stub = token_stub("").await;
    let rig = rig(&stub, &slot(OAUTH));
    for target in [
        Target::Path("/token".into()),
        Target::NextLink("https://login.test/token".into()),
        Target::NextLink(stub.url("/token")),
    ] {
        let error = rig.session.fetch(Request { target, ..with("s", get("")) }).await.unwrap_err();
        assert!(matches!(error, FetchError::Denied(_)), "{error}");
    }
    assert_eq!(stub.connections(), 0);
}

#[tokio::test]
async fn many_refused_at_once_are_renewed_once() {
    let stub = Stub::start(|r, n| match r.target.as_str() {
        "/token" => Reply::ok(&format!(r#"{{"access_token":"token-{n}","expires_in":3600}}"#)),
        _ if r.header("authorization") == "Bearer token-0" => Reply::status(401),
        _ => Reply::ok("[]"),
    })
    .await;
    let rig = rig(&stub, &slot(OAUTH));
    let answers = rig.session.fetch_all(vec![with("s", get("/users")); 12]).await;
    assert!(answers.iter().all(|answer| answer.as_ref().is_ok_and(|response| response.status == 200)));
    assert_eq!(stub.count("/token"), 2);
}
