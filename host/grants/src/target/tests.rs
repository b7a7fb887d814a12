use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::limits::MAX_REQUEST_HEADERS;
use crate::sample::grant;

fn request(target: Target) -> Request {
    Request {
        method: Method::Get,
        host: "api".into(),
        target,
        query: vec![],
        headers: vec![],
        body: None,
        credential: None,
        purpose: "test".into(),
    }
}

fn path(path: &str) -> Request {
    request(Target::Path(path.into()))
}

fn link(link: &str) -> Request {
    request(Target::NextLink(link.into()))
}

/// `Ok`: the URL as sent. `Err`: a part of the refusal.
fn check_with(grant: &Grant, request: &Request, expected: Result<&str, &str>) {
    match (grant.target(request), expected) {
        (Ok(out), Ok(url)) => assert_eq!(out.url.as_str(), url),
        (Err(FetchError::Denied(text)), Err(part)) => {
            assert!(text.contains(part), "{text:?} should contain {part:?}")
        }
        (got, _) => panic!("{request:?} gave {got:?}, expected {expected:?}"),
    }
}

fn check(request: &Request, expected: Result<&str, &str>) {
    check_with(&grant(&[], &[]), request, expected);
}

const BASE: &str = "https://acme.example.com/v1";

#[test]
fn paths_are_joined_to_the_base() {
    check(&path("/users"), Ok("https://acme.example.com/v1/users"));
    check(&path("/users/jane@example.com"), Ok("https://acme.example.com/v1/users/jane@example.com"));
    check(&path("/users/a b+%2Fc"), Ok("https://acme.example.com/v1/users/a%20b%2B%2Fc"));
    check(&path("/groups/1/members"), Ok("https://acme.example.com/v1/groups/1/members"));
    check(&path("/groups/it's(x)"), Ok("https://acme.example.com/v1/groups/it's(x)"));
    check(&path("/a b/$count"), Ok("https://acme.example.com/v1/a%20b/$count"));
}

#[test]
fn queries_are_encoded_strictly() {
    let pairs = [("$select", "a,b"), ("q", "x y+&=#?"), ("attributes[]", "ü")];
    let query = pairs.map(|(k, v)| (k.to_owned(), v.to_owned())).to_vec();
    let request = Request { query, ..path("/users") };
    check(
        &request,
        Ok(&format!("{BASE}/users?$select=a%2Cb&q=x%20y%2B%26%3D%23%3F&attributes%5B%5D=%C3%BC")),
    );
    let many = vec![("a".to_owned(), "b".to_owned()); MAX_QUERY_PAIRS + 1];
    check(&Request { query: many, ..path("/users") }, Err("query parameters"));
    let long = vec![("a".to_owned(), "b".repeat(MAX_URL_BYTES))];
    check(&Request { query: long, ..path("/users") }, Err("the URL is longer"));
}

#[test]
fn hostile_paths() {
    for evil in ["", "users", "@evil.com/", "https://evil.com/users", ".evil.com", ":80/users"] {
        check(&path(evil), Err("has to begin with `/`"));
    }
    for evil in ["//evil.com/users", "/users//1", "///"] {
        check(&path(evil), Err("empty segment"));
    }
    for evil in ["/\\evil.com", "/users\\..\\admin"] {
        check(&path(evil), Err("backslash"));
    }
    for evil in [
        "/../users",
        "/users/..",
        "/users/%2e%2e",
        "/users/.%2E",
        "/users/%2e",
        "/users/..%2Fadmin",
        "/users/%252e%252e",
    ] {
        check(&path(evil), Err("`..` segment"));
    }
    for evil in ["/users\r\nHost: evil", "/users\n", "/us\ters", "/users\0"] {
        check(&path(evil), Err("control character"));
    }
    check(&path("/users?admin=1"), Err("put parameters into `query`"));
    check(&path("/users#x"), Err("has a `#`"));
    check(&path(&format!("/users/{}", "a".repeat(MAX_TARGET_BYTES))), Err("longer than"));
}

#[test]
fn only_what_is_granted() {
    check(&path("/admin"), Err("`GET /admin` is not granted on host `api`"));
    check(&path("/users/1/photo"), Err("not granted"));
    check(&path("/users/"), Err("not granted"));
    check(&Request { method: Method::Head, ..path("/users") }, Ok("https://acme.example.com/v1/users"));
    check(&Request { method: Method::Head, ..path("/users/1") }, Err("`HEAD /users/1` is not granted"));
    check(&Request { method: Method::Post, ..path("/users") }, Err("`POST /users` is not granted"));
    check(&Request { host: "elsewhere".into(), ..path("/users") }, Err("host `elsewhere` is not declared"));
    check(&Request { host: "acme.example.com".into(), ..path("/users") }, Err("is not declared"));
}

