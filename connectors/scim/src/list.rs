//! A list of people or groups, page by page: what to ask for, what came, and
//! what follows.

use rollcall_sdk::paging::Seen;
use rollcall_sdk::prelude::*;
use rollcall_sdk::{fault, json};
use serde::ser::{SerializeMap, Serializer};

use crate::json::{Envelope, Json};
use crate::user::{ENTERPRISE, Mapping};
use crate::{Since, settings};

const ACCEPT: &str = "application/scim+json, application/json;q=0.9";
/// What the host takes in one page.
const MOST_ROWS: usize = 5000;
/// Rows of a list without pages that are handed on at a time.
const SLICE: usize = 2000;
/// With the setting `attributes`: what the field map reads, and nothing else.
const ATTRIBUTES: &str = "id,externalId,userName,active,displayName,name,nickName,title,userType,\
    preferredLanguage,locale,timezone,emails,phoneNumbers,addresses,groups,meta";

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Paging {
    Index,
    Cursor,
    None,
}

/// Where the read of a list is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct At {
    pub users: bool,
    pub path: String,
    pub paging: Paging,
    pub count: u32,
    pub sort: bool,
    /// Rows received; with cursors only whether there were any, so that a
    /// circle of cursors comes to the same state and the host notices.
    pub read: u64,
    pub cursor: Option<String>,
    pub seen: Seen,
    /// Whether an expired cursor has made the list begin anew once.
    pub restarted: bool,
    /// When the read began, by the server's clock.
    pub began: Option<i64>,
    /// The second pass, over the people whom the first one hides.
    pub inactive: bool,
    /// Groups without their members.
    pub bare: bool,
}

impl Shape for At {
    const SHAPE: &'static str = "scim-list/1";
}

/// What came with a page beside its rows.
pub struct Page {
    pub rows: usize,
    /// Whether the server has such a list at all.
    pub offered: bool,
    /// `totalResults` as stated.
    pub stated: Option<u64>,
    pub next: Option<At>,
    pub began: Option<i64>,
    /// By what the list goes on.
    pub paging: Paging,
}

impl Page {
    /// The total for the host to hold the read against. With cursors it may be
    /// an estimate.
    pub fn total(&self) -> Option<u64> {
        self.stated.filter(|_| self.paging != Paging::Cursor)
    }
}

/// An answer of one of the documents about the server itself; nothing where it
/// does not offer that, says so with HTML, or does not let this credential see it.
pub fn document<T>(cx: &Context, path: &str, read: impl FnOnce(&Json) -> T) -> Result<Option<T>> {
    let answer =
        cx.get("scim", path).auth("api").header("accept", ACCEPT).purpose("features").any_status()?;
    let good = (200..300).contains(&answer.status());
    Ok(answer.json::<Json>().ok().filter(|json| good && !is_error(json)).map(|json| read(&json)))
}

/// The rows of a ListResponse, or of the bare array that some servers send.
pub fn rows<'j, 'a>(json: &'j Json<'a>) -> &'j [Json<'a>] {
    json.get("Resources").unwrap_or(json).items()
}

fn has_schema(json: &Json, begin: &str) -> bool {
    let is = |schema: &Json| schema.text().is_some_and(|urn| urn.to_ascii_lowercase().starts_with(begin));
    json.get("schemas").is_some_and(|schemas| schemas.items().iter().any(is))
}

fn is_error(json: &Json) -> bool {
    has_schema(json, "urn:ietf:params:scim:api:messages:2.0:error")
}

/// An error, or a SCIM 1.1 answer, with status 200 is a failure.
pub fn good(cx: &Context, answer: &Answer, json: &Json) -> Result<()> {
    if is_error(json) {
        let status = json.get("status").and_then(Json::count).and_then(|status| u16::try_from(status).ok());
        return Err(fault::of_code(status.unwrap_or(500), json.text_of("detail"), answer));
    }
    if has_schema(json, "urn:scim:schemas:core:1.") {
        return Err(cx.setting("base_url").wrong("is that of a SCIM 1.1 server; SCIM 2.0 is needed"));
    }
    Ok(())
}

