//! A list of people or groups, page by page: where it is, what came, and what
//! follows.

use rollcall_sdk::json::Unread;
use rollcall_sdk::paging::Seen;
use rollcall_sdk::prelude::*;

use crate::json::{Envelope, Json, ListResponse};
use crate::server::{self, Features};

/// What the host takes in one page.
const MOST_ROWS: usize = 5000;
/// Rows of a list without pages that are handed on at a time.
const SLICE: u64 = 2000;

#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub enum Paging {
    #[default]
    Index,
    Cursor,
    None,
}

/// Where the read of a list is.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
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
    pub began: Option<Since>,
    /// The second pass, over the people whom the first one hides.
    pub inactive: bool,
    /// Groups without their members.
    pub bare: bool,
}

impl Shape for At {
    const SHAPE: &'static str = "scim-list/1";
}

/// What came with a page beside its rows.
#[derive(Default)]
pub struct Page {
    /// How many the list has: as stated, or else on this page.
    pub count: u64,
    /// Whether the server has such a list at all.
    pub offered: bool,
    /// The total for the host to hold the read against. With cursors it may be
    /// an estimate, and is none.
    pub total: Option<u64>,
    pub next: Option<At>,
    pub began: Option<Since>,
}

impl At {
    /// The beginning of a list, as the server's own description says it is read.
    pub fn start(cx: &Context, users: bool) -> Result<Self> {
        server::base_url(cx)?;
        let paging = cx.setting("paging").choice(&[
            ("auto", None),
            ("index", Some(Paging::Index)),
            ("cursor", Some(Paging::Cursor)),
            ("none", Some(Paging::None)),
        ])?;
        let size = cx.setting("page_size").parse("a number from 1 to 1000")?.unwrap_or(100);
        let features = Features::read(cx)?;
        Ok(Self {
            users,
            path: server::path(cx, users)?,
            paging: paging.unwrap_or(features.paging),
            count: cx.page_size(size).min(features.largest_page),
            sort: features.can_sort,
            ..Self::default()
        })
    }

    /// The same list from its beginning.
    pub fn again(&self) -> Self {
        Self { read: 0, cursor: None, seen: Seen::default(), ..self.clone() }
    }

    pub fn is_first(&self) -> bool {
        self.read == 0 && self.cursor.is_none()
    }

    /// What follows a page with these ids.
    fn after(
        &self,
        answer: &Answer,
        ids: &[String],
        total: Option<u64>,
        cursor: Option<String>,
    ) -> Result<Option<Self>> {
        let (seen, count) = self.seen.and(ids)?;
        let read = self.read.saturating_add(count);
        let on = Self { read, seen, ..self.clone() };
        match self.paging {
            Paging::None => {
                // The whole list comes every time, and is handed on in slices.
                let read = self.read.saturating_add(SLICE);
                Ok((read < count).then(|| Self { read, ..self.clone() }))
            }
            Paging::Index if cursor.is_none() => {
                let ended = total.map_or(count == 0, |total| read >= total);
                Ok((!ended).then_some(on))
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
                ..on
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
    // An empty page before the total is asked for once more.
    for _ in 0..2 {
        let Some(answer) = at.ask(cx, filter)? else {
            let total = (at.paging != Paging::Cursor).then_some(0);
            return Ok(Page { offered: at.users, total, began: at.began, ..Page::default() });
        };
        if let Some(page) = take(cx, &at, &answer, each)? {
            return Ok(page);
        }
    }
    let (purpose, read) = (at.purpose(), at.read);
    Err(Failure::InvalidResponse(format!("{purpose}: the list ended after {read} rows, before its total")))
}

/// Hands on the rows of a page; `None` where it is empty, and more are stated.
fn take(cx: &Context, at: &At, answer: &Answer, each: &mut dyn FnMut(&str, &Json)) -> Result<Option<Page>> {
    let Envelope { rows, rest } = answer.json::<ListResponse>()?.envelope;
    let json = Json::Object(rest);
    server::good(cx, answer, &json)?;
    let stated = json.get("totalResults").number().count();
    // An admin who chose the index does not want it.
    let by_index = at.paging == Paging::Index && cx.setting("paging").or("auto") != "auto";
    let cursor = json.get("nextCursor").text().filter(|_| !by_index);
    let rows: Option<Vec<Unread>> = match rows.get() {
        "" | "null" => None,
        _ => Some(rows.read().ok_or_else(|| answer.invalid("`Resources` is not a list"))?),
    };
    // An empty list may be left out. Where nothing else says that it is
    // empty, this is no ListResponse, or one that was cut off.
    if rows.is_none() && at.is_first() && stated != Some(0) && cursor.is_none() {
        return Err(answer.invalid("it has no `Resources`, and no `totalResults` of 0"));
    }
    let rows = rows.unwrap_or_default();
    let more_stated = stated.is_some_and(|total| at.read < total);
    if rows.is_empty() && at.paging == Paging::Index && cursor.is_none() && more_stated {
        return Ok(None);
    }
    if rows.len() > MOST_ROWS && at.paging != Paging::None {
        return Err(answer.invalid("the server does not page; set the paging to `none`"));
    }
    let shown = if at.paging == Paging::None { at.read..at.read.saturating_add(SLICE) } else { 0..u64::MAX };
    let mut ids = Vec::with_capacity(rows.len());
    for (nth, row) in rows.iter().enumerate() {
        let wrong = || answer.invalid(&format!("Resources[{nth}] cannot be read"));
        let row: Json = row.read().ok_or_else(wrong)?;
        // Dropping the row would look as if somebody had left.
        let id = row.get("id").text();
        let id = id.ok_or_else(|| answer.invalid(&format!("Resources[{nth}] has no `id`")))?;
        if shown.contains(&(nth as u64)) {
            each(&id, &row);
        }
        ids.push(id);
    }
    let next = at.after(answer, &ids, stated, cursor)?;
    let by_cursor = next.as_ref().unwrap_or(at).paging == Paging::Cursor;
    let (count, total) = (stated.unwrap_or(rows.len() as u64), stated.filter(|_| !by_cursor));
    Ok(Some(Page { count, offered: true, total, next, began: at.began }))
}

/// How many rows the list has under this filter; asks for one of them.
pub fn count(cx: &Context, at: &At, filter: Option<&str>) -> Result<u64> {
    Ok(page(cx, At { count: 1, ..at.again() }, filter, &mut |_, _| ())?.count)
}