#[test]
fn bodies_credentials_headers_purposes() {
    let post =
        |size: usize| Request { method: Method::Post, body: Some(vec![0; size]), ..path("/users/.search") };
    check(&post(MAX_REQUEST_BODY_BYTES), Ok("https://acme.example.com/v1/users/.search"));
    check(&post(MAX_REQUEST_BODY_BYTES + 1), Err("the body has 1048577 bytes"));
    check(&Request { body: Some(vec![]), ..path("/users") }, Err("only a POST has a body"));
    let with = |slot: &str, name: &str| Request {
        credential: Some(slot.into()),
        headers: vec![(name.into(), "x".into())],
        ..path("/users")
    };
    check(&with("key", "accept"), Ok("https://acme.example.com/v1/users"));
    check(&with("key", "x-api-key"), Err("set by the credential"));
    check(&with("api", "x-api-key"), Ok("https://acme.example.com/v1/users"));
    check(&with("api", "authorization"), Err("set by the host only"));
    check(&with("other", "accept"), Err("credential `other` is not declared"));
    let none = grant(&[("auth", "none")], &[]);
    check_with(&none, &with("api", "accept"), Err("does not apply with these settings"));
    check(
        &Request { headers: vec![("a".into(), String::new()); MAX_REQUEST_HEADERS + 1], ..path("/users") },
        Err("headers"),
    );
    check(
        &Request { purpose: "x".repeat(MAX_PURPOSE_BYTES + 1), ..path("/users") },
        Err("the purpose is longer"),
    );
}

#[test]
fn next_links_of_the_same_origin_are_untouched() {
    for same in [
        "https://acme.example.com/v1/users?$skiptoken=a%2Cb,c+d/e",
        "https://acme.example.com/v1/users/a%2fb?x",
        "https://acme.example.com/v1/users?",
    ] {
        check(&link(same), Ok(same));
    }
    check(&link("https://ACME.example.com:443/v1/users"), Ok("https://acme.example.com/v1/users"));
    let more =
        Request { query: vec![("top".into(), "5".into())], ..link("https://acme.example.com/v1/users?a=b") };
    check(&more, Ok("https://acme.example.com/v1/users?a=b&top=5"));
}

#[test]
fn next_links_elsewhere() {
    for (evil, why) in [
        ("https://evil.com/v1/users", "points to `https://evil.com`"),
        ("http://acme.example.com/v1/users", "points to `http://acme.example.com`"),
        ("https://acme.example.com:8443/v1/users", "points to `https://acme.example.com:8443`"),
        ("https://acme.example.com.evil.com/v1/users", "points to"),
        ("https://acme.example.com@evil.com/v1/users", "user name"),
        ("https://u:p@acme.example.com/v1/users", "user name"),
        ("https://acmé.example.com/v1/users", "points to `https://xn--"),
        ("https://\u{430}cme.example.com/v1/users", "points to `https://xn--"),
        ("https://2130706433/v1/users", "points to `https://127.0.0.1`"),
        ("https://0x7f.1/v1/users", "points to `https://127.0.0.1`"),
        ("https://[::ffff:127.0.0.1]/v1/users", "points to"),
        ("https:\\\\evil.com/v1/users", "backslash"),
        ("https://acme.example.com\\@evil.com/", "backslash"),
        ("https://acme.example.com/v1/us\ners", "control character"),
        (" https://acme.example.com/v1/users", "white space"),
        ("https://acme.example.com/v1/users#x", "fragment"),
        ("/v1/users", "not a whole URL"),
        ("//acme.example.com/v1/users", "not a whole URL"),
        ("file:///etc/passwd", "not a whole URL"),
        ("javascript:x", "not a whole URL"),
        ("", "not a whole URL"),
    ] {
        check(&link(evil), Err(why));
    }
    check(&link(&format!("{BASE}/users?{}", "a".repeat(MAX_TARGET_BYTES))), Err("longer than"));
}

#[test]
fn next_links_stay_inside_the_grant() {
    check(&link("https://acme.example.com/v1/admin"), Err("not granted"));
    check(&link("https://acme.example.com/v2/users"), Err("outside the URL of host `api`"));
    check(&link("https://acme.example.com/v1users"), Err("outside"));
    check(&link("https://acme.example.com/v1/users/../admin"), Err("not granted"));
    check(&link("https://acme.example.com/v1/users/..%2f..%2fadmin"), Err("`..` segment"));
    check(&link("https://acme.example.com//v1/users"), Err("empty"));
}

