use std::time::Duration;

use rollcall_grants::{FetchError, Method, Network, Request};

use crate::Limits;
use crate::limits::{MAX_RETRY_AFTER, MAX_TRIES, MAX_TRIES_500, MAX_TRIES_TIMEOUT};
use crate::stub::*;

/// Answers with `replies`, the last one again and again. The guest's result,
/// how often it was sent, and what was waited in between, in milliseconds.
async fn run(replies: Vec<Reply>, limits: Limits) -> (Result<u16, FetchError>, usize, Vec<u128>) {
    let stub = Stub::start(move |_, n| replies.get(n).or(replies.last()).unwrap().clone()).await;
    let rig = rig_with(&stub, "", limits);
    let result = rig.session.fetch(get("/users")).await.map(|response| response.status);
    (result, stub.received().len(), rig.time.waits().iter().map(Duration::as_millis).collect())
}

fn after(status: u16, retry_after: &str) -> Reply {
    Reply::new(status, &[("retry-after", retry_after)], b"")
}

#[tokio::test]
async fn temporary_statuses_are_tried_again() {
    for (status, millis) in [(429, 750), (500, 375), (502, 375), (503, 375), (504, 375)] {
        let replies = vec![Reply::status(status), Reply::ok("[]")];
        assert_eq!(run(replies, Limits::default()).await, (Ok(200), 2, vec![millis]), "{status}");
    }
    for status in [400, 403, 404, 501] {
        let replies = vec![Reply::status(status), Reply::ok("[]")];
        assert_eq!(run(replies, Limits::default()).await, (Ok(status), 1, vec![]), "{status}");
    }
}

/// Four at once, of which every second is refused: together again, one of them
/// could be refused each time.
#[tokio::test]
async fn whoever_was_refused_is_asked_for_alone() {
    let stub = Stub::start(|_, n| if n % 2 == 0 { after(429, "1") } else { Reply::ok("[]") }).await;
    let rig = rig_with(&stub, "", Limits::default());
    let answers = rig.session.fetch_all((0..24).map(|_| get("/users")).collect()).await;
    assert!(answers.iter().all(|answer| answer.as_ref().is_ok_and(|answer| answer.status == 200)));
    // Each of the four that were under way was refused twice at most.
    let most = 24 * 3;
    assert!(stub.received().len() <= most, "{}", stub.received().len());
}

/// A refused password, tried again and again, would lock an account.
#[tokio::test]
async fn what_a_manifest_calls_final_is_not_tried_again() {
    let fault = |code: &str| Reply::new(500, &[], format!("<faultcode>{code}</faultcode>").as_bytes());
    let check = async |reply: Reply, expected: usize| {
        let stub = Stub::start(move |_, _| reply.clone()).await;
        let request = Request { host: "soap".into(), ..get("/users") };
        let answer = rig(&stub, "").session.fetch(request).await.unwrap();
        assert_eq!((answer.status, stub.received().len()), (500, expected));
    };
    check(fault("Client.authenticationError"), 1).await;
    check(fault("Server.processingError"), MAX_TRIES_500 as usize).await;
}

