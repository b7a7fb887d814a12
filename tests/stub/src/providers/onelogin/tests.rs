//! OneLogin as a reader meets it.

use serde_json::{Value, json};

use crate::server::Stub;
use crate::tests::{body_of, send, stub, truth};

/// `client:stub-secret`.
const BASIC: (&str, &str) = ("authorization", "Basic Y2xpZW50OnN0dWItc2VjcmV0");
const TOKEN: &str = "/onelogin/auth/oauth2/v2/token";

async fn bearer(stub: &Stub) -> String {
    let body = r#"{"grant_type":"client_credentials"}"#;
    let answer = body_of(send(stub, "POST", TOKEN, &[BASIC], body).await).await;
    format!("Bearer {}", answer["access_token"].as_str().expect("a token"))
}

/// All users, by their cursors.
async fn users(stub: &Stub, fields: &str) -> Vec<Value> {
    let bearer = bearer(stub).await;
    let mut all = Vec::new();
    let mut cursor = String::new();
    loop {
        let url = format!("/onelogin/api/2/users?limit=100{fields}{cursor}");
        let answer = send(stub, "GET", &url, &[("authorization", &bearer)], "").await;
        assert_eq!(answer.status(), 200, "{url}");
        let header = |name: &str| Some(answer.headers().get(name)?.to_str().ok()?.to_owned());
        let (next, total) = (header("after-cursor"), header("total-count"));
        let is_filtered = fields.contains("role_id") || fields.contains("group_id");
        assert!(is_filtered || total.as_deref() == Some("777"));
        all.extend(body_of(answer).await.as_array().cloned().expect("a bare list"));
        match next {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
}

#[tokio::test]
async fn pages_of_onelogin_together_are_the_truth() {
    let stub = stub(777, false, None, &[]);
    let people = users(&stub, "&fields=id,email,firstname,lastname,title").await;
    let truth = truth(&stub, "onelogin").await;
    assert_eq!(people.len(), truth.len());
    for (found, truth) in people.iter().zip(&truth) {
        for (key, fact) in [("id", "id"), ("email", "email"), ("firstname", "given"), ("lastname", "family")]
        {
            let own = found[key].as_u64().map_or(found[key].clone(), |number| json!(number.to_string()));
            assert_eq!(if own == "" { Value::Null } else { own }, truth[fact], "{key} of {truth}");
        }
        assert!(found.get("title").is_none_or(|title| *title == truth["title"]));
    }
    assert!(people.iter().any(|user| user.get("title").is_none()), "some have gaps");
    // Without being asked for it, the list has no title at all.
    assert!(users(&stub, "").await.iter().all(|user| user.get("title").is_none()));
}

#[tokio::test]
async fn filters_give_the_members_that_users_tell_of() {
    let stub = stub(777, false, None, &[]);
    let people = users(&stub, "&fields=id,role_ids,group_id").await;
    let ids = |all: Vec<&Value>| all.into_iter().map(|user| user["id"].clone()).collect::<Vec<_>>();
    // The gaps of a list are not in question here.
    let whole: Vec<&Value> = people.iter().filter(|user| user.get("role_ids").is_some()).collect();
    for number in [402, 405, 409, 1] {
        let has =
            |user: &&&Value| user["role_ids"].as_array().is_some_and(|all| all.contains(&json!(number)));
        let expected = ids(whole.iter().filter(has).copied().collect());
        let found = users(&stub, &format!("&fields=id,role_ids&role_id={number}")).await;
        let found = ids(found.iter().filter(|user| user.get("role_ids").is_some()).collect());
        assert_eq!(found, expected, "role {number}");
        let expected = ids(people.iter().filter(|user| user["group_id"] == number).collect());
        let found = users(&stub, &format!("&fields=id&group_id={number}")).await;
        assert_eq!(ids(found.iter().collect()), expected, "group {number}");
    }
}

#[tokio::test]
async fn what_onelogin_refuses() {
    let stub = stub(10, false, None, &[]);
    let body = r#"{"grant_type":"client_credentials"}"#;
    let wrong = ("authorization", "Basic Y2xpZW50Ondyb25n");
    let refused = send(&stub, "POST", TOKEN, &[wrong], body).await;
    assert_eq!(refused.status(), 401);
    assert_eq!(body_of(refused).await["status"]["message"], "Authentication Failure");
    assert_eq!(send(&stub, "POST", TOKEN, &[BASIC], "grant_type=client_credentials").await.status(), 400);
    let own = ("authorization", "client_id:client, client_secret:stub-secret");
    assert_eq!(send(&stub, "POST", TOKEN, &[own], body).await.status(), 200);

    let bearer = bearer(&stub).await;
    let good = ("authorization", bearer.as_str());
    let answer = send(&stub, "GET", "/onelogin/api/2/users?first_login=x", &[good], "").await;
    assert_eq!(body_of(answer).await["message"], "query parameter(s) not allowed: first_login");
    for (url, place) in [("/onelogin/api/2/users", "/message"), ("/onelogin/api/1/groups", "/status/message")]
    {
        assert_eq!(send(&stub, "GET", url, &[good], "").await.status(), 200, "{url}");
        let answer = send(&stub, "GET", url, &[], "").await;
        assert_eq!(answer.status(), 401, "{url}");
        assert!(body_of(answer).await.pointer(place).is_some(), "{url}");
    }
}
