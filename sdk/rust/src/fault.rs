//! From an answer that is no success to a failure that says who has to act.

use serde_json::Value;

use crate::{Answer, Failure};

/// The meaning of HTTP statuses, for providers that keep to it.
pub fn of_status(answer: &Answer, reason: Option<String>) -> Failure {
    match answer.status() {
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
pub fn reason_at(answer: &Answer, places: &[&str]) -> Option<String> {
    const LONGEST: usize = 200;
    let body: Value = serde_json::from_slice(answer.body()).ok()?;
    let text = places.iter().find_map(|place| body.pointer(place)?.as_str().filter(|text| !text.trim().is_empty()))?;
    let line = text.split(char::is_control).map(str::trim).filter(|part| !part.is_empty());
    Some(line.collect::<Vec<_>>().join(" ").chars().take(LONGEST).collect())
}
