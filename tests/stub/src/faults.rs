//! Faults on demand: what can go wrong between a provider and its reader.
//! They apply to requests for data, never to tokens or to the stub's control.

use std::str::FromStr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, Method, header};
use axum::response::Response;
use bytes::Bytes;
use futures::StreamExt;
use serde_json::Value;

use crate::{web, xml};

#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Fault {
    TooMany {
        every: u64,
        bare: bool,
    },
    TooManyForever,
    /// Signed in, and without any right.
    Forbidden,
    /// Google's other way to say too many: 403 with a reason. Google only.
    Quota {
        every: u64,
    },
    PageFails {
        page: usize,
        once: bool,
    },
    BadGatewayHtml,
    CutBody {
        page: usize,
    },
    CutJson {
        page: usize,
    },
    RepeatedCursor,
    EmptyFirst {
        next: bool,
        zero: bool,
    },
    ChangedTotal {
        by: i64,
    },
    Slow {
        milliseconds: u64,
    },
    ExpireToken {
        after: u64,
    },
    ExpireAlways,
    /// Every delta token is too old. Graph only.
    ExpireDelta,
    Html,
    Empty,
    ForeignNext,
    EchoAuth,
    RedirectOffsite,
    RedirectSame,
    DuplicateIds,
    MissingKey,
    NullIds,
}

impl FromStr for Fault {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (kind, argument) = match text.split_once(':') {
            Some((kind, argument)) => (kind, Some(argument)),
            None => (text, None),
        };
        let number = |default: Option<u64>| -> Result<u64, String> {
            match argument {
                Some(argument) => {
                    argument.parse().map_err(|_| format!("fault `{kind}`: `{argument}` is no number"))
                }
                None => default.ok_or_else(|| format!("fault `{kind}` needs a number: `{kind}:10`")),
            }
        };
        let every = |default| number(default).map(|every| every.max(1));
        Ok(match kind {
            "429" => Self::TooMany { every: every(None)?, bare: false },
            "429-bare" => Self::TooMany { every: every(None)?, bare: true },
            "429-forever" => Self::TooManyForever,
            "403" => Self::Forbidden,
            "quota-403" => Self::Quota { every: every(None)? },
            "500-page" => Self::PageFails { page: number(None)? as usize, once: false },
            "500-once" => Self::PageFails { page: number(None)? as usize, once: true },
            "502-html" => Self::BadGatewayHtml,
            "cut-body" => Self::CutBody { page: number(Some(1))? as usize },
            "cut-json" => Self::CutJson { page: number(Some(1))? as usize },
            "repeated-cursor" => Self::RepeatedCursor,
            "empty-first" => Self::EmptyFirst { next: false, zero: argument == Some("zero") },
            "empty-first-next" => Self::EmptyFirst { next: true, zero: false },
            "changed-total" => Self::ChangedTotal { by: number(None)? as i64 },
            "slow" => Self::Slow { milliseconds: number(None)? },
            "expire-token" => Self::ExpireToken { after: number(None)? },
            "expire-always" => Self::ExpireAlways,
            "expire-delta" => Self::ExpireDelta,
            "html-200" => Self::Html,
            "empty-200" => Self::Empty,
            "foreign-next" => Self::ForeignNext,
            "echo-auth" => Self::EchoAuth,
            "redirect-offsite" => Self::RedirectOffsite,
            "redirect-same" => Self::RedirectSame,
            "duplicate-ids" => Self::DuplicateIds,
            "missing-key" => Self::MissingKey,
            "null-ids" => Self::NullIds,
            _ => return Err(format!("unknown fault `{kind}`")),
        })
    }
}

/// What happens to a request before its answer is made.
pub enum Gate {
    Open,
    Expire,
    Unauthorized,
    TooMany { wait: bool },
    Quota,
    Forbidden,
    Answer(Box<Response>),
}

