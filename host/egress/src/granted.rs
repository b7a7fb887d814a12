//! What a token may do, in the provider's words (C14). For an admin to read: no
//! signature is checked, and no request depends on it.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rollcall_grants::limits::MAX_PERMISSION_BYTES;
use serde_json::Value;

use crate::limits::{MAX_CLAIMS_BYTES, MAX_GRANTED};
use crate::scrub::Scrubber;

/// Claims that name permissions: `roles` and `scp` as Microsoft has them, `scope`
/// as in RFC 9068.
const CLAIMS: [&str; 3] = ["roles", "scp", "scope"];

/// The permissions that the answer's `scope` and the token's own claims name.
/// Empty: the provider does not say.
pub(crate) fn granted(scope: Option<&Value>, token: &str) -> BTreeSet<String> {
    let claims = claims(token).unwrap_or_default();
    let named = CLAIMS.iter().filter_map(|claim| claims.get(claim));
    scope.into_iter().chain(named).flat_map(names).take(MAX_GRANTED).map(str::to_owned).collect()
}

/// Without names that have a credential in them.
pub(crate) fn clean(mut names: BTreeSet<String>, scrubber: &Scrubber) -> BTreeSet<String> {
    names.retain(|name| scrubber.text(&mut name.clone()) == 0);
    names
}

/// One text with spaces between, or a list.
fn names(value: &Value) -> Vec<&str> {
    let texts: Vec<&str> = match value {
        Value::String(text) => vec![text],
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let words = texts.into_iter().flat_map(str::split_ascii_whitespace);
    words.filter(|word| word.len() <= MAX_PERMISSION_BYTES && is_plain(word)).collect()
}

/// RFC 6749 section 3.3.
fn is_plain(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_graphic())
}

/// RFC 7519: three parts, the middle one an object. `None`: it is no such token.
fn claims(token: &str) -> Option<Value> {
    let mut parts = token.split('.');
    let (_, claims, _, None) = (parts.next()?, parts.next()?, parts.next()?, parts.next()) else {
        return None;
    };
    if claims.len() > MAX_CLAIMS_BYTES {
        return None;
    }
    let json = URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).ok()?;
    serde_json::from_slice(&json).ok().filter(Value::is_object)
}

#[cfg(test)]
mod tests {
    use rollcall_grants::Secret;
    use serde_json::json;

    use super::*;

    fn jwt(claims: &str) -> String {
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims))
    }

    fn check(scope: Value, token: &str, expected: &[&str]) {
        let found = granted(Some(&scope), token);
        assert_eq!(found, expected.iter().map(ToString::to_string).collect(), "{scope} {token}");
    }

    #[test]
    fn c14_permissions_are_read_from_the_answer_and_from_the_token() {
        check(json!("a b  a"), "opaque", &["a", "b"]);
        check(json!(["a b", "c", 1]), "opaque", &["a", "b", "c"]);
        check(
            Value::Null,
            &jwt(r#"{"roles":["User.Read.All"],"scp":"x y","scope":"z"}"#),
            &["User.Read.All", "x", "y", "z"],
        );
        check(json!("a"), &jwt(r#"{"scp":["okta.users.read"]}"#), &["a", "okta.users.read"]);
        assert!(granted(None, "opaque").is_empty());
    }

    #[test]
    fn c14_what_is_no_token_of_claims_says_nothing() {
        for token in
            ["", "..", "a.b", "a.b.c", "a.!.c", &jwt("[\"roles\"]"), &jwt("{\"roles\":{\"a\":1}}"), &jwt("{")]
        {
            check(Value::Null, token, &[]);
        }
        check(Value::Null, &format!("{}.d", jwt(r#"{"scp":"a"}"#)), &[]);
    }

    #[test]
    fn c14_names_are_limited_in_length_number_and_letters() {
        let long = "x".repeat(MAX_PERMISSION_BYTES);
        check(json!(format!("{long} {long}x")), "", &[&long]);
        check(json!("a\u{7}b b\u{e9} c"), "", &["c"]);
        let many: Vec<String> = (0..=MAX_GRANTED).map(|at| format!("p{at}")).collect();
        assert_eq!(granted(Some(&json!(many)), "").len(), MAX_GRANTED);
        let padded = |bytes: usize| jwt(&json!({"scp": "a", "pad": "x".repeat(bytes)}).to_string());
        check(Value::Null, &padded(1000), &["a"]);
        check(Value::Null, &padded(MAX_CLAIMS_BYTES), &[]);
    }

    #[test]
    fn rule_7_a_name_with_a_credential_in_it_is_left_out() {
        let secret = Secret::new("s3cr3t-s3cr3t");
        let scrubber = Scrubber::new([&secret].into_iter());
        let names = granted(Some(&json!("a x-s3cr3t-s3cr3t")), "");
        assert_eq!(clean(names, &scrubber), BTreeSet::from(["a".to_owned()]));
    }
}
