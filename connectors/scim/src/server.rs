//! What a server says of itself, and how it answers.

use rollcall_sdk::fault;
use rollcall_sdk::prelude::*;

use crate::json::Json;
use crate::list::Paging;

pub const ACCEPT: &str = "application/scim+json, application/json;q=0.9";
/// For servers that do not know the media type of SCIM.
pub const ACCEPT_PLAIN: &str = "application/json";

/// Sends with the one header, and where that is refused with the other.
pub fn accepting(send: impl Fn(&str) -> Result<Answer>) -> Result<Answer> {
    let answer = send(ACCEPT)?;
    if matches!(answer.status(), 406 | 415) { send(ACCEPT_PLAIN) } else { Ok(answer) }
}

/// One of the documents about the server itself; nothing where it does not
/// offer that, says so with HTML, or does not let this credential see it.
pub fn document<T>(cx: &Context, path: &str, read: impl FnOnce(&Json) -> T) -> Result<Option<T>> {
    let answer = accepting(|accept| {
        cx.get("scim", path).auth("api").header("accept", accept).purpose("features").any_status()
    })?;
    let good = (200..300).contains(&answer.status());
    Ok(answer.json::<Json>().ok().filter(|json| good && !is_error(json)).map(|json| read(&json)))
}

/// The rows of a document that is a ListResponse, or the bare array that some
/// servers send.
pub fn rows<'j, 'a>(json: &'j Json<'a>) -> &'j [Json<'a>] {
    match json.get("Resources") {
        Json::Null => json.items(),
        rows => rows.items(),
    }
}

/// How the server wants its lists to be read.
pub struct Features {
    pub paging: Paging,
    pub largest_page: u32,
    pub can_sort: bool,
}

impl Features {
    pub fn read(cx: &Context) -> Result<Self> {
        let said = document(cx, "/ServiceProviderConfig", |json| {
            let paging = json.get("pagination");
            let prefers = paging.get("defaultPaginationMethod").is("cursor")
                || paging.get("index").flag() == Some(false);
            let by_cursor = prefers && paging.get("cursor").flag() == Some(true);
            let largest = paging.get("maxPageSize").number().count();
            Self {
                paging: if by_cursor { Paging::Cursor } else { Paging::Index },
                largest_page: largest.and_then(|most| u32::try_from(most).ok()).unwrap_or(u32::MAX).max(1),
                can_sort: json.get("sort").get("supported").flag() == Some(true),
            }
        })?;
        Ok(said.unwrap_or(Self { paging: Paging::Index, largest_page: u32::MAX, can_sort: false }))
    }
}

/// The base URL is the host's to use; here it is only looked at for the mistake
/// that is made most.
pub fn base_url(cx: &Context) -> Result<()> {
    let setting = cx.setting("base_url");
    let last = setting.required()?.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let pasted =
        ["Users", "Groups", "ServiceProviderConfig"].iter().any(|name| name.eq_ignore_ascii_case(last));
    if pasted { Err(setting.wrong(&format!("has to end before `/{last}`"))) } else { Ok(()) }
}

/// The path of the people or of the groups: as entered, or as the server says,
/// or as usual.
pub fn path(cx: &Context, users: bool) -> Result<String> {
    let (key, name, usual) =
        if users { ("users_path", "User", "/Users") } else { ("groups_path", "Group", "/Groups") };
    if let Some(path) = cx.setting(key).optional() {
        return Ok(path.to_owned());
    }
    let endpoint = |types: &Json| {
        let own = rows(types).iter().find(|kind| kind.get("name").is(name) || kind.get("id").is(name))?;
        // Some servers write the whole URL, or the path from the root.
        let endpoint = own.get("endpoint").text()?;
        endpoint.rsplit('/').next().filter(|last| !last.is_empty()).map(|last| format!("/{last}"))
    };
    Ok(document(cx, "/ResourceTypes", endpoint)?.flatten().unwrap_or_else(|| usual.into()))
}

fn has_schema(json: &Json, begin: &str) -> bool {
    let is = |schema: &Json| schema.text().is_some_and(|urn| urn.to_ascii_lowercase().starts_with(begin));
    json.get("schemas").items().iter().any(is)
}

fn is_error(json: &Json) -> bool {
    has_schema(json, "urn:ietf:params:scim:api:messages:2.0:error")
}

/// An error, or a SCIM 1.1 answer, with status 200 is a failure.
pub fn good(cx: &Context, answer: &Answer, json: &Json) -> Result<()> {
    if is_error(json) {
        let status = json.get("status").number().count().and_then(|status| u16::try_from(status).ok());
        return Err(fault::of_code(status.unwrap_or(500), json.get("detail").text(), answer));
    }
    if has_schema(json, "urn:scim:schemas:core:1.") {
        return Err(cx.setting("base_url").wrong("is that of a SCIM 1.1 server; SCIM 2.0 is needed"));
    }
    Ok(())
}

/// When it answered, by its own clock: `Sun, 22 Nov 2026 00:41:58 GMT`.
pub fn time(answer: &Answer) -> Option<Instant> {
    let mut parts = answer.header("date")?.split_ascii_whitespace().skip(1);
    let (day, month, year, time) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let month = "JanFebMarAprMayJunJulAugSepOctNovDec".find(month)? / 3 + 1;
    Instant::parse(&format!("{year}-{month:02}-{day:0>2}T{time}Z"))
}