impl At {
    /// The beginning of a list, as the server's own description says it is read.
    pub fn start(cx: &Context, users: bool) -> Result<Self> {
        settings::base_url(cx)?;
        let chosen = cx.setting("paging").one_of(&["auto", "index", "cursor", "none"])?;
        let size = cx.setting("page_size").parse("a number from 1 to 1000")?.unwrap_or(100);
        let features = document(cx, "/ServiceProviderConfig", |json| {
            let paging = json.get("pagination").unwrap_or(&Json::Null);
            let flag = |name: &str| paging.get(name).and_then(Json::flag);
            let cursor = paging.is("defaultPaginationMethod", "cursor") || flag("index") == Some(false);
            let largest =
                paging.get("maxPageSize").and_then(Json::count).and_then(|most| u32::try_from(most).ok());
            let sort = json.get("sort").and_then(|sort| sort.get("supported")).and_then(Json::flag);
            (cursor && flag("cursor") == Some(true), largest.unwrap_or(u32::MAX).max(1), sort == Some(true))
        });
        let (by_cursor, largest, sort) = features?.unwrap_or((false, u32::MAX, false));
        let paging = match chosen {
            "none" => Paging::None,
            "cursor" => Paging::Cursor,
            "auto" if by_cursor => Paging::Cursor,
            _ => Paging::Index,
        };
        Ok(Self {
            users,
            path: settings::path(cx, users)?,
            paging,
            count: cx.page_size(size).min(largest),
            sort,
            read: 0,
            cursor: None,
            seen: Seen::default(),
            restarted: false,
            began: None,
            inactive: false,
            bare: false,
        })
    }

    /// The same list from its beginning.
    pub fn again(&self) -> Self {
        Self { read: 0, cursor: None, seen: Seen::default(), ..self.clone() }
    }

    fn is_first(&self) -> bool {
        self.read == 0 && self.cursor.is_none()
    }

    fn parameters(&self, cx: &Context, filter: Option<&str>) -> Result<Vec<(&'static str, String)>> {
        let mut all = match self.paging {
            Paging::Index => {
                vec![("startIndex", (self.read + 1).to_string()), ("count", self.count.to_string())]
            }
            Paging::Cursor => {
                vec![("cursor", self.cursor.clone().unwrap_or_default()), ("count", self.count.to_string())]
            }
            Paging::None => Vec::new(),
        };
        all.extend(filter.map(|filter| ("filter", filter.to_owned())));
        if self.users && cx.setting("attributes").boolean(false)? {
            let mapping = Mapping::read(cx)?;
            let mapped = mapping.paths().filter_map(|path| path.split('[').next());
            all.push((
                "attributes",
                [ATTRIBUTES, ENTERPRISE].into_iter().chain(mapped).collect::<Vec<_>>().join(","),
            ));
        }
        if self.bare {
            all.push(("excludedAttributes", "members".into()));
        }
        if self.sort {
            all.extend([("sortBy", "id".into()), ("sortOrder", "ascending".into())]);
        }
        Ok(all)
    }

    fn send(&self, cx: &Context, filter: Option<&str>) -> Result<Answer> {
        let parameters = self.parameters(cx, filter)?;
        let search = cx.setting("search").boolean(false)?;
        let body = serde_json::to_vec(&SearchRequest(&parameters)).unwrap_or_default();
        let send = |accept: &str| {
            let call = if search {
                cx.post("scim", format!("{}/.search", self.path)).body("application/scim+json", body.clone())
            } else {
                parameters
                    .iter()
                    .fold(cx.get("scim", &self.path), |call, (key, value)| call.query(key, value))
            };
            let purpose = if self.users { "people page" } else { "groups page" };
            call.auth("api").header("accept", accept).purpose(purpose).any_status()
        };
        let answer = send(ACCEPT)?;
        if matches!(answer.status(), 406 | 415) { send("application/json") } else { Ok(answer) }
    }

