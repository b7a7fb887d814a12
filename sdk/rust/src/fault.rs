//! From an answer that is no success to a failure that says who has to act.

use crate::{Answer, Failure, json};

/// The meaning of HTTP statuses, for providers that keep to it.
pub fn of_status(answer: &Answer, reason: Option<String>) -> Failure {
    of_code(answer.status(), reason, answer)
}

/// As [`of_status`], where the status stands in the body of an answer that
/// claims to be a success.
pub fn of_code(status: u16, reason: Option<String>, answer: &Answer) -> Failure {
    match status {
        401 => Failure::AuthFailed(reason.unwrap_or_else(|| answer.to_string())),
        403 => Failure::PermissionMissing(reason.unwrap_or_else(|| answer.purpose().to_owned())),
        429 => Failure::RateLimited(answer.retry_after()),
        status => Failure::Upstream(status),
    }
}

/// Where providers usually put their reason, the most telling first.
const PLACES: [&str; 12] = [
    "/error_description",
    "/error/message",
    "/error/detail",
    "/errors/0/detail",
    "/errors/0/message",
    "/errors/0/title",
    "/message",
    "/detail",
    "/title",
    "/error",
    "/errors/0",
    "/reason",
];

/// The provider's reason from the usual places of a JSON body.
pub fn usual_reason(answer: &Answer) -> Option<String> {
    reason_at(answer, &PLACES)
}

/// The first text at one of these JSON pointers, shortened to what fits a line.
pub fn reason_at(answer: &Answer, pointers: &[&str]) -> Option<String> {
    let text = pointers.iter().find_map(|pointer| {
        let path: Vec<&str> = pointer.split('/').skip(1).collect();
        json::text_at(answer.body(), &path)
    })?;
    Some(one_line(&text))
}

/// A text of the provider's, shortened to what fits a line.
pub fn one_line(text: &str) -> String {
    const LONGEST: usize = 200;
    let line = text.split(char::is_control).map(str::trim).filter(|part| !part.is_empty());
    line.collect::<Vec<_>>().join(" ").chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Provider, get};
    use crate::{AccountInfo, Connector, Context, Cursor, Result, WorkerPage};

    struct Plain;

    impl Connector for Plain {
        fn check(cx: &Context) -> Result<AccountInfo> {
            cx.get("api", "/x").purpose("test").send().map(|_| AccountInfo::default())
        }

        fn workers(_: &Context, _: Cursor) -> Result<WorkerPage> {
            Ok(WorkerPage::default())
        }
    }

    #[track_caller]
    fn check(status: u16, body: &str, expected: Failure) {
        let answer =
            get("api", "/x").answer(status, "application/json", body).with_header("Retry-After", "7");
        let provider = Provider::new().on(answer);
        assert_eq!(Plain::check(&provider.context::<Plain>()), Err(expected), "{status} {body}");
    }

    #[test]
    fn a_status_says_who_has_to_act() {
        check(401, r#"{"error":{"message":"no such key"}}"#, Failure::AuthFailed("no such key".into()));
        check(401, "", Failure::AuthFailed("test: HTTP 401".into()));
        check(403, r#"{"errors":[{"detail":"scope x"}]}"#, Failure::PermissionMissing("scope x".into()));
        check(403, "<html>", Failure::PermissionMissing("test".into()));
        check(429, "", Failure::RateLimited(Some(7)));
        check(404, "", Failure::Upstream(404));
        check(503, "", Failure::Upstream(503));
    }

    #[test]
    fn a_reason_is_one_short_line() {
        let long = format!(r#"{{"message":"a\r\n b{}"}}"#, "c".repeat(300));
        let expected = format!("a b{}", "c".repeat(197));
        check(401, &long, Failure::AuthFailed(expected));
    }
}
