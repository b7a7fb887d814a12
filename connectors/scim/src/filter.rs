//! Filters: the admin's, and what a read adds to them; and whether the server
//! heeds any.

use rollcall_sdk::prelude::*;

use crate::list::{self, At};

/// What is written while a list is read may be dated before.
const OVERLAP_MINUTES: u32 = 5;

/// Whether changes alone may be read.
pub fn by_change(cx: &Context) -> Result<bool> {
    Ok(cx.setting("incremental").one_of(&["off", "last-modified"])? == "last-modified")
}

/// Where a read of changes begins; `None` in a full read.
pub fn changes_since(cx: &Context) -> Result<Option<Since>> {
    let since = cx.changes_since::<Since>()?;
    if since.is_some() && !by_change(cx)? { Err(Failure::CheckpointExpired) } else { Ok(since) }
}

/// The filter of the people: the admin's, and what this read adds to it.
pub fn of_people(cx: &Context, inactive: bool, since: Option<Since>) -> Result<Option<String>> {
    let changed = |since: Since| changed_after(&since.less_minutes(OVERLAP_MINUTES).to_string());
    let more = inactive.then(|| "active eq false".to_owned()).into_iter().chain(since.map(changed));
    let more: Vec<_> = more.collect();
    Ok(match cx.setting("user_filter").optional() {
        None => Some(more.join(" and ")).filter(|filter| !filter.is_empty()),
        Some(own) if more.is_empty() => Some(own.to_owned()),
        Some(own) => Some(format!("({own}) and {}", more.join(" and "))),
    })
}

fn changed_after(instant: &str) -> String {
    format!("meta.lastModified gt \"{instant}\"")
}

/// The beginning of a list, once the filters of this read are known to work.
pub fn probed(cx: &Context, at: At) -> Result<At> {
    probe(cx, &at)?;
    if at.users && changes_since(cx)?.is_some() && !tells_changes(cx, &at)? {
        return Err(Failure::CheckpointExpired);
    }
    Ok(at)
}

/// Some servers ignore filters without a word: one for a name that nobody has
/// tells. A filter that is ignored would let everybody in.
pub fn probe(cx: &Context, at: &At) -> Result<()> {
    let inactive = at.users && cx.setting("include_inactive").boolean(false)?;
    let (key, attribute) =
        if at.users { ("user_filter", "userName") } else { ("group_filter", "displayName") };
    let own = cx.setting(key);
    if own.optional().is_none() && !inactive {
        return Ok(());
    }
    let nobody = cx.now().millis().unsigned_abs().wrapping_mul(0x9e37_79b9_7f4a_7c15);
    if list::count(cx, at, Some(&format!("{attribute} eq \"{nobody:016x}\"")))? == 0 {
        return Ok(());
    }
    let setting = if own.optional().is_some() { own } else { cx.setting("include_inactive") };
    Err(setting.wrong("cannot be used: the server ignores filters; leave it empty"))
}

/// Whether nobody changed in the far future, and everybody since the far past.
pub fn tells_changes(cx: &Context, at: &At) -> Result<bool> {
    let changed = |after: &str| list::count(cx, at, Some(&changed_after(after)));
    match changed("2999-01-01T00:00:00Z") {
        Ok(0) => Ok(changed("1970-01-01T00:00:00Z")? == list::count(cx, at, None)?),
        Ok(_) | Err(Failure::BadSetting(_) | Failure::CheckpointExpired) => Ok(false),
        Err(failure) => Err(failure),
    }
}
