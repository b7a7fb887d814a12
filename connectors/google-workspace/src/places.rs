//! Who belongs to org units and buildings, which users say of themselves.

use rollcall_sdk::prelude::*;

use crate::groups::{BUILDING, UNIT, has_buildings, has_units, listed_units, with_root};
use crate::user::User;
use crate::{Page, directory, of_account, users};

/// The walks over users: one over all of them, or one for each wanted unit,
/// whose people Google can pick out.
fn walks(cx: &Context) -> Result<Vec<Option<&str>>> {
    let wanted = cx.wanted_groups();
    let all = if wanted.is_empty() {
        has_units(cx)? || has_buildings(cx)?
    } else {
        wanted.iter().any(|id| id.starts_with(BUILDING))
    };
    let units = wanted.iter().filter(|id| id.starts_with(UNIT));
    Ok(if all { vec![None] } else { units.map(|id| Some(id.as_str())).collect() })
}

/// Where to begin, if there is a walk at all.
pub fn start(cx: &Context) -> Result<Option<Lists<Token>>> {
    Ok((!walks(cx)?.is_empty()).then(Lists::default))
}

/// The memberships of a page of users, and where the next one begins.
pub fn page(cx: &Context, at: &Lists<Token>) -> Result<(Vec<Membership>, Option<Lists<Token>>)> {
    // Flattened, a user counts for every unit above: a page grows with depth.
    const FLATTENED_PAGE: u32 = 100;
    let walks = walks(cx)?;
    let unit = walks.get(at.list).copied().flatten();
    let every = cx.wanted_groups().is_empty();
    let units_wanted =
        if every { has_units(cx)? } else { cx.wanted_groups().iter().any(|id| id.starts_with(UNIT)) };
    let buildings_wanted = if every { has_buildings(cx)? } else { unit.is_none() };
    let list = if units_wanted { Some(listed_units(cx)?) } else { None };
    let units = match &list {
        Some(answer) => with_root(Page::of(answer)?.items),
        None => Vec::new(),
    };
    let mut call = of_account(cx, directory(cx, "/users", "users of org units and buildings"))
        .query("maxResults", cx.page_size(if cx.flattened() { FLATTENED_PAGE } else { users::LARGEST_PAGE }))
        .query_if("pageToken", at.at.get())
        .query("fields", "kind,nextPageToken,users(id,orgUnitPath,locations)");
    if let Some(id) = unit {
        let Some(unit) = units.iter().find(|unit| unit.id.as_str() == Some(id)) else {
            warn!("there is no org unit {id}");
            return Ok((Vec::new(), at.after(None, walks.len())));
        };
        let path = unit.org_unit_path.as_str().unwrap_or_default();
        let quoted = path.replace('\\', "\\\\").replace('\'', "\\'");
        call = call.query("query", format!("orgUnitPath='{quoted}'"));
    }
    let answer = call.send()?;
    let page: Page<User> = Page::of(&answer)?;
    let next = at.at.after(page.next_page_token.as_str())?;
    let id_of = |path: &str| units.iter().find(|unit| unit.org_unit_path.as_str() == Some(path))?.id.as_str();
    let mut memberships = Vec::new();
    for user in &page.items {
        let Some(person) = user.id.as_str() else { continue };
        let mut add = |group: &str| {
            if cx.wants_group(group) {
                memberships.push(Membership::worker(group, person));
            }
        };
        // The query gives the people of the units below as well.
        let paths = user.org_unit_path.as_str().into_iter().flat_map(above);
        let paths = paths.take(if cx.flattened() { usize::MAX } else { 1 });
        paths.filter_map(id_of).for_each(&mut add);
        for place in user.locations.iter().filter(|_| buildings_wanted) {
            place.building_id.as_str().into_iter().for_each(|id| add(&format!("{BUILDING}{id}")));
        }
    }
    Ok((memberships, at.after(next, walks.len())))
}

/// A path and those of the units above it, up to the root.
fn above(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |path| match path.rfind('/') {
        Some(0) if path.len() == 1 => None,
        Some(0) => Some("/"),
        Some(at) => path.get(..at),
        None => None,
    })
}
