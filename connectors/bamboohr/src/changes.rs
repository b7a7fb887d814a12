//! Who changed since a moment.

use std::collections::BTreeMap;

use rollcall_sdk::json;
use rollcall_sdk::prelude::*;

/// The provider's clock may be behind the host's.
const OVERLAP_MINUTES: u32 = 5;

rollcall_sdk::shapes! {
    struct Change<'a> { action: Text<'a> }
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
struct Changed<'a> {
    #[serde(default)]
    latest: Text<'a>,
    employees: Changes<'a>,
}

/// By id; an empty one may come as a list.
#[derive(Deserialize)]
#[serde(untagged, bound(deserialize = "'de: 'a"))]
enum Changes<'a> {
    Some(BTreeMap<String, Change<'a>>),
    None([json::Ignored; 0]),
}

/// Ids of those who changed, ids of those who were deleted, and up to when
/// that is known.
pub fn read(cx: &Context, since: Since) -> Result<(Vec<String>, Vec<String>, Since)> {
    let call = crate::get(cx, "/api/v1/employees/changed", "changed people");
    let answer = call.query("since", since.less_minutes(OVERLAP_MINUTES)).send()?;
    let changed: Changed = answer.json()?;
    let latest = changed.latest.as_str().and_then(Instant::parse).map(Since::at);
    let known = latest.map_or(since, |latest| latest.max(since));
    let Changes::Some(all) = changed.employees else { return Ok((Vec::new(), Vec::new(), known)) };
    // Whoever left is changed; deleted is who was never there.
    let is_deleted =
        |change: &Change| change.action.as_str().is_some_and(|word| word.eq_ignore_ascii_case("deleted"));
    // What is not called by a number is nobody.
    let people = all.into_iter().filter(|(id, _)| id.bytes().all(|byte| byte.is_ascii_digit()));
    let (deleted, ids): (Vec<_>, Vec<_>) = people.partition(|(_, change)| is_deleted(change));
    let ids_of = |all: Vec<(String, Change)>| all.into_iter().map(|(id, _)| id).collect();
    Ok((ids_of(ids), ids_of(deleted), known))
}