/// How a list names its parts, as JSON pointers.
pub struct Shape {
    pub list: &'static str,
    /// Whether the list is left out instead of being empty.
    pub absent: bool,
    pub next: Next,
    pub totals: &'static [&'static str],
    pub id: &'static str,
    /// A text of a person that is shown to people.
    pub title: &'static str,
}

pub enum Next {
    /// A whole URL.
    Url(&'static str),
    /// A token for the next request's query.
    Token(&'static str),
    /// Nothing: the reader counts.
    Position,
}

/// A page of a list of people.
pub struct Page {
    pub body: Bytes,
    /// 1 for the first page.
    pub number: usize,
    /// Whether the request asked for the beginning, without a token.
    pub beginning: bool,
    /// The link or token that asks for this page again.
    pub own: String,
}

/// What a page makes of itself under the faults.
pub enum Spoilt {
    Fine(Bytes),
    /// Status 500, in the provider's own form.
    Fails,
    Answer(Box<Response>),
}

#[derive(Default)]
pub struct Faults {
    list: Vec<Fault>,
    requests: AtomicU64,
    expired: AtomicBool,
    failed: AtomicBool,
}

impl Faults {
    pub fn new(list: Vec<Fault>) -> Self {
        Self { list, ..Self::default() }
    }

    pub fn has(&self, fault: Fault) -> bool {
        self.list.contains(&fault)
    }

    /// How long every answer is held back, in milliseconds.
    pub fn delay(&self) -> Option<u64> {
        self.list.iter().find_map(|fault| match fault {
            Fault::Slow { milliseconds } => Some(*milliseconds),
            _ => None,
        })
    }

    /// Counts the request and says what happens to it. Only a `whole` request
    /// meets the faults of the connection; a part of a batch does not.
    pub fn gate(&self, whole: bool, offsite: &str, here: &str, method: &Method) -> Gate {
        let count = self.requests.fetch_add(1, Ordering::Relaxed) + 1;
        for fault in &self.list {
            match *fault {
                Fault::ExpireAlways => return Gate::Unauthorized,
                Fault::ExpireToken { after }
                    if count > after && !self.expired.swap(true, Ordering::Relaxed) =>
                {
                    return Gate::Expire;
                }
                Fault::TooManyForever => return Gate::TooMany { wait: true },
                Fault::TooMany { every, bare } if count.is_multiple_of(every) => {
                    return Gate::TooMany { wait: !bare };
                }
                Fault::Forbidden => return Gate::Forbidden,
                Fault::Quota { every } if count.is_multiple_of(every) => return Gate::Quota,
                _ if !whole => {}
                Fault::BadGatewayHtml => return Gate::Answer(Box::new(web::html(502))),
                Fault::Html => return Gate::Answer(Box::new(web::html(200))),
                Fault::Empty => return Gate::Answer(Box::new(web::answer(200, web::JSON, ""))),
                Fault::RedirectOffsite => {
                    return Gate::Answer(Box::new(redirect(&format!("{offsite}{here}"), method)));
                }
                Fault::RedirectSame if !here.contains("redirected=1") => {
                    let mark = if here.contains('?') { '&' } else { '?' };
                    return Gate::Answer(Box::new(redirect(&format!("{here}{mark}redirected=1"), method)));
                }
                _ => {}
            }
        }
        Gate::Open
    }

    /// The rows of a page of a list that is read by token.
    pub fn rows(&self, list: &[u32], offset: usize, size: usize) -> Vec<u32> {
        let mut rows = slice(list, offset, offset + size).to_vec();
        if offset == size && !rows.is_empty() && self.has(Fault::DuplicateIds) {
            rows.extend(list.first());
        }
        rows
    }

    /// The rows of a page of a list that is read by position. A reader who
    /// advances by the page size and one who advances by the rows received
    /// both meet everybody, and somebody twice.
    pub fn rows_at(&self, list: &[u32], offset: usize, size: usize) -> Vec<u32> {
        if self.has(Fault::RepeatedCursor) {
            return slice(list, 0, size).to_vec();
        }
        if offset > 0 && self.has(Fault::DuplicateIds) {
            return slice(list, offset - 1, offset + size).to_vec();
        }
        slice(list, offset, offset + size).to_vec()
    }

    /// Whom a list without pages has a second time.
    pub fn again(&self, list: &[u32]) -> Option<u32> {
        list.first().copied().filter(|_| self.has(Fault::DuplicateIds))
    }

    /// The page as it is sent.
    pub fn spoil(&self, page: &Page, shape: &Shape, kind: &'static str, offsite: &str, auth: &str) -> Spoilt {
        let mut body = page.body.clone();
        if self.list.iter().any(|fault| fault.changes_content()) {
            // The stub wrote the page itself a moment ago.
            let mut value: Value = serde_json::from_slice(&body).expect("the stub writes JSON");
            for fault in &self.list {
                fault.change(&mut value, page, shape, offsite, auth);
            }
            body = Bytes::from(value.to_string());
        }
        if kind == web::XML {
            body = Bytes::from(xml::envelope(&body));
        }
        for fault in &self.list {
            match *fault {
                Fault::PageFails { page: at, once: false } if at == page.number => return Spoilt::Fails,
                Fault::PageFails { page: at, once: true }
                    if at == page.number && !self.failed.swap(true, Ordering::Relaxed) =>
                {
                    return Spoilt::Fails;
                }
                Fault::CutBody { page: at } if at == page.number => {
                    return Spoilt::Answer(Box::new(cut(kind, &body)));
                }
                Fault::CutJson { page: at } if at == page.number => {
                    body.truncate(body.len() / 2);
                }
                Fault::ForeignNext if !matches!(shape.next, Next::Url(_)) => {
                    let link = format!("<{offsite}/next>; rel=\"next\"");
                    let response = web::with_header(web::answer(200, kind, body), "link", &link);
                    return Spoilt::Answer(Box::new(response));
                }
                _ => {}
            }
        }
        Spoilt::Fine(body)
    }
}

impl Fault {
    fn changes_content(self) -> bool {
        matches!(
            self,
            Self::RepeatedCursor
                | Self::EmptyFirst { .. }
                | Self::ChangedTotal { .. }
                | Self::ForeignNext
                | Self::EchoAuth
                | Self::MissingKey
                | Self::NullIds
        )
    }

    fn change(self, body: &mut Value, page: &Page, shape: &Shape, offsite: &str, auth: &str) {
        let link = match shape.next {
            Next::Url(pointer) | Next::Token(pointer) => Some(pointer),
            Next::Position => None,
        };
        let first = format!("{}/0", shape.list);
        match self {
            Self::RepeatedCursor if page.number == 2 => {
                if let Some(link) = link.filter(|link| body.pointer(link).is_some()) {
                    set(body, link, Some(page.own.clone().into()));
                }
            }
            Self::EmptyFirst { next, zero } if page.number == 1 && page.beginning => {
                set(body, shape.list, (!shape.absent).then(|| Value::Array(Vec::new())));
                match link {
                    Some(link) if next => set(body, link, Some(page.own.clone().into())),
                    // A link that is an object goes as a whole.
                    Some(link) => set(body, link.strip_suffix("/href").unwrap_or(link), None),
                    None => {}
                }
                for total in shape.totals.iter().filter(|_| zero) {
                    set(body, total, Some(0.into()));
                }
            }
            Self::ChangedTotal { by } if page.number > 1 => {
                for total in shape.totals {
                    if let Some(number) = body.pointer(total).and_then(Value::as_i64) {
                        set(body, total, Some((number - by).into()));
                    }
                }
            }
            Self::ForeignNext => {
                if let Next::Url(link) = shape.next
                    && let Some(next) = body.pointer(link).and_then(Value::as_str)
                {
                    let path = next.splitn(4, '/').nth(3).unwrap_or_default();
                    let foreign = format!("{offsite}/{path}");
                    set(body, link, Some(foreign.into()));
                }
            }
            Self::EchoAuth if body.pointer(&first).is_some() => {
                set(body, &format!("{first}{}", shape.title), Some(format!("Seen: {auth}").into()));
            }
            Self::MissingKey => set(body, shape.list, None),
            Self::NullIds if body.pointer(&first).is_some() => {
                set(body, &format!("{first}{}", shape.id), Some(Value::Null));
            }
            _ => {}
        }
    }
}

fn slice(list: &[u32], from: usize, to: usize) -> &[u32] {
    let to = to.min(list.len());
    &list[from.min(to)..to]
}

/// Sets or removes what a pointer names; objects on the way are made.
fn set(body: &mut Value, pointer: &str, to: Option<Value>) {
    let mut at = body;
    let mut parts = pointer.split('/').skip(1).peekable();
    while let Some(part) = parts.next() {
        let last = parts.peek().is_none();
        match at {
            Value::Array(list) => {
                let Some(element) = part.parse::<usize>().ok().and_then(|index| list.get_mut(index)) else {
                    return;
                };
                at = element;
            }
            other => {
                if !other.is_object() {
                    *other = Value::Object(serde_json::Map::new());
                }
                let Value::Object(members) = other else { return };
                if last {
                    match to {
                        Some(value) => members.insert(part.to_owned(), value),
                        None => members.remove(part),
                    };
                    return;
                }
                at = members.entry(part).or_insert(Value::Null);
                // Lists cannot be made up: their length says something.
                if at.is_null() && parts.peek().is_some_and(|next| *next == "0") {
                    *at = Value::Array(vec![Value::Null]);
                }
            }
        }
    }
}

/// A POST stays one.
fn redirect(to: &str, method: &Method) -> Response {
    let status = if method == Method::POST { 307 } else { 302 };
    web::with_header(web::answer(status, "text/plain", ""), "location", to)
}

/// The first half of a body under the length of the whole: hyper closes the
/// connection when the rest fails to come.
fn cut(kind: &'static str, body: &Bytes) -> Response {
    let half = body.slice(..body.len() / 2);
    // An error at once would take along what is not yet sent.
    let rest = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        Err(std::io::Error::other("cut by the fault `cut-body`"))
    };
    let parts = futures::stream::iter([Ok(half)]).chain(futures::stream::once(rest));
    let mut response = web::answer(200, kind, Body::from_stream(parts));
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    response
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn faults_are_read() {
        assert_eq!("429:10".parse(), Ok(Fault::TooMany { every: 10, bare: false }));
        assert_eq!("cut-body".parse(), Ok(Fault::CutBody { page: 1 }));
        assert!("429".parse::<Fault>().is_err());
        assert!("slow:soon".parse::<Fault>().is_err());
        assert!("unheard-of".parse::<Fault>().is_err());
    }

    #[test]
    fn pointers_are_set_and_removed() {
        let mut body = json!({"data": [{"a": {"v": 1}}], "next": "x"});
        set(&mut body, "/data/0/a/v", Some(json!(2)));
        set(&mut body, "/data/0/b/v", Some(json!(3)));
        set(&mut body, "/data/0/organizations/0/title", Some(json!("t")));
        set(&mut body, "/next", None);
        assert_eq!(
            body,
            json!({"data": [{"a": {"v": 2}, "b": {"v": 3}, "organizations": [{"title": "t"}]}]})
        );
    }

    #[test]
    fn duplicates_lose_nobody_to_either_way_of_counting() {
        let faults = Faults::new(vec![Fault::DuplicateIds]);
        let list: Vec<u32> = (0..600).collect();
        for by_rows in [true, false] {
            let mut seen = Vec::new();
            let mut offset = 0;
            while offset < list.len() {
                let rows = faults.rows_at(&list, offset, 100);
                offset += if by_rows { rows.len() } else { 100 };
                seen.extend(rows);
            }
            assert!(seen.len() > 600);
            seen.sort_unstable();
            seen.dedup();
            assert_eq!(seen, list);
        }
    }
}
