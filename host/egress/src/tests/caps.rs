use std::io::Write;
use std::time::Duration;

use rollcall_grants::{FetchError, Network};

use crate::Limits;
use crate::limits::{MAX_RESPONSE_BYTES, MAX_RESPONSE_HEADER_BYTES, MAX_RESPONSE_HEADERS};
use crate::stub::*;

async fn fetched(reply: Reply, limits: Limits) -> Result<usize, FetchError> {
    let stub = Stub::start(move |_, _| reply.clone()).await;
    rig_with(&stub, "", limits).session.fetch(get("/users")).await.map(|response| response.body.len())
}

fn too_large(result: Result<usize, FetchError>) -> bool {
    matches!(result, Err(FetchError::Budget(text)) if text.contains("smaller pages"))
}

#[tokio::test]
async fn the_largest_body_and_one_byte_more() {
    let body = vec![b'x'; MAX_RESPONSE_BYTES + 1];
    let fits = Reply::new(200, &[], &body[1..]);
    assert_eq!(fetched(fits, Limits::default()).await, Ok(MAX_RESPONSE_BYTES));
    assert!(too_large(fetched(Reply::new(200, &[], &body), Limits::default()).await));
}

#[tokio::test]
async fn an_announced_length_is_believed_before_reading() {
    let head = b"HTTP/1.1 200 X\r\ncontent-length: 99999999999\r\n\r\n".to_vec();
    assert!(too_large(fetched(Reply::Hang(head), Limits::default()).await));
}

#[tokio::test]
async fn endless_bodies() {
    let chunk = [b"10000\r\n".to_vec(), vec![b'x'; 0x10000], b"\r\n".to_vec()].concat();
    let chunked = b"HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    assert!(too_large(fetched(Reply::Endless(chunked, chunk), Limits::default()).await));
    let until_close = b"HTTP/1.1 200 X\r\n\r\n".to_vec();
    assert!(too_large(fetched(Reply::Endless(until_close, vec![b'x'; 0x10000]), Limits::default()).await));
}

#[tokio::test]
async fn a_gzip_bomb() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let zeros = vec![0; 1 << 20];
    for _ in 0..64 {
        encoder.write_all(&zeros).unwrap();
    }
    let bomb = encoder.finish().unwrap();
    assert!(bomb.len() < 1 << 20);
    assert!(too_large(
        fetched(Reply::new(200, &[("content-encoding", "gzip")], &bomb), Limits::default()).await
    ));
}

#[tokio::test]
async fn a_slow_drip_ends_with_the_exchange() {
    // A byte at a time as fast as it goes: never idle, never done.
    let head = b"HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    let limits = Limits {
        exchange_timeout: Duration::from_millis(50),
        response_bytes: usize::MAX,
        ..Limits::default()
    };
    assert_eq!(fetched(Reply::Endless(head, b"1\r\nx\r\n".to_vec()), limits).await, Err(FetchError::Timeout));
}

fn with_headers(count: usize, bytes: usize) -> Reply {
    let mut head = "HTTP/1.1 200 X\r\ncontent-length: 0\r\n".to_owned();
    for i in 1..count {
        head.push_str(&format!("x-{i}: {}\r\n", "v".repeat(bytes)));
    }
    Reply::Close(format!("{head}\r\n").into_bytes())
}

#[tokio::test]
async fn headers() {
    assert_eq!(fetched(with_headers(MAX_RESPONSE_HEADERS, 1), Limits::default()).await, Ok(0));
    let many = fetched(with_headers(MAX_RESPONSE_HEADERS + 1, 1), Limits::default()).await;
    assert!(matches!(many, Err(FetchError::Transport(_))), "{many:?}");
    let long = fetched(with_headers(65, MAX_RESPONSE_HEADER_BYTES / 64), Limits::default()).await;
    assert!(matches!(long, Err(FetchError::Transport(_))), "{long:?}");
    let endless =
        Reply::Endless(b"HTTP/1.1 200 X\r\n".to_vec(), b"x-a: bbbbbbbbbbbbbbbbbbbbbbbb\r\n".to_vec());
    let endless = fetched(endless, Limits::default()).await;
    assert!(matches!(endless, Err(FetchError::Transport(_))), "{endless:?}");
}

#[tokio::test]
async fn sessions_have_budgets() {
    let stub = Stub::start(|_, _| Reply::ok("12345")).await;
    let requests = rig_with(&stub, "", Limits { session_requests: 2, ..Limits::default() });
    let bytes = rig_with(&stub, "", Limits { session_bytes: 10, ..Limits::default() });
    for rig in [requests, bytes] {
        for _ in 0..2 {
            rig.session.fetch(get("/users")).await.unwrap();
        }
        let error = rig.session.fetch(get("/users")).await.unwrap_err();
        assert!(matches!(error, FetchError::Budget(text) if text.contains("in one run")));
    }
    assert_eq!(stub.received().len(), 4);
}
