//! The shapes of paging, against providers that end them in different ways.

use super::*;

#[derive(Deserialize)]
struct List<'a> {
    #[serde(borrow)]
    items: Vec<&'a str>,
    total: Option<u64>,
    next: Option<&'a str>,
}

fn worker(id: &&str) -> Worker {
    Worker::new(*id, WorkerStatus::Active)
}

/// By offset, in pages of two.
pub struct Offsets;

impl Connector for Offsets {
    fn check(_: &Context) -> Result<AccountInfo> {
        Ok(AccountInfo::default())
    }

    fn workers(cx: &Context, cursor: Cursor) -> Result<WorkerPage> {
        let at: Offset = cursor.read()?;
        let limit = cx.page_size(2);
        let call = get(cx, "/v1/people", "people page").query("limit", limit);
        let answer = call.query("offset", at.offset).send()?;
        let page: List = answer.json()?;
        let next = at.after(&page.items, page.total, limit)?;
        Ok(WorkerPage::of(page.items.iter().map(worker).collect()).next(next).total(page.total))
    }
}

/// By token.
pub struct Tokens;

impl Connector for Tokens {
    fn check(_: &Context) -> Result<AccountInfo> {
        Ok(AccountInfo::default())
    }

    fn workers(cx: &Context, cursor: Cursor) -> Result<WorkerPage> {
        let at: Token = cursor.read()?;
        let answer = get(cx, "/v1/people", "people page").query_if("token", at.get()).send()?;
        let page: List = answer.json()?;
        let next = at.after(page.next)?;
        Ok(WorkerPage::of(page.items.iter().map(worker).collect()).next(next))
    }
}

/// By the `Link` header: whole links and relative ones.
pub struct NextLink;

impl Connector for NextLink {
    fn check(_: &Context) -> Result<AccountInfo> {
        Ok(AccountInfo::default())
    }

    fn workers(cx: &Context, cursor: Cursor) -> Result<WorkerPage> {
        let at: Token = cursor.read()?;
        let call = match at.get() {
            None => cx.get("api", "/v1/people"),
            Some(link) => cx.follow("api", link),
        };
        let answer = call.auth("token").purpose("people page").send()?;
        let page: List = answer.json()?;
        let next = at.after(answer.next_link())?;
        Ok(WorkerPage::of(page.items.iter().map(worker).collect()).next(next))
    }
}
