//! Users that changed: what the items of a delta say of them, and the records of
//! those of whom that is too little.

use std::collections::BTreeMap;

use rollcall_sdk::prelude::*;

use crate::person::Reader;
use crate::question::Question;
use crate::user::User;
use crate::{Page, follow, get};

/// Records that are read one by one in a call.
const RECORDS_AT_ONCE: usize = 100;

/// Where a later read of changes begins.
#[derive(Serialize, Deserialize)]
pub struct Checkpoint {
    pub link: String,
    pub asked: Question,
}

impl Shape for Checkpoint {
    const SHAPE: &'static str = "entra-users-since/1";
}

/// Where a read of changes is.
#[derive(Serialize, Deserialize)]
struct Round {
    paging: Token,
    /// Ids of users whose items said too little.
    pending: Vec<String>,
    /// Where the next round begins, once this one has come to its end.
    end: Option<String>,
}

impl Shape for Round {
    const SHAPE: &'static str = "entra-users-changes/1";
}

pub fn page(cx: &Context, since: Checkpoint, cursor: &Cursor) -> Result<WorkerPage> {
    let mut asked = Question::of(cx)?;
    asked.plain = since.asked.plain;
    if asked != since.asked {
        return Err(Failure::CheckpointExpired);
    }
    let start = || Round { paging: Token { token: Some(since.link) }, pending: Vec::new(), end: None };
    let mut round = cursor.get::<Round>()?.unwrap_or_else(start);
    let mut found = Found { reader: Reader::of(cx)?, page: WorkerPage::default() };
    if round.pending.is_empty() {
        round.read_items(cx, asked.manager, &mut found)?;
    }
    let ids = round.pending.drain(..round.pending.len().min(RECORDS_AT_ONCE)).collect();
    found.read_records(cx, &asked, ids)?;
    Ok(match round {
        Round { end: Some(link), pending, .. } if pending.is_empty() => {
            found.page.checkpoint(&Checkpoint { link, asked })
        }
        round => found.page.next(Some(round)),
    })
}

impl Round {
    fn read_items(&mut self, cx: &Context, with_manager: bool, found: &mut Found) -> Result<()> {
        let answer = follow(cx, self.paging.get().unwrap_or_default(), "changed users page")?.send()?;
        let page: Page<User> = answer.json()?;
        match self.paging.after(page.next.as_str())? {
            Some(paging) => self.paging = paging,
            None => {
                let neither = || answer.invalid("it has neither a next link nor a delta link");
                self.end = Some(page.delta.take().ok_or_else(neither)?);
            }
        }
        // A user may come several times: the last item counts.
        let mut last = BTreeMap::new();
        for user in page.value {
            last.insert(user.id.get().ok_or_else(|| answer.invalid("a user has no `id`"))?, user);
        }
        for (id, user) in last {
            if user.rest.removed {
                found.page.deleted.push(id);
            } else if user.is_whole(with_manager) {
                found.put(&answer, id, user)?;
            } else {
                self.pending.push(id);
            }
        }
        Ok(())
    }
}

/// What is made of the changes.
struct Found<'a> {
    reader: Reader<'a>,
    page: WorkerPage,
}

impl Found<'_> {
    /// An item of changes leaves out what was never set, and perhaps what did
    /// not change; the user's own record leaves nothing to guess.
    fn read_records(&mut self, cx: &Context, asked: &Question, ids: Vec<String>) -> Result<()> {
        let call = |id: &String| Ok(asked.on(get(cx, &format!("/users/{}", segment(id)), "changed user")?));
        let calls = ids.iter().map(call).collect::<Result<_>>()?;
        for (id, answer) in ids.into_iter().zip(cx.fetch_all(calls)) {
            if answer == Err(Failure::Upstream(404)) {
                self.page.deleted.push(id);
            } else {
                let answer = answer?;
                self.put(&answer, id, answer.json()?)?;
            }
        }
        Ok(())
    }

    /// Who has become a guest is gone for those who read members only.
    fn put(&mut self, answer: &Answer, id: String, user: User) -> Result<()> {
        match self.reader.worker(answer, user)? {
            Some(worker) => self.page.workers.push(worker),
            None => self.page.deleted.push(id),
        }
        Ok(())
    }
}
