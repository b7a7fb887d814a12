//! A guest's request becomes one URL, or none.

use rollcall_grants::limits::MAX_TARGET_BYTES;
use rollcall_grants::{FetchError, Method, Request, Target};

use crate::provider::GRANT;
use crate::sent;

/// Fields are parted by the byte 255, which no text has: method, alias, path,
/// slot, then a key and a value of the query, then a name and a value of a
/// header, and so on in turns.
pub fn target(data: &[u8]) {
    let mut fields =
        data.split(|byte| *byte == 0xff).map(|field| String::from_utf8_lossy(field).into_owned());
    let mut next = || fields.next().unwrap_or_default();
    let (method, host, path, slot) = (method(&next()), next(), next(), next());
    let (mut query, mut headers) = (Vec::new(), Vec::new());
    let rest: Vec<_> = fields.collect();
    for (turn, pair) in rest.chunks_exact(2).enumerate() {
        let pair = (pair[0].clone(), pair[1].clone());
        if turn % 2 == 0 { query.push(pair) } else { headers.push(pair) }
    }
    let credential = (!slot.is_empty()).then_some(slot);
    let request = Request {
        method,
        host,
        target: Target::Path(path),
        query,
        headers,
        body: None,
        credential,
        purpose: "fuzz".to_owned(),
    };
    let out = match GRANT.target(&request) {
        Ok(out) => out,
        Err(FetchError::Denied(_)) => return,
        Err(other) => panic!("{request:?} is refused as {other:?}"),
    };
    sent::check(&request, &out);
    // What a server reads is what was asked for, in the same order.
    let read: Vec<_> = out.url.query_pairs().into_owned().collect();
    assert_eq!(read, request.query, "{request:?}");
    // A provider that gives the same URL as its next page is followed.
    if out.url.as_str().len() <= MAX_TARGET_BYTES {
        let link = Target::NextLink(out.url.as_str().to_owned());
        let again = GRANT.target(&Request { target: link, query: Vec::new(), ..request.clone() });
        assert_eq!(again.as_ref(), Ok(&out), "{request:?}");
    }
}

pub(crate) fn method(text: &str) -> Method {
    match text {
        "POST" => Method::Post,
        "HEAD" => Method::Head,
        _ => Method::Get,
    }
}
