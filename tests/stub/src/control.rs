//! What a test does to the stub and learns from it: changes, faults, counts
//! and the plain facts that every reader should arrive at.

use std::sync::atomic::Ordering;

use axum::response::Response;
use serde_json::{Value, json};

use crate::changes::Batch;
use crate::faults::Fault;
use crate::server::Stub;
use crate::web::{self, Ask, JSON};
use crate::{clock, providers};

pub fn answer(stub: &Stub, ask: &Ask) -> Response {
    let segments = ask.segments();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    match (ask.method.as_str(), &segments[1..]) {
        ("POST", ["change"]) => match change(stub, &ask.body) {
            Ok(changed) => web::value(200, JSON, &changed),
            Err(error) => refuse(&error),
        },
        ("POST", ["faults"]) => {
            let parsed: Result<Vec<Fault>, String> = serde_json::from_slice::<Vec<String>>(&ask.body)
                .map_err(|error| error.to_string())
                .and_then(|texts| texts.iter().map(|text| text.parse()).collect());
            match parsed {
                Ok(faults) => {
                    let count = faults.len();
                    stub.set_faults(faults);
                    web::value(200, JSON, &json!({"faults": count}))
                }
                Err(error) => refuse(&error),
            }
        }
        ("POST", ["reset-stats"]) => {
            stub.stats.reset();
            web::value(200, JSON, &json!({}))
        }
        ("GET", ["stats"]) => {
            let requests = stub.stats.requests();
            web::value(
                200,
                JSON,
                &json!({
                    "total": requests.values().sum::<u64>(),
                    "requests": requests,
                    "most_at_once": stub.stats.most_under_way.load(Ordering::Relaxed),
                    "offsite": stub.stats.offsite.load(Ordering::Relaxed),
                    "offsite_with_authorization": stub.stats.offsite_authorized.load(Ordering::Relaxed),
                }),
            )
        }
        ("GET", ["truth", provider, what @ ..]) => {
            let Some(interface) = providers::ALL.iter().find(|one| one.name == *provider) else {
                return refuse("no such provider");
            };
            let company = stub.company();
            match what {
                [] => lines(&(interface.truth.people)(&company)),
                ["groups"] => lines(&(interface.truth.groups)(&company)),
                ["memberships"] => lines(&(interface.truth.memberships)(&company)),
                _ => refuse("only people, groups and memberships are known"),
            }
        }
        _ => web::value(404, JSON, &json!({"error": "no such control"})),
    }
}

/// Carries out a batch of changes, and tells whom it met.
pub fn change(stub: &Stub, batch: &[u8]) -> Result<Value, String> {
    let batch = serde_json::from_slice::<Batch>(batch).map_err(|error| error.to_string())?;
    let (affected, number, now, people) = stub.change(|company| {
        let affected = company.change(&batch);
        (affected, company.batch, company.now, company.present.len())
    });
    Ok(json!({"batch": number, "now": clock::utc(now), "people": people, "affected": affected}))
}

fn refuse(why: &str) -> Response {
    web::value(400, JSON, &json!({"error": why}))
}

fn lines(values: &[Value]) -> Response {
    let mut text = String::new();
    for value in values {
        text.push_str(&value.to_string());
        text.push('\n');
    }
    web::answer(200, "application/x-ndjson", text)
}
