//! Who belongs to org units and buildings, which users say of themselves.

use rollcall_sdk::prelude::*;

use crate::groups::{BUILDING, Item, UNIT, has_buildings, has_units, listed_units, with_root};
use crate::user::User;
use crate::{Page, directory, of_account, users};

/// Whether the people of org units are wanted, and those of buildings.
fn wanted(cx: &Context) -> Result<(bool, bool)> {
    let wanted = cx.wanted_groups();
    let any = |prefix| wanted.iter().any(|id| id.starts_with(prefix));
    Ok(if wanted.is_empty() { (has_units(cx)?, has_buildings(cx)?) } else { (any(UNIT), any(BUILDING)) })
}

/// Where to begin, if there is anything to find.
pub fn start(cx: &Context) -> Result<Option<Token>> {
    let (units, buildings) = wanted(cx)?;
    Ok((units || buildings).then(Token::default))
}

/// The memberships of a page of users, and where the next one begins.
pub fn page(cx: &Context, mut paging: Token) -> Result<(Vec<Membership>, Option<Token>)> {
    // A page with nobody who is wanted is no page: the host gives up a read that
    // has too many of them.
    const AT_ONCE: usize = 20;
    let (units_wanted, buildings_wanted) = wanted(cx)?;
    let list = if units_wanted { Some(listed_units(cx)?) } else { None };
    let units = match &list {
        Some(answer) => with_root(Page::of(answer)?.items),
        None => Vec::new(),
    };
    for _ in 0..AT_ONCE {
        let answer = listed(cx, &paging)?;
        let page: Page<User> = Page::of(&answer)?;
        let next = paging.after(page.next_page_token.as_str())?;
        let people = page.items.iter();
        let memberships: Vec<_> =
            people.flat_map(|user| memberships(cx, user, &units, buildings_wanted)).collect();
        match next {
            Some(next) if memberships.is_empty() => paging = next,
            next => return Ok((memberships, next)),
        }
    }
    Ok((Vec::new(), Some(paging)))
}

/// A page of all users: Google could pick out those of a unit, but whether it
/// counts those below among them is not known.
fn listed(cx: &Context, paging: &Token) -> Result<Answer> {
    // Flattened, a user counts for every unit above: a page grows with depth.
    const FLATTENED_PAGE: u32 = 100;
    of_account(cx, directory(cx, "/users", "users of org units and buildings"))
        .query("maxResults", cx.page_size(if cx.flattened() { FLATTENED_PAGE } else { users::LARGEST_PAGE }))
        .query_if("pageToken", paging.get())
        .query("fields", "kind,nextPageToken,users(id,orgUnitPath,locations)")
        .send()
}

/// The wanted units and buildings of a user.
fn memberships(cx: &Context, user: &User, units: &[Item], buildings_wanted: bool) -> Vec<Membership> {
    let Some(person) = user.id.as_str() else { return Vec::new() };
    let paths = user.org_unit_path.as_str().into_iter().flat_map(above);
    let paths = paths.take(if cx.flattened() { usize::MAX } else { 1 });
    let unit = |path| units.iter().find(|unit| unit.org_unit_path.as_str() == Some(path))?.id.get();
    let places = user.locations.iter().filter(|_| buildings_wanted);
    let buildings = places.filter_map(|place| Some(format!("{BUILDING}{}", place.building_id.as_str()?)));
    let groups = paths.filter_map(unit).chain(buildings).filter(|group| cx.wants_group(group));
    groups.map(|group| Membership::worker(group, person)).collect()
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