    /// A page that is no refusal; `None`: there are no groups here, or nobody
    /// whom the filter lets through.
    fn ask(&mut self, cx: &Context, filter: Option<&str>) -> Result<Option<Answer>> {
        loop {
            let answer = self.send(cx, filter)?;
            let status = answer.status();
            if (200..300).contains(&status) {
                let date = answer.header("date").and_then(http_date);
                self.began = self.began.or(Some(date.unwrap_or(cx.now()).millis()));
                return Ok(Some(answer));
            }
            let kind = json::text_at(answer.body(), &["scimType"]).unwrap_or_default();
            if self.is_first() && self.sort && matches!(status, 400 | 501) {
                self.sort = false;
            } else if self.cursor.is_some()
                && !self.restarted
                && matches!(&*kind, "expiredCursor" | "invalidCursor")
            {
                *self = Self { restarted: true, ..self.again() };
            } else if self.is_first() && !self.users && matches!(status, 403 | 404 | 405 | 501) {
                warn!("{answer}: the server is taken to offer no groups");
                return Ok(None);
            } else if self.is_first()
                && filter.is_some()
                && status == 404
                && self.send(cx, None)?.status() == 200
            {
                return Ok(None);
            } else {
                return Err(self.refusal(cx, filter, &kind, &answer));
            }
        }
    }

    fn refusal(&self, cx: &Context, filter: Option<&str>, kind: &str, answer: &Answer) -> Failure {
        let reason = <crate::Scim as Connector>::reason(answer);
        let said = reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
        warn!("{answer}{said}");
        let setting = |key, why: &str| cx.setting(key).wrong(&format!("{why}{said}"));
        match (answer.status(), kind) {
            (404, _) if self.users && self.is_first() => {
                let why = "leads to no list of people (HTTP 404); enter the URL that stands before `/Users`";
                setting("base_url", why)
            }
            (400, "invalidCount" | "tooMany") | (413 | 414, _) => {
                setting("page_size", "is more than the server takes")
            }
            (400 | 501, _) if filter.is_some() && changes_since(cx) != Ok(None) => Failure::CheckpointExpired,
            (400 | 501, _) if filter.is_some() => {
                setting(if self.users { "user_filter" } else { "group_filter" }, "is not taken by the server")
            }
            (400 | 501, _) if self.paging == Paging::Cursor && self.is_first() => {
                setting("paging", "is `cursor`, which the server does not take; choose `index`")
            }
            _ => fault::of_status(answer, reason),
        }
    }

    /// What follows a page with these ids.
    fn next(
        self,
        cx: &Context,
        answer: &Answer,
        ids: &[String],
        total: Option<u64>,
        cursor: Option<String>,
    ) -> Result<Option<Self>> {
        let auto = cx.setting("paging").or("auto") == "auto";
        let (seen, count) = self.seen.and(ids)?;
        let read = self.read.saturating_add(count);
        match self.paging {
            Paging::None => {
                // The whole list comes every time, and is handed on in slices.
                let read = self.read.saturating_add(SLICE as u64);
                Ok((read < count).then_some(Self { read, ..self }))
            }
            Paging::Index if cursor.is_none() || !auto => {
                let ended = total.map_or(count == 0, |total| read >= total);
                Ok((!ended).then_some(Self { read, seen, ..self }))
            }
            _ if cursor.is_some() && cursor == self.cursor => {
                Err(answer.invalid("the paging does not move: the same `nextCursor` came again"))
            }
            _ if cursor.is_none() && read == 0 && total.is_some_and(|total| total > 0) => {
                Err(answer.invalid("the list ended without a row, and its total says that there are some"))
            }
            _ => Ok(cursor.map(|cursor| Self {
                paging: Paging::Cursor,
                cursor: Some(cursor),
                read: read.min(1),
                seen,
                ..self
            })),
        }
    }
}

