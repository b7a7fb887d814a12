//! Lists of people: what is asked for, without what a company does not have, and
//! how far a read has come.

use rollcall_sdk::json::text_at;
use rollcall_sdk::prelude::*;

use crate::odata::{follow, get, is_not_there};

/// Where a read of people is, and when it began.
#[derive(Serialize, Deserialize)]
pub struct At {
    paging: Token,
    pub since: Since,
    /// Whether it has got to those who are to come.
    pub ahead: bool,
}

impl Shape for At {
    const SHAPE: &'static str = "successfactors-people/1";
}

impl At {
    pub fn of(cx: &Context, cursor: &Cursor) -> Result<Self> {
        Ok(cursor.get()?.unwrap_or_else(|| Self::first(cx)))
    }

    pub fn first(cx: &Context) -> Self {
        Self { paging: Token::default(), since: Since::now(cx), ahead: false }
    }

    /// The page that it is at: of the query the first, then what its link leads to.
    pub fn send(&self, cx: &Context, query: Query, purpose: &str) -> Result<Answer> {
        match self.paging.get() {
            Some(link) => follow(cx, link, purpose)?.send(),
            None => query.send(cx, purpose),
        }
    }

    /// After a page with this link; `ahead`: whether those to come are read then.
    pub fn after(&self, next: Option<&str>, ahead: bool) -> Result<Option<Self>> {
        let beyond = (ahead && !self.ahead).then(Token::default);
        let goes_on = self.paging.after(next)?;
        let ahead = self.ahead || goes_on.is_none();
        Ok(goes_on.or(beyond).map(|paging| Self { paging, ahead, since: self.since }))
    }
}

/// What is asked for. A path is named as in `$select` and `$expand`.
#[derive(Default)]
pub struct Query {
    pub entity: &'static str,
    pub select: Vec<String>,
    /// Expanded too, and never left out: a read would be wrong without.
    pub needed: &'static [&'static str],
    pub expand: Vec<&'static str>,
    pub filter: Option<String>,
    pub as_of: Option<Date>,
    /// Other than the setting has it.
    pub size: Option<u32>,
}

impl Query {
    /// The first page. Which fields there are is a matter of the company's
    /// configuration, and one that is not there fails the whole request: it is
    /// asked again without those that the refusal names.
    fn send(mut self, cx: &Context, purpose: &str) -> Result<Answer> {
        let changes = cx.changes_since::<Since>()?.is_some();
        loop {
            let sent = self.call(cx, purpose)?.send_accepting(|answer| !self.refused(answer).is_empty());
            let answer = match sent {
                // Not every company's server takes a filter of this length, or
                // knows all that is in it.
                Err(Failure::Upstream(400 | 404)) if changes => return Err(Failure::CheckpointExpired),
                sent => sent?,
            };
            let refused = self.refused(&answer);
            if refused.is_empty() {
                return Ok(answer);
            }
            warn!("this company does not have {}: left out", refused.join(", "));
            let kept = |path: &str| !path.split('/').any(|part| refused.iter().any(|name| name == part));
            self.select.retain(|path| kept(path));
            self.expand.retain(|path| kept(path));
        }
    }

    fn call<'a>(&self, cx: &'a Context, purpose: &str) -> Result<Call<'a>> {
        const USUAL_SIZE: u32 = 100;
        let size = self.size.or(cx.setting("page_size").parse("a number")?).unwrap_or(USUAL_SIZE);
        let list = |paths: String| Some(paths).filter(|paths| !paths.is_empty());
        Ok(get(cx, self.entity, purpose)?
            .query("customPageSize", cx.page_size(size))
            .query("paging", "snapshot")
            .query_if("$filter", self.filter.as_deref())
            .query_if("$select", list(self.select.join(",")))
            .query_if("$expand", list([self.needed, &*self.expand].concat().join(",")))
            .query_if("asOfDate", self.as_of))
    }

    /// Which names of this query a refusal says are not there, if it can do
    /// without: `[COE0021]Invalid property names: User/custom15. Please check ...`.
    fn refused(&self, answer: &Answer) -> Vec<String> {
        if !is_not_there(answer) {
            return Vec::new();
        }
        let message = text_at(answer.body(), &["error", "message", "value"]).unwrap_or_default();
        let names = message.split_once("names:").map_or(&*message, |(_, names)| names);
        let names = names.split(". ").next().unwrap_or_default().split(',');
        let names = names.filter_map(|name| name.trim().rsplit('/').next());
        let paths = || self.select.iter().map(String::as_str).chain(self.expand.iter().copied());
        let has = |path: &str, name: &str| path.split('/').any(|part| part == name);
        let needed = |name: &str| self.needed.iter().any(|path| has(path, name));
        let can_go = |name: &&str| !needed(name) && paths().any(|path| has(path, name));
        names.filter(can_go).map(str::to_owned).collect()
    }
}
