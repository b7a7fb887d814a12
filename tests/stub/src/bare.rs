//! Lists that come as nothing but a list, while headers say where they go on.
//! A page is made as an object of `list`, `next` and `total`, in which faults
//! find their places, and is taken apart on its way out.

use axum::response::Response;
use bytes::Bytes;
use serde_json::{Value, json};

use crate::faults::{Next, Shape};
use crate::json::Json;
use crate::web;

/// Of a list of people with this place for ids and this one for titles.
pub const fn shape(id: &'static str, title: &'static str, totals: &'static [&'static str]) -> Shape {
    Shape { list: "/list", absent: false, next: Next::Url("/next"), totals, id, title }
}

/// A page as it is made.
pub fn page(next: Option<String>, total: Option<usize>, fill: impl FnOnce(&mut Json)) -> Bytes {
    Bytes::from(Json::object(|json| {
        json.some("next", next);
        json.some("total", total);
        json.list("list", fill);
    }))
}

/// A page taken apart: the answer, without its headers so far, where the list
/// goes on, and how long it is.
pub fn answer(kind: &'static str, page: Bytes) -> (Response, Option<String>, Option<u64>) {
    // A page that a fault has cut is no JSON any more.
    let Ok(Value::Object(mut parts)) = serde_json::from_slice(&page) else {
        return (web::answer(200, kind, page), None, None);
    };
    // A list that is missing leaves an object that is not a list.
    let list = parts.remove("list").unwrap_or_else(|| json!({}));
    let next = parts.get("next").and_then(Value::as_str).map(str::to_owned);
    (web::value(200, kind, &list), next, parts.get("total").and_then(Value::as_u64))
}