#[test]
fn upstreams() {
    let grant = grant(&[], &["acme.example.com=http://127.0.0.1:9000/mock/"]);
    let out = grant.target(&path("/users")).unwrap();
    assert_eq!(out.url.as_str(), "http://127.0.0.1:9000/mock/v1/users");
    assert_eq!((out.logical_host.as_str(), out.logical_path.as_str()), ("acme.example.com", "/v1/users"));
    assert!(out.via_upstream);
    assert_eq!(grant.target(&path("/users/jane")).unwrap().pattern, "/v1/users/*");
    check_with(
        &grant,
        &link("https://acme.example.com/v1/users?a=%41"),
        Ok("http://127.0.0.1:9000/mock/v1/users?a=%41"),
    );
    check_with(
        &grant,
        &link("http://127.0.0.1:9000/mock/v1/users?a=%41"),
        Ok("http://127.0.0.1:9000/mock/v1/users?a=%41"),
    );
    check_with(&grant, &link("http://127.0.0.1:9000/v1/users"), Err("points to"));
    check_with(&grant, &link("http://127.0.0.1:9000/mocking/v1/users"), Err("points to"));
    check_with(&grant, &link("http://127.0.0.1:9001/mock/v1/users"), Err("points to"));
    check_with(&grant, &link("http://127.0.0.2:9000/mock/v1/users"), Err("points to"));
    check_with(&grant, &link("http://127.0.0.1:9000/mock/v1/admin"), Err("not granted"));
}

#[test]
fn redirects() {
    let grant = grant(&[], &[]);
    let from = grant.target(&path("/users")).unwrap();
    let to = |location: &str| grant.redirect(&from, location, Method::Get).map(|out| out.url.to_string());
    assert_eq!(to("/v1/users/1").unwrap(), "https://acme.example.com/v1/users/1");
    assert_eq!(to("users/2?a=b#c").unwrap(), "https://acme.example.com/v1/users/2?a=b");
    assert_eq!(to("https://acme.example.com/v1/users/3").unwrap(), "https://acme.example.com/v1/users/3");
    for evil in [
        "https://evil.com/v1/users",
        "//evil.com/v1/users",
        "http://169.254.169.254/latest",
        "/admin",
        "http://acme.example.com/v1/users",
        "https://u@acme.example.com/v1/users",
        "/\\evil.com",
        "/v1/users\r\n",
    ] {
        assert!(matches!(to(evil), Err(FetchError::Denied(_))), "{evil}");
    }
    assert!(to("https://evil.com/").unwrap_err().to_string().contains("https://evil.com"));
    assert!(grant.redirect(&from, "/v1/users/1", Method::Head).is_err());
}

/// Texts with a taste for trouble.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("/".to_owned()),
        Just("//".to_owned()),
        Just("..".to_owned()),
        Just("%2e".to_owned()),
        Just("%2F".to_owned()),
        Just("%5c".to_owned()),
        Just("\\".to_owned()),
        Just("@evil.com".to_owned()),
        Just("evil.com".to_owned()),
        Just("acme.example.com".to_owned()),
        Just("https:".to_owned()),
        Just("http://".to_owned()),
        Just("#".to_owned()),
        Just("?".to_owned()),
        Just(":443".to_owned()),
        Just("\t".to_owned()),
        Just("users".to_owned()),
        Just("v1".to_owned()),
        "\\PC{0,3}",
        any::<char>().prop_map(String::from),
    ];
    proptest::collection::vec(piece, 0..10).prop_map(|pieces| pieces.concat())
}

fn assert_inside(out: &Outgoing) {
    assert_eq!(out.url.scheme(), "https");
    assert_eq!(out.url.host_str(), Some("acme.example.com"));
    assert_eq!(out.url.port_or_known_default(), Some(443));
    assert!(out.url.username().is_empty() && out.url.password().is_none() && out.url.fragment().is_none());
    assert!(out.url.path().starts_with("/v1/"), "{}", out.url);
}

static GRANT: LazyLock<Grant> = LazyLock::new(|| grant(&[], &[]));

proptest! {
    #[test]
    fn no_path_leaves_the_host(text in hostile(), query in hostile(), prefix in prop_oneof![Just(""), Just("/users/"), Just("/groups/")]) {
        let request = Request { query: vec![(query.clone(), query)], ..path(&format!("{prefix}{text}")) };
        if let Ok(out) = GRANT.target(&request) {
            assert_inside(&out);
        }
    }

    #[test]
    fn no_next_link_leaves_the_host(text in hostile(), prefix in prop_oneof![Just(""), Just("https://acme.example.com"), Just("https://acme.example.com/v1/groups/")]) {
        if let Ok(out) = GRANT.target(&link(&format!("{prefix}{text}"))) {
            assert_inside(&out);
        }
    }

    #[test]
    fn no_redirect_leaves_the_host(text in hostile()) {
        let from = GRANT.target(&path("/users")).unwrap();
        if let Ok(out) = GRANT.redirect(&from, &text, Method::Get) {
            assert_inside(&out);
        }
    }
}
