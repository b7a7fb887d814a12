use std::time::Duration;

use rollcall_grants::{FetchError, Network, Request, Response};

use crate::limits::MAX_BATCH_REQUESTS;
use crate::stub::*;
use crate::{Egress, Limits};

fn numbered(count: usize) -> Vec<Request> {
    (0..count).map(|i| get(&format!("/users/{i}"))).collect()
}

#[tokio::test]
async fn answers_come_in_the_order_asked() {
    let stub = Stub::start(|r, _| Reply::ok(&r.target)).await;
    let rig = rig(&stub, "");
    let mut requests = numbered(MAX_BATCH_REQUESTS);
    requests[7] = get("/admin");
    let answers = rig.session.fetch_all(requests).await;
    assert_eq!(answers.len(), MAX_BATCH_REQUESTS);
    for (i, answer) in answers.iter().enumerate() {
        match answer {
            Ok(Response { body, .. }) => assert_eq!(body, format!("/v1/users/{i}").as_bytes()),
            Err(error) => assert!(i == 7 && matches!(error, FetchError::Denied(_)), "{i}: {error}"),
        }
    }
    assert!(stub.connections() <= 4, "no more at once than the manifest says");
}

#[tokio::test]
async fn too_many_at_once() {
    let stub = Stub::start(|_, _| Reply::ok("")).await;
    let answers = rig(&stub, "").session.fetch_all(numbered(MAX_BATCH_REQUESTS + 1)).await;
    assert_eq!(answers.len(), MAX_BATCH_REQUESTS + 1);
    assert!(answers.iter().all(|answer| matches!(answer, Err(FetchError::Budget(_)))));
    assert_eq!(stub.connections(), 0);
    assert!(rig(&stub, "").session.fetch_all(vec![]).await.is_empty());
}

#[tokio::test]
async fn answers_share_an_allowance() {
    let stub = Stub::start(|_, _| Reply::ok("0123456789")).await;
    let rig = rig_with(&stub, "", Limits { batch_bytes: 35, ..Limits::default() });
    let answers = rig.session.fetch_all(numbered(5)).await;
    assert_eq!(answers.iter().filter(|a| a.is_ok()).count(), 3);
    let refused = |a: &&Result<Response, FetchError>| matches!(a, Err(FetchError::Budget(text)) if text.contains("fewer at once"));
    assert_eq!(answers.iter().filter(refused).count(), 2);
    // The next batch has an allowance of its own.
    assert!(rig.session.fetch_all(numbered(3)).await.iter().all(Result::is_ok));
}

#[tokio::test]
async fn tries_give_their_bytes_back() {
    for first in [
        Reply::new(503, &[], b"0123456789"),
        Reply::redirect(302, "/v1/users"),
        Reply::Close(b"HTTP/1.1 200 X\r\ncontent-length: 10\r\n\r\n01234567".to_vec()),
    ] {
        let stub =
            Stub::start(move |_, n| if n == 0 { first.clone() } else { Reply::ok("0123456789") }).await;
        let rig = rig_with(&stub, "", Limits { batch_bytes: 10, ..Limits::default() });
        assert!(rig.session.fetch_all(numbered(1)).await[0].is_ok());
        assert_eq!(stub.received().len(), 2);
    }
}

#[tokio::test]
async fn rates_are_kept_across_sessions_of_one_integration() {
    let stub = Stub::start(|_, _| Reply::ok("")).await;
    let egress = Egress::default();
    let limits = Limits { rate_upstreams: true, ..Limits::default() };
    let slow = Request { host: "slow".into(), ..get("/x") };
    let first = rig_of(&egress, &stub, "", limits.clone(), "unused-key");
    for _ in 0..3 {
        first.session.fetch(slow.clone()).await.unwrap();
    }
    assert_eq!(first.time.waits(), [Duration::from_secs(10)]);
    // Its clock stands at zero, where the window of the other is full.
    let second = rig_of(&egress, &stub, "", limits.clone(), "unused-key");
    second.session.fetch(slow.clone()).await.unwrap();
    assert_eq!(second.time.waits().len(), 1);
    drop((first, second));
    let third = rig_of(&egress, &stub, "", limits.clone(), "unused-key");
    third.session.fetch(slow).await.unwrap();
    assert!(third.time.waits().is_empty());
    // Another alias has no limit.
    third.session.fetch_all(numbered(10)).await;
    assert!(third.time.waits().is_empty());
}

#[tokio::test]
async fn a_stand_in_has_no_rate_of_its_own() {
    let stub = Stub::start(|_, _| Reply::ok("")).await;
    let rig = rig_of(&Egress::default(), &stub, "", Limits::default(), "unused-key");
    for _ in 0..5 {
        rig.session.fetch(Request { host: "slow".into(), ..get("/x") }).await.unwrap();
    }
    assert!(rig.time.waits().is_empty());
}
