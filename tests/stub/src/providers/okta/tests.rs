//! Okta as a reader meets it.

use serde_json::Value;

use crate::tests::{body_of, link_of, send, stub, truth};

const SSWS: [(&str, &str); 1] = [("authorization", "SSWS stub-secret")];

/// All elements of a list, by its links.
async fn follow(stub: &crate::server::Stub, first: &str) -> Vec<Value> {
    let mut all = Vec::new();
    let mut url = Some(first.to_owned());
    while let Some(at) = url {
        let answer = send(stub, "GET", &at, &SSWS, "").await;
        assert_eq!(answer.status(), 200, "{at}");
        url = link_of(&answer, "next");
        all.extend(body_of(answer).await.as_array().cloned().expect("a bare list"));
    }
    all
}

#[tokio::test]
async fn pages_of_okta_together_are_the_truth() {
    let stub = stub(777, false, None, &[]);
    let everybody = "lastUpdated%20gt%20%221970-01-01T00:00:00.000Z%22";
    let people = follow(&stub, &format!("/okta/api/v1/users?limit=100&filter={everybody}")).await;
    let truth = truth(&stub, "okta").await;
    assert_eq!(people.len(), truth.len());
    for (found, truth) in people.iter().zip(&truth) {
        for (place, fact) in [
            ("/id", "id"),
            ("/profile/login", "user_name"),
            ("/profile/email", "email"),
            ("/profile/firstName", "given"),
            ("/profile/department", "department"),
            ("/profile/employeeNumber", "employee_number"),
        ] {
            assert_eq!(found.pointer(place).unwrap_or(&Value::Null), &truth[fact], "{place} of {truth}");
        }
    }
    // The plain list has nobody who was deactivated.
    let listed = follow(&stub, "/okta/api/v1/users").await;
    let gone = truth.iter().filter(|person| person["status"] == "terminated").count();
    assert!(gone > 0);
    assert_eq!(listed.len(), truth.len() - gone);
    let one = follow(&stub, "/okta/api/v1/users?search=profile.employeeNumber%20eq%20%2201001%22").await;
    assert_eq!(one.len(), 1);
}

#[tokio::test]
async fn what_okta_refuses() {
    let stub = stub(10, false, None, &[]);
    let status = async |url: &str, headers: &[(&str, &str)]| {
        let answer = send(&stub, "GET", url, headers, "").await;
        (answer.status().as_u16(), body_of(answer).await["errorCode"].clone())
    };
    assert_eq!(status("/okta/api/v1/users", &[]).await, (401, "E0000011".into()));
    let wrong = [("authorization", "SSWS nonsense")];
    assert_eq!(status("/okta/api/v1/users", &wrong).await, (401, "E0000011".into()));
    assert_eq!(
        status("/okta/api/v1/users?filter=title%20eq%20%22x%22", &SSWS).await,
        (400, "E0000031".into())
    );
    assert_eq!(status("/okta/api/v1/groups/nobody/users", &SSWS).await, (404, "E0000007".into()));
    let form = "grant_type=client_credentials&scope=okta.users.read&client_id=x&client_secret=y";
    let answer = send(&stub, "POST", "/okta/oauth2/v1/token", &[], form).await;
    assert_eq!(answer.status(), 401);
    assert_eq!(body_of(answer).await["error"], "invalid_client");
}
