//! What holds for every request that may be sent, whatever was asked for.

use percent_encoding::percent_decode_str;
use rollcall_grants::{Outgoing, Request};
use url::Url;

use crate::provider::{DECLARED, Declared};

pub const WORDS: &[&[u8]] = &[
    b"\xff",
    b"/",
    b"//",
    b"\\",
    b"..",
    b".",
    b"%2e",
    b"%2F",
    b"%252e",
    b"%5c",
    b"%00",
    b"@",
    b":",
    b":443",
    b":8443",
    b"?",
    b"#",
    b"&",
    b"=",
    b"+",
    b"*",
    b"**",
    b"https://",
    b"http://",
    b"https:",
    b"acme.example.com",
    b"open.example.com:8443",
    b"moved.example.com",
    b"127.0.0.1:9000",
    b"/mock",
    b"evil.example.net",
    b"[::1]",
    b"2130706433",
    b"0x7f.1",
    b"xn--",
    b"\t",
    b"\r\n",
    b"\n",
    b" ",
    b"\0",
    b"\x7f",
    b"/v1",
    b"/users",
    b"/groups/",
    b"/api",
    b"GET",
    b"POST",
    b"HEAD",
    b"api",
    b"open",
    b"moved",
    b"authorization",
    b"Host",
    b"cookie",
    b"x-api-key",
    b"api_key",
    b"\xc3\xa4",
    b"\xd0\xb0",
    b"\xe2\x80\xae",
    b"\xe3\x80\x82",
    b"\xef\xbc\x8f",
];

/// Panics unless the request goes where the manifest says, and says what was
/// asked for.
pub fn check(request: &Request, out: &Outgoing) {
    let told = format!("{request:?} became {out:?}");
    let declared = DECLARED.iter().find(|one| one.alias == request.host).expect(&told);
    let text = out.url.as_str();
    // Read as a careless reader would: up to the first of these.
    let (scheme, rest) = text.split_once("://").expect(&told);
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#', '\\']).expect(&told));
    assert_eq!(format!("{scheme}://{authority}"), declared.sent, "{told}");
    assert!(text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\'), "{told}");
    assert!(!text.contains('#'), "{told}");
    assert_eq!(Url::parse(text).as_ref(), Ok(&out.url), "{told}");

    let path = path.split('?').next().unwrap_or_default();
    assert_eq!(path, out.url.path(), "{told}");
    let logical = path.strip_prefix(declared.stand_in).expect(&told);
    assert_eq!(logical, out.logical_path, "{told}");
    granted(declared, request.method.as_str(), logical, &out.pattern, &told);
    assert_eq!(out.via_upstream, !declared.stand_in.is_empty(), "{told}");
    headers(request, &told);
}

/// The path lies below the declared one, climbs nowhere however often it is
/// decoded, and is as long as its pattern says.
fn granted(declared: &Declared, method: &str, path: &str, pattern: &str, told: &str) {
    let below = path.strip_prefix(declared.prefix).expect(told);
    let pattern = pattern.strip_prefix(declared.prefix).expect(told);
    let mut decoded = below.to_owned();
    for _ in 0..3 {
        assert!(!decoded.split(['/', '\\']).any(|part| matches!(part, "." | "..")), "{told}");
        decoded = percent_decode_str(&decoded).decode_utf8_lossy().into_owned();
    }
    let segments = |path: &str| path.strip_prefix('/').map(|rest| rest.split('/').count());
    let (wanted, given) = (segments(pattern).expect(told), segments(below));
    match pattern.ends_with("**") {
        true => assert!(given.is_some_and(|given| given >= wanted), "{told}"),
        false => assert_eq!(given.unwrap_or(1), wanted, "{told}"),
    }
    let line = format!("{method} {pattern}");
    assert!(crate::provider::MANIFEST.contains(&format!("\"{line}\"")), "{told}");
}

/// No header that the host sets, and none that ends a line.
fn headers(request: &Request, told: &str) {
    for (name, value) in &request.headers {
        assert!(!["authorization", "host", "cookie", "content-length"].contains(&name.as_str()), "{told}");
        assert!(name.bytes().all(|byte| byte.is_ascii_graphic() && !byte.is_ascii_uppercase()), "{told}");
        assert!(value.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()), "{told}");
    }
    let injected = request.credential.as_deref() == Some("key");
    assert!(!injected || request.headers.iter().all(|(name, _)| name != "x-api-key"), "{told}");
}
