//! Which headers of an answer a guest gets to see.

use reqwest::header::HeaderMap;

/// By name: what a connector may need to read, page and report.
const ALLOWED: [&str; 28] = [
    "after-cursor",
    "client-request-id",
    "content-language",
    "content-range",
    "content-type",
    "date",
    "etag",
    "last-modified",
    "link",
    "location",
    "request-id",
    "retry-after",
    "total-count",
    "x-correlation-id",
    "x-goog-request-id",
    "x-amzn-requestid",
    "x-amzn-trace-id",
    // The only place where BambooHR says why.
    "x-bamboohr-error-message",
    "x-next-page",
    "x-okta-request-id",
    "x-page",
    "x-per-page",
    "x-request-id",
    "x-total",
    "x-total-count",
    "x-total-pages",
    "x-trace-id",
    "x-ms-ags-diagnostic",
];

/// By beginning: rate limits, as everybody spells them.
const ALLOWED_PREFIXES: [&str; 3] = ["ratelimit", "x-ratelimit-", "x-rate-limit-"];

/// The allowed headers with text values, in lower case.
pub(crate) fn visible(headers: &HeaderMap) -> Vec<(String, String)> {
    headers
        .iter()
        .filter(|(name, _)| is_visible(name.as_str()))
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
        .collect()
}

fn is_visible(name: &str) -> bool {
    ALLOWED.contains(&name) || ALLOWED_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expected: bool) {
        assert_eq!(is_visible(name), expected, "{name}");
    }

    #[test]
    fn names() {
        for name in [
            "content-type",
            "etag",
            "link",
            "retry-after",
            "x-bamboohr-error-message",
            "x-ratelimit-remaining",
            "ratelimit-policy",
            "ratelimit",
        ] {
            check(name, true);
        }
        for name in [
            "set-cookie",
            "authorization",
            "www-authenticate",
            "server",
            "x-powered-by",
            "x-echo",
            "connection",
            "content-length",
        ] {
            check(name, false);
        }
    }
}
