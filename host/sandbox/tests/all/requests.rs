//! Requests of a guest on their way to the network and back, and whom their
//! failures are blamed on.

use std::sync::{Arc, Mutex};

use rollcall_grants::{FetchError, Method, Request, Response, Target};
use rollcall_model::Failure;
use rollcall_sandbox::{Call, Limits};

use crate::guest::{Answers, call_to, guest, host};

const FETCH: &str = "(call $fetch (i32.const 2048) (i32.const 4096))";
/// A failure of the page's size: `fetch-failed("blame")`.
const REPORT: &str = r#"(data (i32.const 32768) "\01\00\00\00\00\00\00\00\06\00\00\00\00\90\00\00\05\00\00\00")
    (data (i32.const 36864) "blame")"#;

fn response(body: usize) -> Response {
    Response { status: 200, headers: vec![("etag".into(), "1".into())], body: vec![b'x'; body] }
}

/// Fetches once, is answered with `answer`, and reports `fetch-failed`.
async fn blamed(answer: Option<FetchError>) -> Failure {
    let fetch = if answer.is_some() { FETCH } else { "" };
    let connector = guest(&host(), REPORT, &format!("{fetch} (return (i32.const 32768))")).await;
    let network = Answers(move |_| Err(answer.clone().unwrap_or(FetchError::Timeout)));
    connector.pull_workers(call_to(network)).await.result.unwrap_err()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_host_decides_about_the_blame() {
    let text = || "why".to_owned();
    let detail = text();
    assert_eq!(blamed(Some(FetchError::Denied(text()))).await, Failure::Denied { detail: detail.clone() });
    assert_eq!(blamed(Some(FetchError::Budget(text()))).await, Failure::Budget { detail: detail.clone() });
    assert_eq!(blamed(Some(FetchError::Timeout)).await, Failure::Timeout);
    assert_eq!(
        blamed(Some(FetchError::Transport(text()))).await,
        Failure::Transport { detail: detail.clone() }
    );
    assert_eq!(blamed(Some(FetchError::SignIn(text()))).await, Failure::AuthFailed { detail });
    let invented = blamed(None).await;
    assert!(matches!(&invented, Failure::Contract { detail } if detail.ends_with("blame")), "{invented:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_arrives_as_it_was_made() {
    // post, host "api", path "/people", one query pair ("a", "b").
    let extra = r#"
        (data (i32.const 2048) "\02\00\00\00\00\0c\00\00\03\00\00\00\00\00\00\00\03\0c\00\00\07\00\00\00\00\0e\00\00\01\00\00\00")
        (data (i32.const 3072) "api/people") (data (i32.const 3584) "\00\0f\00\00\01\00\00\00\01\0f\00\00\01\00\00\00")
        (data (i32.const 3840) "ab")"#;
    let seen = Arc::new(Mutex::new(None));
    let network = {
        let seen = seen.clone();
        Answers(move |request| {
            *seen.lock().unwrap() = Some(request);
            Ok(response(10))
        })
    };
    // Traps unless the answer is Ok with status 200.
    let body =
        format!("{FETCH} (if (i32.ne (i32.load16_u (i32.const 4100)) (i32.const 200)) (then unreachable))");
    let called = guest(&host(), extra, &body).await.pull_workers(call_to(network)).await;
    assert!(called.result.is_ok(), "{called:?}");
    let expected = Request {
        method: Method::Post,
        host: "api".into(),
        target: Target::Path("/people".into()),
        query: vec![("a".into(), "b".into())],
        headers: vec![],
        body: None,
        credential: None,
        purpose: String::new(),
    };
    assert_eq!(seen.lock().unwrap().take(), Some(expected));
    assert_eq!((called.usage.fetches, called.usage.bytes_out, called.usage.bytes_in), (1, 12, 15));
}

/// Fetches in a loop, traps at the first answer that is an error.
async fn until_refused(limits: Limits, answer: usize) -> (u32, Option<FetchError>) {
    let body = format!(
        "(loop $again (global.set $free (i32.const 65536)) {FETCH}
            (br_if $again (i32.eqz (i32.load8_u (i32.const 4096))))) (return (i32.const 32768))"
    );
    let extra = format!("{REPORT} (func $boot (drop (memory.grow (i32.const 600)))) (start $boot)");
    let connector = guest(&host(), &extra, &body).await;
    let called =
        connector.pull_workers(Call { limits, ..call_to(Answers(move |_| Ok(response(answer)))) }).await;
    let error = match called.result {
        Err(Failure::Budget { detail }) => Some(FetchError::Budget(detail)),
        _ => None,
    };
    (called.usage.fetches, error)
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_are_counted() {
    let (fetches, error) = until_refused(Limits::COMPILED, 10).await;
    assert_eq!(error, Some(FetchError::Budget("200 requests a call".into())));
    assert_eq!(fetches, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_bounded() {
    let limits = Limits { response_body: 1000, ..Limits::COMPILED };
    let (fetches, error) = until_refused(limits, 1001).await;
    assert_eq!((fetches, error), (1, Some(FetchError::Budget("1000 bytes of an answer".into()))));
    let (fetches, error) = until_refused(limits, 1000).await;
    assert_eq!((fetches, error), (201, Some(FetchError::Budget("200 requests a call".into()))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_is_bounded() {
    // 101 requests, all of them zero; then reports what the host recorded.
    let body =
        "(call $fetch_all (i32.const 49152) (i32.const 101) (i32.const 4096)) (return (i32.const 32768))";
    let connector = guest(&host(), REPORT, body).await;
    let called = connector.pull_workers(call_to(Answers(|_| Ok(response(1))))).await;
    let detail = "101 requests at once, 100 allowed".to_owned();
    assert_eq!(called.result.unwrap_err(), Failure::Budget { detail });
    assert_eq!(called.usage.fetches, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_body_is_bounded() {
    // The option at 2048 + 40 is some, with 2 MiB at 65536.
    let extra = format!(r#"{REPORT} (data (i32.const 2088) "\01\00\00\00\00\00\01\00\00\00\20\00")"#);
    let body = format!("(drop (memory.grow (i32.const 64))) {FETCH} (return (i32.const 32768))");
    let connector = guest(&host(), &extra, &body).await;
    let called = connector.pull_workers(call_to(Answers(|_| Ok(response(1))))).await;
    let detail = "1048576 bytes of a request's body".to_owned();
    assert_eq!(called.result.unwrap_err(), Failure::Budget { detail });
}

/// What the host says about a request with these words, by their address.
async fn about_request(words: &[(u32, u32)]) -> Failure {
    let stores: String =
        words.iter().map(|(at, word)| format!("(i32.store (i32.const {at}) (i32.const {word}))")).collect();
    let body = format!("(drop (memory.grow (i32.const 64))) {stores} {FETCH} (return (i32.const 32768))");
    let connector = guest(&host(), REPORT, &body).await;
    connector.pull_workers(call_to(Answers(|_| Ok(response(1))))).await.result.unwrap_err()
}

/// No request failed, for all that the guest says.
const NOTHING_FAILED: &str = "it reports a request that failed, and none did: blame";

#[tokio::test(flavor = "multi_thread")]
async fn the_pairs_of_a_request_are_bounded() {
    // Pairs of empty texts, in memory that is zero.
    for list in [2072, 2080] {
        let failure = about_request(&[(list, 49152), (list + 4, 200)]).await;
        assert_eq!(failure, Failure::Contract { detail: NOTHING_FAILED.into() });
        let failure = about_request(&[(list, 49152), (list + 4, 201)]).await;
        assert_eq!(failure, Failure::Budget { detail: "200 headers or query parameters a request".into() });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_head_of_a_request_is_bounded() {
    // The name of the host.
    let failure = about_request(&[(2052, 131_072), (2056, 128 * 1024)]).await;
    assert_eq!(failure, Failure::Contract { detail: NOTHING_FAILED.into() });
    let failure = about_request(&[(2052, 131_072), (2056, 128 * 1024 + 1)]).await;
    assert_eq!(failure, Failure::Budget { detail: "131072 bytes of target, query and headers".into() });
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answers_of_a_batch_are_bounded_together() {
    let body =
        "(call $fetch_all (i32.const 49152) (i32.const 2) (i32.const 4096)) (return (i32.const 32768))";
    let host = host();
    let connector = guest(&host, REPORT, body).await;
    let about = async |batch_bodies| {
        let limits = Limits { batch_bodies, ..Limits::COMPILED };
        let call = Call { limits, ..call_to(Answers(|_| Ok(response(60)))) };
        connector.pull_workers(call).await.result.unwrap_err()
    };
    assert_eq!(about(120).await, Failure::Contract { detail: NOTHING_FAILED.into() });
    assert_eq!(about(119).await, Failure::Budget { detail: "119 bytes of answers at once".into() });
}
