//! Users, all of them or those that changed.

use std::collections::BTreeMap;

use rollcall_sdk::prelude::*;

use crate::person::Reader;
use crate::user::{User, select};
use crate::{Page, follow, get};

const LARGEST_PAGE: u32 = 999;

/// Records of changed users that are read one by one in a call.
const RECORDS_AT_ONCE: usize = 100;

/// What is asked about users. A delta link goes on asking what it was made
/// for, so a checkpoint serves only those who still ask the same.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    select: String,
    manager: bool,
    guests: bool,
    date_offset: String,
    /// Whether `$expand` had to go without nested options.
    #[serde(default)]
    plain: bool,
}

impl Asked {
    pub fn of(cx: &Context) -> Result<Self> {
        Ok(Self {
            select: select(cx)?,
            manager: cx.wants("manager_id"),
            guests: cx.setting("include_guests").boolean(false)?,
            date_offset: cx.setting("date_offset_hours").or("0").to_owned(),
            plain: false,
        })
    }

    fn on<'a>(&self, call: Call<'a>) -> Call<'a> {
        let manager = if self.plain { "manager" } else { "manager($select=id)" };
        call.query("$select", &self.select).query_if("$expand", self.manager.then_some(manager))
    }

    /// The first page. The nested form of `$expand` keeps the rest of every
    /// manager out of the answer; where it is refused, plain will do.
    pub fn first_page(&mut self, cx: &Context, limit: u32) -> Result<Answer> {
        let members = (!self.guests).then_some("userType eq 'Member'");
        let call = |asked: &Self| {
            let call = get(cx, "/users", "users page")?.query("$top", limit).query_if("$filter", members);
            Ok(asked.on(call))
        };
        if self.manager && !self.plain {
            if let Some(answer) = call(self)?.send_unless(&[400])? {
                return Ok(answer);
            }
            self.plain = true;
        }
        call(self)?.send()
    }

    /// The delta link of this moment, without any users. A directory that has
    /// none is read in full each time.
    fn latest(&self, cx: &Context) -> Result<Option<String>> {
        let manager = if self.manager { ",manager" } else { "" };
        let call = get(cx, "/users/delta", "beginning of changes")?.query("$deltatoken", "latest");
        let call = call.query("$select", format_args!("{}{manager}", self.select));
        let link = match call.send_unless(&[400, 404, 410, 501])? {
            Some(answer) => answer.json::<Page<User>>()?.delta.take(),
            None => None,
        };
        if link.is_none() {
            warn!("the directory offers no changes of users");
        }
        Ok(link)
    }
}

/// Where a later read of changes begins.
#[derive(Serialize, Deserialize)]
struct Checkpoint {
    link: String,
    asked: Asked,
}

impl Shape for Checkpoint {
    const SHAPE: &'static str = "entra-users-since/1";
}

/// Where a full read is. The delta link is from before its first page, so that
/// nothing that changes meanwhile is lost.
#[derive(Serialize, Deserialize)]
struct Place {
    paging: Token,
    delta: Option<String>,
    asked: Asked,
}

impl Shape for Place {
    const SHAPE: &'static str = "entra-users/1";
}

pub fn workers(cx: &Context, cursor: &Cursor) -> Result<WorkerPage> {
    match cx.changes_since::<Checkpoint>()? {
        Some(since) => changes(cx, since, cursor),
        None => everybody(cx, cursor),
    }
}

