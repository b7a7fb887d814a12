//! Several requests to Microsoft Graph in one.

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use axum::response::Response;
use bytes::Bytes;
use futures::FutureExt;
use serde_json::{Value, json};

use super::{INTERFACE, error, failure};
use crate::server::Stub;
use crate::web::{self, Ask, JSON, Query};

/// Answers a batch; each part meets the faults of its own.
pub fn answer(stub: &Stub, ask: &Ask) -> Response {
    let Ok(body) = serde_json::from_slice::<Value>(&ask.body) else { return failure(400) };
    let Some(requests) = body["requests"].as_array().filter(|requests| requests.len() <= 20) else {
        return error(400, "BadRequest", "A batch holds at most 20 requests.");
    };
    let mut responses: Vec<Value> = Vec::with_capacity(requests.len());
    for request in requests {
        let url = request["url"].as_str().unwrap_or_default();
        let method = request["method"].as_str().unwrap_or_default();
        let (path, query) = url.split_once('?').unwrap_or((url, ""));
        let mut headers = HeaderMap::new();
        if let Some(value) = ask.headers.get("authorization") {
            headers.insert("authorization", value.clone());
        }
        for (name, value) in request["headers"].as_object().into_iter().flatten() {
            let name = HeaderName::try_from(name.as_str());
            let value = HeaderValue::try_from(value.as_str().unwrap_or_default());
            if let (Ok(name), Ok(value)) = (name, value) {
                headers.insert(name, value);
            }
        }
        let part = Ask {
            method: Method::from_bytes(method.as_bytes()).unwrap_or(Method::GET),
            path: format!("/graph/v1.0/{}", path.trim_start_matches('/')),
            query: Query::new(query),
            headers,
            body: Bytes::from(request["body"].to_string()),
        };
        // A batch within a batch is not allowed.
        let part_answer =
            if part.path.ends_with("/$batch") { failure(400) } else { stub.data(&INTERFACE, &part, false) };
        let mut described = json!({
            "id": request["id"],
            "status": part_answer.status().as_u16(),
            "headers": {"Content-Type": "application/json"},
        });
        if let Some(wait) = part_answer.headers().get("retry-after").and_then(|value| value.to_str().ok()) {
            described["headers"]["Retry-After"] = wait.into();
        }
        described["body"] = whole(part_answer);
        responses.push(described);
    }
    // Answers come in any order.
    responses.reverse();
    web::value(200, JSON, &json!({"responses": responses}))
}

/// The body of an answer that was made in memory.
fn whole(response: Response) -> Value {
    axum::body::to_bytes(response.into_body(), usize::MAX)
        .now_or_never()
        .and_then(Result::ok)
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .unwrap_or(Value::Null)
}
