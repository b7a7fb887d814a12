//! Users, all of them or those that changed.

use rollcall_sdk::prelude::*;

use crate::changes::{self, Checkpoint};
use crate::person::Reader;
use crate::question::Question;
use crate::user::User;
use crate::{Page, follow};

const LARGEST_PAGE: u32 = 999;

/// Where a full read is. Its checkpoint is from before its first page, so that
/// nothing that changes meanwhile is lost.
#[derive(Serialize, Deserialize)]
struct Place {
    paging: Token,
    since: Option<Checkpoint>,
}

impl Shape for Place {
    const SHAPE: &'static str = "entra-users/2";
}

pub fn workers(cx: &Context, cursor: &Cursor) -> Result<WorkerPage> {
    match cx.changes_since::<Checkpoint>()? {
        Some(since) => changes::page(cx, since, cursor),
        None => everybody(cx, cursor),
    }
}

fn everybody(cx: &Context, cursor: &Cursor) -> Result<WorkerPage> {
    let (answer, Place { paging, since }) = match cursor.get::<Place>()? {
        Some(place) => (follow(cx, place.paging.get().unwrap_or_default(), "users page")?.send()?, place),
        None => {
            let mut asked = Question::of(cx)?;
            let link = asked.latest(cx)?;
            let answer = asked.first_page(cx, cx.page_size(LARGEST_PAGE))?;
            let since = link.map(|link| Checkpoint { link, asked });
            (answer, Place { paging: Token::default(), since })
        }
    };
    let page: Page<User> = answer.json()?;
    let next = paging.after(page.next.as_str())?;
    let reader = Reader::of(cx)?;
    let workers = page.value.into_iter().filter_map(|user| reader.worker(&answer, user).transpose());
    let read = WorkerPage::of(workers.collect::<Result<_>>()?);
    Ok(match (next, since) {
        (Some(paging), since) => read.next(Some(Place { paging, since })),
        (None, Some(since)) => read.checkpoint(&since),
        (None, None) => read,
    })
}
