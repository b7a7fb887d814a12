//! A URL that a provider gave, as the next page or as a redirect.

use rollcall_grants::{Request, Target};
use url::Url;

use crate::joining::method;
use crate::provider::{DECLARED, GRANT};
use crate::sent;

/// Fields parted by the byte 255: method, alias, and the URL.
pub fn target(data: &[u8]) {
    let mut fields = data.splitn(3, |byte| *byte == 0xff).map(String::from_utf8_lossy);
    let mut next = || fields.next().unwrap_or_default().into_owned();
    let (method, host, link) = (method(&next()), next(), next());
    let request = Request {
        method,
        host,
        target: Target::NextLink(link.clone()),
        query: Vec::new(),
        headers: Vec::new(),
        body: None,
        credential: None,
        purpose: "fuzz".to_owned(),
    };
    if let Ok(out) = GRANT.target(&request) {
        sent::check(&request, &out);
        // Passed on as it is, unless a stand-in gets it.
        let read = Url::parse(&link).expect("what is sent is a URL");
        let origin = read.origin().ascii_serialization();
        let declared = DECLARED.iter().find(|one| one.alias == request.host).expect("it is sent");
        assert!(declared.origins.contains(&origin.as_str()), "{link} became {}", out.url);
        assert!(out.url == read || out.via_upstream, "{link} became {}", out.url);
        assert_eq!(out.url.query(), read.query(), "{link} became {}", out.url);
    }
    let first = Request { target: Target::Path("/users/1".to_owned()), ..request.clone() };
    if let Ok(from) = GRANT.target(&first)
        && let Ok(out) = GRANT.redirect(&from, &link, method)
    {
        sent::check(&request, &out);
        assert_eq!(out.url.origin(), from.url.origin(), "{link}");
    }
}