fn everybody(cx: &Context, cursor: &Cursor) -> Result<WorkerPage> {
    let (answer, place) = match cursor.get::<Place>()? {
        Some(place) => (follow(cx, place.paging.get().unwrap_or_default(), "users page")?.send()?, place),
        None => {
            let mut asked = Asked::of(cx)?;
            let delta = asked.latest(cx)?;
            let answer = asked.first_page(cx, cx.page_size(LARGEST_PAGE))?;
            (answer, Place { paging: Token::default(), delta, asked })
        }
    };
    let page: Page<User> = answer.json()?;
    let next = place.paging.after(page.next.as_str())?;
    let reader = Reader::of(cx)?;
    let workers = page.value.into_iter().filter_map(|user| reader.worker(&answer, user).transpose());
    let read = WorkerPage::of(workers.collect::<Result<_>>()?);
    let Place { delta, asked, .. } = place;
    Ok(match (next, delta) {
        (Some(paging), delta) => read.next(Some(Place { paging, delta, asked })),
        (None, Some(link)) => read.checkpoint(&Checkpoint { link, asked }),
        (None, None) => read,
    })
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

fn changes(cx: &Context, since: Checkpoint, cursor: &Cursor) -> Result<WorkerPage> {
    let asked = Asked { plain: since.asked.plain, ..Asked::of(cx)? };
    if asked != since.asked {
        return Err(Failure::CheckpointExpired);
    }
    let reader = Reader::of(cx)?;
    let mut read = WorkerPage::default();
    let mut round = match cursor.get::<Round>()? {
        Some(round) => round,
        None => Round { paging: Token { token: Some(since.link) }, pending: Vec::new(), end: None },
    };
    if round.pending.is_empty() {
        round.read_page(cx, &reader, &asked, &mut read)?;
    }
    let now: Vec<String> = round.pending.drain(..round.pending.len().min(RECORDS_AT_ONCE)).collect();
    one_by_one(cx, &reader, &asked, now, &mut read)?;
    Ok(match &round.end {
        Some(link) if round.pending.is_empty() => read.checkpoint(&Checkpoint { link: link.clone(), asked }),
        _ => read.next(Some(round)),
    })
}

impl Round {
    fn read_page(
        &mut self,
        cx: &Context,
        reader: &Reader,
        asked: &Asked,
        read: &mut WorkerPage,
    ) -> Result<()> {
        let answer = follow(cx, self.paging.get().unwrap_or_default(), "changed users page")?.send()?;
        let page: Page<User> = answer.json()?;
        match self.paging.after(page.next.as_str())? {
            Some(paging) => self.paging = paging,
            None => {
                let end = page.delta.take();
                self.end =
                    Some(end.ok_or_else(|| answer.invalid("it has neither a next link nor a delta link"))?);
            }
        }
        // A user may come several times: the last item counts.
        let mut last = BTreeMap::new();
        for user in page.value {
            last.insert(user.id().ok_or_else(|| answer.invalid("a user has no `id`"))?, user);
        }
        for (id, user) in last {
            if user.removed {
                read.deleted.push(id);
            } else if user.is_whole(asked.manager) {
                put(reader, &answer, id, user, read)?;
            } else {
                self.pending.push(id);
            }
        }
        Ok(())
    }
}

/// An item of changes leaves out what was never set, and perhaps what did not
/// change; the user's own record leaves nothing to guess.
fn one_by_one(
    cx: &Context,
    reader: &Reader,
    asked: &Asked,
    ids: Vec<String>,
    read: &mut WorkerPage,
) -> Result<()> {
    let call = |id: &String| Ok(asked.on(get(cx, &format!("/users/{}", segment(id)), "changed user")?));
    let calls = ids.iter().map(call).collect::<Result<_>>()?;
    for (id, answer) in ids.into_iter().zip(cx.fetch_all(calls)) {
        match answer {
            Ok(answer) => put(reader, &answer, id, answer.json()?, read)?,
            Err(Failure::Upstream(404)) => read.deleted.push(id),
            Err(failure) => return Err(failure),
        }
    }
    Ok(())
}

/// Who has become a guest is gone for those who read members only.
fn put(reader: &Reader, answer: &Answer, id: String, user: User, read: &mut WorkerPage) -> Result<()> {
    match reader.worker(answer, user)? {
        Some(worker) => read.workers.push(worker),
        None => read.deleted.push(id),
    }
    Ok(())
}
