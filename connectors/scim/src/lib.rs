//! Any SCIM 2.0 server (RFC 7643, RFC 7644, RFC 9865). Longer than a provider
//! of one form: each server has a form of its own, pages and filters in another
//! way and keeps memberships in another place, so that what it does is tried
//! before it is believed. And an admin may map any path of a user to a field.

#![warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod custom;
mod filter;
mod group;
mod json;
mod list;
mod mapping;
mod members;
mod request;
mod schemas;
mod server;
mod user;
mod worker;

use rollcall_sdk::fault;
use rollcall_sdk::prelude::*;

use list::At;
use mapping::Mapping;

pub struct Scim;

rollcall_sdk::export!(Scim);

impl Connector for Scim {
    fn check(cx: &Context) -> Result<AccountInfo> {
        let mut info = AccountInfo::default();
        Mapping::read(cx)?;
        let header = cx.setting("header_name");
        if header.optional().is_some_and(|name| name.to_ascii_lowercase().starts_with("content-")) {
            return Err(header.wrong("is that of a body; enter the name of the header that signs in"));
        }
        let people = At::start(cx, true)?;
        list::count(cx, &people, None)?;
        let groups = At { bare: true, ..At::start(cx, false)? };
        let offered = match list::page(cx, At { count: 1, ..groups.clone() }, None, &mut |_, _| ()) {
            Err(Failure::PermissionMissing(_)) => false,
            page => page?.offered,
        };
        if !offered {
            info.warnings
                .push("the server offers no groups, or does not let this credential read them".into());
        }
        filter::probe(cx, &people)?;
        if filter::by_change(cx)? && !filter::tells_changes(cx, &people)? {
            let why =
                "is `last-modified`, and the server does not filter by `meta.lastModified`; choose `off`";
            return Err(cx.setting("incremental").wrong(why));
        }
        // The filters of a read, once as they are.
        let hidden = cx.setting("include_inactive").boolean(false)?;
        if let Some(filter) = filter::of_people(cx, hidden, None)? {
            list::count(cx, &people, Some(&filter))?;
        }
        if let Some(filter) = cx.setting("group_filter").optional().filter(|_| offered) {
            let groups = At { bare: false, ..groups };
            filter::probe(cx, &groups)?;
            list::count(cx, &groups, Some(filter))?;
        }
        Ok(info)
    }

    fn discover(cx: &Context) -> Result<Vec<AttributeDefinition>> {
        schemas::discover(cx)
    }

    fn groups(cx: &Context, cursor: Cursor) -> Result<GroupPage> {
        let kind = cx.setting("group_kind").choice(&GroupKind::ALL.map(|kind| (kind.word(), kind)))?;
        let at = match cursor.get()? {
            Some(at) => at,
            None => filter::probed(cx, At { bare: true, ..At::start(cx, false)? })?,
        };
        let mut groups = Vec::new();
        let page = list::page(cx, at, cx.setting("group_filter").optional(), &mut |id, row| {
            let name = row.get("displayName").text().or_else(|| row.get("externalId").text());
            groups.push(Group::new(kind, id, name.unwrap_or_else(|| id.to_owned())));
        })?;
        Ok(GroupPage::of(groups).next(page.next).total(page.total))
    }

    fn memberships(cx: &Context, cursor: Cursor) -> Result<MembershipPage> {
        members::page(cx, &cursor)
    }

    fn workers(cx: &Context, cursor: Cursor) -> Result<WorkerPage> {
        let since = filter::changes_since(cx)?;
        let at = match cursor.get()? {
            Some(at) => at,
            None => filter::probed(cx, At::start(cx, true)?)?,
        };
        let mapping = Mapping::read(cx)?;
        let hidden = cx.setting("include_inactive").boolean(false)?;
        let filter = filter::of_people(cx, at.inactive, since)?;
        let second = (hidden && !at.inactive).then(|| At { inactive: true, ..at.again() });
        let mut workers = Vec::new();
        let page = list::page(cx, at, filter.as_deref(), &mut |id, row| {
            workers.push(worker::worker(cx, &mapping, id, row));
        })?;
        let began = page.began.unwrap_or_else(|| Since::now(cx));
        let next = page.next.or(second.map(|at| At { began: Some(began), ..at }));
        // The two passes may overlap, so that no total is theirs.
        let page = WorkerPage::of(workers).next(next).total(page.total.filter(|_| !hidden));
        Ok(if filter::by_change(cx)? { page.checkpoint(&began) } else { page })
    }

    /// SCIM 1.1, which some servers answer all the same, has a place of its own.
    fn reason(answer: &Answer) -> Option<String> {
        let own = fault::reason_at(answer, &["/detail", "/Errors/0/description"]);
        own.or_else(|| fault::usual_reason(answer))
    }
}
