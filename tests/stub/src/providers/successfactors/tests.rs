//! The interface as a reader meets it, without a socket.

use std::collections::BTreeMap;

use axum::body::{Body, to_bytes};
use axum::http::Request;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::{API_USER, COMPANY_ID, HOST};
use crate::clock;
use crate::consent::Consent;
use crate::server::{Options, Stub};

fn stub(people: u32) -> Stub {
    let options = Options {
        base: "http://127.0.0.1:1".to_owned(),
        offsite: "http://127.0.0.2:1".to_owned(),
        client_secret: "stub-secret".to_owned(),
        token_lifetime: None,
        page_limit: None,
        assertion_key: None,
        consent: Consent::Asked,
        scim_cursor: false,
    };
    Stub::new(options, people, 11, clock::START, Vec::new())
}

async fn get(stub: &Stub, company: &str, path: &str) -> (u16, Value) {
    let basic = STANDARD.encode(format!("{API_USER}@{company}:stub-secret"));
    let request = Request::builder().uri(path).header("authorization", format!("Basic {basic}"));
    let response = stub.serve(request.body(Body::empty()).expect("a request")).await;
    let status = response.status().as_u16();
    let bytes = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
    (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

/// All elements of a list, page by page.
async fn follow(stub: &Stub, provider: &str, query: &str) -> Vec<Value> {
    let mut all = Vec::new();
    let mut path = format!("/{provider}/odata/v2/{query}");
    loop {
        let (status, page) = get(stub, COMPANY_ID, &path).await;
        assert_eq!(status, 200, "{path}: {page}");
        all.extend(page["d"]["results"].as_array().expect("a list").iter().cloned());
        let Some(next) = page["d"]["__next"].as_str() else { return all };
        path = format!("/{provider}{}", next.strip_prefix(HOST).expect("a link to the provider"));
    }
}

async fn truth(stub: &Stub, provider: &str) -> Vec<Value> {
    let request = Request::builder().uri(format!("/control/truth/{provider}"));
    let response = stub.serve(request.body(Body::empty()).expect("a request")).await;
    let bytes = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
    String::from_utf8_lossy(&bytes).lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

#[tokio::test]
async fn pages_of_successfactors_together_are_the_truth() {
    let stub = stub(777);
    let expand =
        "$expand=personalInfoNav,emailNav/emailTypeNav,employmentNav/userNav,employmentNav/jobInfoNav";
    let list = format!("PerPerson?$format=json&customPageSize=100&paging=snapshot&{expand}");
    let today = follow(&stub, "successfactors", &list).await;
    let ahead = format!(
        "{list}&asOfDate=2027-01-15&$filter=employmentNav/startDate%20gt%20datetime'2026-01-15T00:00:00'"
    );
    let ahead = follow(&stub, "successfactors", &ahead).await;
    assert!(ahead.len() > 5 && today.len() > 700);
    let found: BTreeMap<_, _> =
        today.iter().chain(&ahead).map(|person| (person["personIdExternal"].to_string(), person)).collect();
    let told = truth(&stub, "successfactors").await;
    assert_eq!((found.len(), told.len()), (777, 777), "nobody is in both");
    for person in told {
        let names = &found[&person["id"].to_string()]["personalInfoNav"]["results"][0];
        assert_eq!(names["lastName"], person["family"]);
        assert_eq!(names.get("firstName").unwrap_or(&Value::Null), &person["given"]);
    }

    let accounts = follow(
        &stub,
        "successfactors-accounts",
        "User?$format=json&customPageSize=100&$filter=status%20in%20't','f'",
    )
    .await;
    let told = truth(&stub, "successfactors-accounts").await;
    assert_eq!(accounts.len(), told.len());
    for (account, told) in accounts.iter().zip(&told) {
        for (field, fact) in
            [("userId", "id"), ("email", "email"), ("lastName", "family"), ("title", "title")]
        {
            assert_eq!(account[field], told[fact], "{field} of {told}");
        }
    }
}

#[tokio::test]
async fn what_the_provider_does_not_have_it_names() {
    let stub = stub(20);
    let code = |body: &Value| body["error"]["code"].as_str().unwrap_or_default().to_owned();
    for (company, path, status, named) in [
        (COMPANY_ID, "successfactors/odata/v2/FOTeam?$format=json", 400, "COE_ENTITY_NOT_FOUND"),
        (
            COMPANY_ID,
            "successfactors/odata/v2/PerPerson?$format=json&$expand=personalInfoNav/titleNav",
            400,
            "COE_PROPERTY_NOT_FOUND",
        ),
        (
            COMPANY_ID,
            "successfactors/odata/v2/PerPerson?$format=json&$filter=foo%20ge%20datetime'2026-01-01'",
            400,
            "COE_PROPERTY_NOT_FOUND",
        ),
        (
            COMPANY_ID,
            "successfactors/odata/v2/PerPerson?$format=json&$filter=foo",
            400,
            "COE_GENERAL_BAD_REQUEST",
        ),
        (COMPANY_ID, "successfactors-accounts/odata/v2/PerPerson?$format=json", 400, "COE_ENTITY_NOT_FOUND"),
        ("other", "successfactors/odata/v2/User?$format=json", 403, "LGN0008"),
    ] {
        let (answered, body) = get(&stub, company, &format!("/{path}")).await;
        assert_eq!((answered, code(&body).as_str()), (status, named), "{path}");
    }
    let closed = follow(&stub, "successfactors", "FODepartment?$format=json&customPageSize=3").await;
    assert_eq!(closed.iter().filter(|unit| unit["status"] == "I").count(), 1);
    // Only active accounts, unless the status is asked for.
    let active = follow(&stub, "successfactors-accounts", "User?$format=json").await;
    assert!(active.iter().all(|account| account["status"] != "f"));
}

#[tokio::test]
async fn a_change_shows_in_one_part_of_a_person() {
    let stub = stub(300);
    let batch = crate::control::change(&stub, br#"{"rename":10,"hire":2,"seed":3}"#).expect("a batch");
    let affected = batch["affected"].as_array().map_or(0, Vec::len);
    let since = "ge%20datetimeoffset'2026-01-15T08:30:00Z'";
    let mut found = 0;
    for part in super::people::PARTS {
        let list = format!("PerPerson?$format=json&$filter={part}%20{since}");
        found += follow(&stub, "successfactors", &list).await.len();
    }
    // Newcomers are new in all parts.
    assert_eq!(found, affected - 2 + 2 * super::people::PARTS.len());
}