#[tokio::test]
async fn what_a_manifest_calls_a_limit_is_waited_for() {
    let check = async |reason: &str, status: u16, waits: &[u64]| {
        let refused = Reply::new(403, &[], format!(r#"{{"reason":"{reason}"}}"#).as_bytes());
        let stub = Stub::start(move |_, n| if n == 0 { refused.clone() } else { Reply::ok("[]") }).await;
        let rig = rig(&stub, "");
        let request = Request { host: "soap".into(), ..get("/users") };
        assert_eq!(rig.session.fetch(request).await.unwrap().status, status);
        let waited: Vec<_> = waits.iter().copied().map(Duration::from_millis).collect();
        assert_eq!(rig.time.waits(), waited);
    };
    check("userRateLimitExceeded", 403, &[]).await;
    check("rateLimitExceeded", 200, &[750]).await;
    check("insufficientPermissions", 403, &[]).await;
}

#[tokio::test]
async fn tries_end() {
    let (result, tries, waits) = run(vec![Reply::status(503)], Limits::default()).await;
    assert_eq!((result, tries), (Ok(503), MAX_TRIES as usize));
    assert_eq!(waits, [375, 750, 1500, 3000]);
    let (result, tries, _) = run(vec![Reply::status(500)], Limits::default()).await;
    assert_eq!((result, tries), (Ok(500), MAX_TRIES_500 as usize));
}

#[tokio::test]
async fn the_provider_says_when() {
    for (value, millis) in [("7", 7000), ("1.5", 1500), ("0", 0), ("Thu, 15 Jan 2026 08:00:30 GMT", 30_000)] {
        let result = run(vec![after(429, value), Reply::ok("[]")], Limits::default()).await;
        assert_eq!(result, (Ok(200), 2, vec![millis]), "{value}");
    }
    // Junk: as if it were not there.
    assert_eq!(
        run(vec![after(503, "soon"), Reply::ok("[]")], Limits::default()).await,
        (Ok(200), 2, vec![375])
    );
    let max = MAX_RETRY_AFTER.as_secs();
    assert_eq!(run(vec![after(429, &max.to_string()), Reply::ok("[]")], Limits::default()).await.0, Ok(200));
    for long in
        [(max + 1).to_string(), "31536000".into(), "1e300".into(), "Thu, 15 Jan 2099 08:00:00 GMT".into()]
    {
        assert_eq!(
            run(vec![after(429, &long), Reply::ok("[]")], Limits::default()).await,
            (Ok(429), 1, vec![]),
            "{long}"
        );
    }
}

/// Without `Retry-After`, 429 says when the count begins anew.
#[tokio::test]
async fn a_rate_limit_says_when_it_is_over() {
    // 2026-01-15T08:00:20Z, by a provider whose clock is ten seconds ahead.
    let ahead = ("date", "Thu, 15 Jan 2026 08:00:10 GMT");
    let reset = |name, value| vec![ahead, (name, value)];
    for (status, headers, millis) in [
        (429, reset("x-rate-limit-reset", "1768464020"), 11_000),
        (429, vec![("x-ratelimit-reset", "1768464020")], 21_000),
        (429, reset("x-ratelimit-reset", "7"), 8000),
        (429, reset("ratelimit-reset", "0"), 1000),
        (429, vec![("x-rate-limit-reset", "1768464050"), ("x-rate-limit-reset", "1768464020")], 21_000),
        (429, vec![("x-rate-limit-reset", "1768464020"), ("retry-after", "3")], 3000),
        // Too many at once, junk, and a status that counts nothing.
        (429, vec![("x-rate-limit-reset", "1768464020"), ("x-rate-limit-limit", "0")], 750),
        (429, reset("x-rate-limit-reset", "soon"), 750),
        (503, reset("x-rate-limit-reset", "7"), 375),
    ] {
        let replies = vec![Reply::new(status, &headers, b""), Reply::ok("[]")];
        assert_eq!(run(replies, Limits::default()).await, (Ok(200), 2, vec![millis]), "{headers:?}");
    }
}

#[tokio::test]
async fn waits_of_a_session_have_an_end() {
    let limits = Limits { retry_wait: Duration::from_secs(10), ..Limits::default() };
    let (result, tries, waits) = run(vec![after(429, "4")], limits).await;
    assert_eq!((result, tries, waits), (Ok(429), 3, vec![4000, 4000]));
}

#[tokio::test]
async fn posts_are_reads_and_tried_again_with_their_body() {
    let stub = Stub::start(|_, n| if n == 0 { Reply::status(503) } else { Reply::ok("[]") }).await;
    let rig = rig(&stub, "");
    let post = Request { method: Method::Post, body: Some(b"{}".to_vec()), ..get("/users/.search") };
    assert_eq!(rig.session.fetch(post).await.unwrap().status, 200);
    assert!(stub.received().iter().all(|r| r.body == "{}"));
    let usage = rig.session.usage();
    assert_eq!((usage.requests, usage.retries, usage.waited_ms), (2, 1, 375));
}

#[tokio::test]
async fn broken_answers_are_tried_again() {
    for broken in [
        Reply::Close(vec![]),
        Reply::Close(b"HTTP/1.1 200 X\r\ncontent-length: 100\r\n\r\n[1,".to_vec()),
        Reply::Close(b"HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n5\r\n[1,".to_vec()),
        Reply::Close(b"not http at all\r\n\r\n".to_vec()),
        Reply::Close(b"HTTP/1.1 200 X\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n[]]".to_vec()),
        Reply::Close(b"HTTP/1.1 200 X\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\nnope".to_vec()),
        Reply::Close(b"HTTP/1.1 200 X\r\ncontent-encoding: br\r\ncontent-length: 4\r\n\r\nnope".to_vec()),
    ] {
        let (result, tries, _) = run(vec![broken.clone(), Reply::ok("[]")], Limits::default()).await;
        assert_eq!((result, tries), (Ok(200), 2), "{broken:?}");
        let (result, tries, _) = run(vec![broken.clone()], Limits::default()).await;
        assert!(matches!(result, Err(FetchError::Transport(_))), "{broken:?}: {result:?}");
        assert_eq!(tries, MAX_TRIES as usize, "{broken:?}");
    }
}

#[tokio::test]
async fn silence_is_a_timeout() {
    let moment = Duration::from_millis(30);
    let limits = Limits { head_timeout: moment, idle_timeout: moment, ..Limits::default() };
    let head = b"HTTP/1.1 200 X\r\ncontent-length: 100\r\n\r\n[1,";
    for silent in
        [Reply::Hang(vec![]), Reply::Hang(b"HTTP/1.1 200 X\r\n".to_vec()), Reply::Hang(head.to_vec())]
    {
        let (result, tries, _) = run(vec![silent.clone()], limits.clone()).await;
        assert_eq!((result, tries), (Err(FetchError::Timeout), MAX_TRIES_TIMEOUT as usize), "{silent:?}");
    }
}

#[tokio::test]
async fn nobody_there() {
    let stub = Stub::start(|_, _| Reply::ok("")).await;
    let mut gone = Stub::start(|_, _| Reply::ok("")).await;
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    gone.address = free.local_addr().unwrap();
    drop(free);
    let rig = rig(&gone, "");
    let error = rig.session.fetch(get("/users")).await.unwrap_err();
    assert_eq!(error, FetchError::Transport("no connection to the provider".into()));
    assert_eq!((rig.session.usage().requests, stub.connections()), (u64::from(MAX_TRIES), 0));
}
