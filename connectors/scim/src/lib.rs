//! People and groups out of any SCIM 2.0 server (RFC 7643, RFC 7644, RFC 9865).

mod custom;
mod json;
mod list;
mod members;
mod settings;
mod user;

use rollcall_sdk::fault;
use rollcall_sdk::prelude::*;

use crate::list::At;
use crate::user::Mapping;

pub struct Scim;

rollcall_sdk::export!(Scim);

impl Connector for Scim {
    fn check(cx: &Context) -> Result<AccountInfo> {
        let mut info = AccountInfo::default();
        Mapping::read(cx)?;
        let people = At::start(cx, true)?;
        list::count(cx, &people, None)?;
        let groups = At::start(cx, false)?;
        let offered =
            list::page(cx, At { count: 1, bare: true, ..groups.clone() }, None, &mut |_, _| ())?.offered;
        if !offered {
            info.warnings
                .push("the server offers no groups, or does not let this credential read them".into());
        }
        probe_filters(cx, &people)?;
        if cx.setting("incremental").or("off") != "off" && !filters_by_change(cx, &people)? {
            let why =
                "is `last-modified`, and the server does not filter by `meta.lastModified`; choose `off`";
            return Err(cx.setting("incremental").wrong(why));
        }
        // The filters of a read, once as they are.
        let hidden = cx.setting("include_inactive").boolean(false)?;
        if let Some(filter) = settings::user_filter(cx, hidden, None)? {
            list::count(cx, &people, Some(&filter))?;
        }
        if let Some(filter) = cx.setting("group_filter").optional().filter(|_| offered) {
            probe_filters(cx, &groups)?;
            list::count(cx, &groups, Some(filter))?;
        }
        Ok(info)
    }

    fn discover(cx: &Context) -> Result<Vec<AttributeDefinition>> {
        custom::discover(cx)
    }

    fn groups(cx: &Context, cursor: Cursor) -> Result<GroupPage> {
        let kind = settings::group_kind(cx)?;
        let at = match cursor.get()? {
            Some(at) => at,
            None => probed(cx, At { bare: true, ..At::start(cx, false)? })?,
        };
        let mut groups = Vec::new();
        let page = list::page(cx, at, cx.setting("group_filter").optional(), &mut |id, row| {
            let name = row.text_of("displayName").or_else(|| row.text_of("externalId"));
            groups.push(Group::new(kind, id, name.unwrap_or_else(|| id.to_owned())));
        })?;
        let total = page.total();
        Ok(GroupPage::of(groups).next(page.next).total(total))
    }

    fn memberships(cx: &Context, cursor: Cursor) -> Result<MembershipPage> {
        members::page(cx, &cursor)
    }

    fn workers(cx: &Context, cursor: Cursor) -> Result<WorkerPage> {
        let since = list::changes_since(cx)?;
        let at = match cursor.get()? {
            Some(at) => at,
            None => probed(cx, At::start(cx, true)?)?,
        };
        let mapping = Mapping::read(cx)?;
        let hidden = cx.setting("include_inactive").boolean(false)?;
        let filter = settings::user_filter(cx, at.inactive, since.as_ref())?;
        let second = At { inactive: true, ..at.again() };
        let pass = at.inactive;
        let mut workers = Vec::new();
        let mut page = list::page(cx, at, filter.as_deref(), &mut |id, row| {
            workers.push(user::worker(cx, &mapping, id, row));
        })?;
        // The two passes may overlap, so that no total is theirs.
        let total = page.total().filter(|_| !hidden);
        if page.next.is_none() && hidden && !pass {
            page.next = Some(At { began: page.began, ..second });
        }
        let result = WorkerPage::of(workers).next(page.next).total(total);
        if cx.setting("incremental").or("off") == "off" {
            return Ok(result);
        }
        let began = page.began.unwrap_or(cx.now().millis());
        Ok(result.checkpoint(&Since { millis: began - OVERLAP }))
    }

    fn reason(answer: &Answer) -> Option<String> {
        const PLACES: [&str; 9] = [
            "/detail",
            "/Errors/0/description",
            "/error_description",
            "/message",
            "/error/message",
            "/errors/0/message",
            "/errors/0",
            "/title",
            "/error",
        ];
        fault::reason_at(answer, &PLACES)
    }
}

/// Five minutes: what is written while a list is read may be dated before.
const OVERLAP: i64 = 5 * 60 * 1000;

/// Where a read of changes begins.
#[derive(PartialEq, Serialize, Deserialize)]
pub struct Since {
    millis: i64,
}

impl Shape for Since {
    const SHAPE: &'static str = "scim-since/1";
}

/// The beginning of a list, once the filters of this read are known to work.
fn probed(cx: &Context, at: At) -> Result<At> {
    probe_filters(cx, &at)?;
    if at.users && list::changes_since(cx)?.is_some() && !filters_by_change(cx, &at)? {
        return Err(Failure::CheckpointExpired);
    }
    Ok(at)
}

/// Some servers ignore filters without a word: one for a name that nobody has
/// tells. A filter that is ignored would let everybody in.
fn probe_filters(cx: &Context, at: &At) -> Result<()> {
    let inactive = at.users && cx.setting("include_inactive").boolean(false)?;
    let own = if at.users { "user_filter" } else { "group_filter" };
    if cx.setting(own).optional().is_none() && !inactive {
        return Ok(());
    }
    let nobody = cx.now().millis().unsigned_abs().wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let attribute = if at.users { "userName" } else { "displayName" };
    if list::count(cx, at, Some(&format!("{attribute} eq \"{nobody:016x}\"")))? == 0 {
        return Ok(());
    }
    let key = if cx.setting(own).optional().is_some() { own } else { "include_inactive" };
    Err(cx.setting(key).wrong("cannot be used: the server ignores filters; leave it empty"))
}

/// Whether nobody changed in the far future, and everybody since the far past.
fn filters_by_change(cx: &Context, at: &At) -> Result<bool> {
    let changed = |since: &str| list::count(cx, at, Some(&format!("meta.lastModified gt \"{since}\"")));
    let refused = |failure: &Failure| matches!(failure, Failure::BadSetting(_) | Failure::CheckpointExpired);
    match changed("2999-01-01T00:00:00Z") {
        Ok(0) => Ok(changed("1970-01-01T00:00:00Z")? == list::count(cx, at, None)?),
        Err(failure) if !refused(&failure) => Err(failure),
        _ => Ok(false),
    }
}
