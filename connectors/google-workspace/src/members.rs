//! Who belongs to what: groups by their lists of members, org units and
//! buildings by what users say of themselves.

use rollcall_sdk::prelude::*;

use crate::groups::{BUILDING, Item, UNIT, has_buildings, has_units, listed, listed_units, with_root};
use crate::user::User;
use crate::{Page, directory, of_account, users};

/// Groups read at once: as many full pages of members as one page may hold.
const AT_ONCE: u32 = 20;
const LARGEST_PAGE: u32 = 200;

/// Groups first, users after that.
#[derive(Default, Serialize, Deserialize)]
struct At {
    /// Of the list of all groups, where the host names none; then of the users.
    paging: Token,
    /// How many of the named groups were begun.
    begun: usize,
    /// Whether all were begun.
    all_begun: bool,
    /// Groups whose members go on.
    open: Vec<(String, Token)>,
    /// The walk over users that is under way, out of `walks`.
    walk: Option<usize>,
}

impl At {
    fn walking(walk: usize, paging: Token) -> Self {
        Self { paging, walk: Some(walk), ..Self::default() }
    }
}

impl Shape for At {
    const SHAPE: &'static str = "google-members/1";
}

pub fn page(cx: &Context, cursor: &Cursor) -> Result<MembershipPage> {
    let at: At = cursor.read()?;
    match at.walk {
        Some(walk) => of_users(cx, walk, &at.paging),
        None => of_groups(cx, at),
    }
}

// ------------------------------------------------------------------ groups

fn of_groups(cx: &Context, mut at: At) -> Result<MembershipPage> {
    let mut batch = std::mem::take(&mut at.open);
    if batch.is_empty() {
        batch = begin(cx, &mut at)?.into_iter().map(|id| (id, Token::default())).collect();
    }
    let mut memberships = Vec::new();
    let mut everyone = 0;
    for ((group, paging), answer) in batch.iter().zip(members(cx, &batch)) {
        let answer = match answer {
            Err(Failure::Upstream(404)) => {
                warn!("group {group} is gone, and has no members");
                continue;
            }
            answer => answer?,
        };
        let page: Page<Item> = Page::of(&answer)?;
        for member in page.items {
            match (member.r#type.as_str(), member.id.as_str()) {
                (Some("USER"), Some(id)) => memberships.push(Membership::worker(group, id)),
                // Asked to flatten, Google lists those within as well.
                (Some("GROUP"), Some(id)) if !cx.flattened() => {
                    memberships.push(Membership::group(group, id))
                }
                (Some("CUSTOMER"), _) => everyone += 1,
                _ => {}
            }
        }
        let next = paging.after(page.next_page_token.as_str())?;
        at.open.extend(next.map(|paging| (group.clone(), paging)));
    }
    if everyone > 0 {
        warn!("{everyone} groups have everyone in the account as a member, who are not listed one by one");
    }
    let done = at.open.is_empty() && at.all_begun;
    let next =
        if !done { Some(at) } else { (!walks(cx)?.is_empty()).then(|| At::walking(0, Token::default())) };
    Ok(MembershipPage::of(memberships).next(next))
}

/// The next groups, as many as are read at once.
fn begin(cx: &Context, at: &mut At) -> Result<Vec<String>> {
    if !cx.wanted_groups().is_empty() {
        let named = cx.wanted_groups().iter().filter(|id| !id.starts_with(UNIT) && !id.starts_with(BUILDING));
        let mut rest = named.skip(at.begun).cloned();
        let batch: Vec<String> = rest.by_ref().take(AT_ONCE as usize).collect();
        at.begun += batch.len();
        at.all_begun = rest.next().is_none();
        return Ok(batch);
    }
    let answer = listed(cx, &at.paging, AT_ONCE)?;
    let page: Page<Item> = Page::of(&answer)?;
    let next = at.paging.after(page.next_page_token.as_str())?;
    at.all_begun = next.is_none();
    at.paging = next.unwrap_or_default();
    Ok(page.items.into_iter().filter_map(|group| group.id.take()).collect())
}

/// A page of members of each. While a group changes its pages answer 412 for a
/// moment.
fn members(cx: &Context, batch: &[(String, Token)]) -> Vec<Result<Answer>> {
    const ATTEMPTS: usize = 3;
    let call = |(group, paging): &(String, Token)| {
        directory(cx, &format!("/groups/{}/members", segment(group)), "members page")
            .query("maxResults", cx.page_size(LARGEST_PAGE))
            .query_if("pageToken", paging.get())
            .query_if("includeDerivedMembership", cx.flattened().then_some(true))
            .query("fields", "kind,nextPageToken,members(id,type)")
    };
    let mut answers = cx.fetch_all(batch.iter().map(call).collect());
    for _ in 1..ATTEMPTS {
        let changing = |answer: &Result<Answer>| matches!(answer, Err(Failure::Upstream(412)));
        let again = batch.iter().zip(&answers).filter(|(_, answer)| changing(answer));
        let calls: Vec<_> = again.map(|(group, _)| call(group)).collect();
        if calls.is_empty() {
            break;
        }
        let stale = answers.iter_mut().filter(|answer| changing(answer));
        stale.zip(cx.fetch_all(calls)).for_each(|(stale, answer)| *stale = answer);
    }
    answers
}

// ------------------------------------------------- org units and buildings

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

fn of_users(cx: &Context, walk: usize, paging: &Token) -> Result<MembershipPage> {
    // Flattened, a user counts for every unit above: a page grows with depth.
    const FLATTENED_PAGE: u32 = 100;
    let walks = walks(cx)?;
    let unit = walks.get(walk).copied().flatten();
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
        .query_if("pageToken", paging.get())
        .query("fields", "kind,nextPageToken,users(id,orgUnitPath,locations)");
    let next_walk = (walk + 1 < walks.len()).then(|| At::walking(walk + 1, Token::default()));
    if let Some(id) = unit {
        let Some(unit) = units.iter().find(|unit| unit.id.as_str() == Some(id)) else {
            warn!("there is no org unit {id}");
            return Ok(MembershipPage::default().next(next_walk));
        };
        let quoted =
            unit.org_unit_path.as_str().unwrap_or_default().replace('\\', "\\\\").replace('\'', "\\'");
        call = call.query("query", format!("orgUnitPath='{quoted}'"));
    }
    let answer = call.send()?;
    let page: Page<User> = Page::of(&answer)?;
    let id_of = |path: &str| units.iter().find(|unit| unit.org_unit_path.as_str() == Some(path))?.id.as_str();
    let mut memberships = Vec::new();
    for user in &page.items {
        let Some(person) = user.id.as_str() else { continue };
        let mut add = |group: &str| {
            if cx.wants_group(group) {
                memberships.push(Membership::worker(group, person));
            }
        };
        let own = user.org_unit_path.as_str();
        // The query gives the people of the units below as well.
        let above = own.into_iter().flat_map(above).take(if cx.flattened() { usize::MAX } else { 1 });
        above.filter_map(id_of).for_each(&mut add);
        for place in user.locations.iter().filter(|_| buildings_wanted) {
            place.building_id.as_str().into_iter().for_each(|id| add(&format!("{BUILDING}{id}")));
        }
    }
    let next = paging.after(page.next_page_token.as_str())?;
    let next = next.map(|paging| At::walking(walk, paging)).or(next_walk);
    Ok(MembershipPage::of(memberships).next(next))
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