/// One page of the list; `each` gets every row and its id.
pub fn page(
    cx: &Context,
    mut at: At,
    filter: Option<&str>,
    each: &mut dyn FnMut(&str, &Json),
) -> Result<Page> {
    let mut asked_twice = false;
    loop {
        let Some(answer) = at.ask(cx, filter)? else {
            let (paging, began) = (at.paging, at.began);
            return Ok(Page { rows: 0, offered: at.users, stated: Some(0), next: None, began, paging });
        };
        let envelope: Envelope = answer.json()?;
        let json = &envelope.rest;
        good(cx, &answer, json)?;
        let stated = json.get("totalResults").and_then(Json::count);
        let cursor = json.get("nextCursor").and_then(Json::text);
        let rows = envelope.rows().map_err(|_| answer.invalid("`Resources` is not a list"))?;
        // An empty list may be left out. Where nothing else says that it is
        // empty, this is no ListResponse, or one that was cut off.
        if rows.is_none() && at.is_first() && stated != Some(0) && cursor.is_none() {
            return Err(answer.invalid("it has no `Resources`, and no `totalResults` of 0"));
        }
        let rows = rows.unwrap_or_default();
        if rows.is_empty() && at.paging == Paging::Index && stated.is_some_and(|total| at.read < total) {
            if asked_twice {
                return Err(
                    answer.invalid(&format!("the list ended after {} rows, before its total", at.read))
                );
            }
            asked_twice = true;
            continue;
        }
        let (skip, most) = if at.paging == Paging::None { (at.read, SLICE) } else { (0, MOST_ROWS) };
        let shown = usize::try_from(skip).unwrap_or(usize::MAX)..;
        if at.paging != Paging::None && rows.len() > most {
            return Err(answer.invalid("the server does not page; set the paging to `none`"));
        }
        let mut ids = Vec::with_capacity(rows.len());
        for (nth, row) in rows.iter().enumerate() {
            let wrong = |_| answer.invalid(&format!("Resources[{nth}] cannot be read"));
            let row: Json = serde_json::from_str(row.get()).map_err(wrong)?;
            // Dropping the row would look as if somebody had left.
            let id = row.text_of("id");
            let id = id.ok_or_else(|| answer.invalid(&format!("Resources[{nth}] has no `id`")))?;
            if shown.contains(&nth) && nth - shown.start < most {
                each(&id, &row);
            }
            ids.push(id);
        }
        let (paging, began) = (at.paging, at.began);
        let next = at.next(cx, &answer, &ids, stated, cursor)?;
        let paging = next.as_ref().map_or(paging, |next| next.paging);
        return Ok(Page { rows: rows.len(), offered: true, stated, next, began, paging });
    }
}

/// How many rows the list has under this filter; asks for one of them.
pub fn count(cx: &Context, at: &At, filter: Option<&str>) -> Result<u64> {
    let page = page(cx, At { count: 1, ..at.again() }, filter, &mut |_, _| ())?;
    Ok(page.stated.unwrap_or(page.rows as u64))
}

/// Where a read of changes began; `None` in a full read.
pub fn changes_since(cx: &Context) -> Result<Option<Since>> {
    let since = cx.changes_since::<Since>()?;
    let on = cx.setting("incremental").one_of(&["off", "last-modified"])? == "last-modified";
    if since.is_some() && !on { Err(Failure::CheckpointExpired) } else { Ok(since) }
}

/// The parameters of a list as the body of `POST .search` (RFC 7644 section 3.4.3).
struct SearchRequest<'a>(&'a [(&'static str, String)]);

impl Serialize for SearchRequest<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut body = to.serialize_map(None)?;
        body.serialize_entry("schemas", &["urn:ietf:params:scim:api:messages:2.0:SearchRequest"])?;
        for (key, value) in self.0 {
            match *key {
                "startIndex" | "count" => body.serialize_entry(key, &value.parse::<u64>().ok())?,
                "attributes" | "excludedAttributes" => {
                    body.serialize_entry(key, &value.split(',').collect::<Vec<_>>())?;
                }
                _ => body.serialize_entry(key, value)?,
            }
        }
        body.end()
    }
}

/// `Sun, 22 Nov 2026 00:41:58 GMT`.
fn http_date(text: &str) -> Option<Instant> {
    let mut parts = text.split_ascii_whitespace().skip(1);
    let (day, month, year, time) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let month = "JanFebMarAprMayJunJulAugSepOctNovDec".find(month)? / 3 + 1;
    Instant::parse(&format!("{year}-{month:02}-{day:0>2}T{time}Z"))
}
