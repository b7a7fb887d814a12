//! Who belongs to the groups: out of their list, out of each group, or out of
//! the people, whichever the server offers.

use std::collections::BTreeSet;

use rollcall_sdk::prelude::*;

use crate::json::Json;
use crate::list::{self, At};
use crate::settings;

/// What the host takes in one page.
const MOST: usize = 5000;
/// Groups of a page, since each may have very many members.
const GROUPS: u32 = 25;
/// Groups that are asked for at once: one alone may have an answer of megabytes.
const AT_ONCE: usize = 5;
/// Lists of members that are cut off are cut off here.
const CUT_OFF: [usize; 4] = [100, 200, 500, 1000];

#[derive(Clone, Copy, PartialEq, Serialize, Deserialize)]
enum Phase {
    /// The groups that the host wants, one by one.
    Wanted,
    /// The list of groups.
    List,
    /// The groups of each person.
    People,
}

#[derive(Clone, Serialize, Deserialize)]
struct State {
    phase: Phase,
    /// Where the list is; among the wanted groups its `read` is the next one.
    at: At,
    /// Whether any group had members at all, even if none of them.
    any: bool,
    /// The last one handed out of a page that has more than the host takes.
    after: Option<Edge>,
}

impl Shape for State {
    const SHAPE: &'static str = "scim-members/1";
}

/// Group, whether the member is a group, member.
type Edge = (String, bool, String);

/// A member, and whether it is a group, if the server says so.
type Element = (String, Option<bool>);

pub fn page(cx: &Context, cursor: &Cursor) -> Result<MembershipPage> {
    let from =
        cx.setting("members_from").one_of(&["auto", "group-list", "group-detail", "user-groups", "none"])?;
    if from == "none" {
        return Ok(MembershipPage::default());
    }
    let mut state = match cursor.get()? {
        Some(state) => state,
        None => start(cx, from)?,
    };
    // A page with nothing that is wanted is no page: the host gives up a read
    // that has too many of them.
    // 200 requests are what a call may make, and groups may take 26 a page.
    let pages = if state.phase == Phase::People { 20 } else { 5 };
    for _ in 1..pages {
        let page = one(cx, from, state)?;
        match page {
            (edges, Some(next)) if edges.is_empty() => state = next,
            (edges, next) => return Ok(MembershipPage::of(edges).next(next)),
        }
    }
    let (edges, next) = one(cx, from, state)?;
    Ok(MembershipPage::of(edges).next(next))
}

fn one(cx: &Context, from: &str, mut state: State) -> Result<(Vec<Membership>, Option<State>)> {
    let before = state.clone();
    let (mut edges, next) = match state.phase {
        Phase::Wanted => wanted(cx, from, &mut state)?,
        Phase::List => groups(cx, from, &mut state)?,
        Phase::People => people(cx, &state)?,
    };
    // In an order of their own, so that a page that is asked for again can be
    // gone on with even if the server has changed it meanwhile.
    edges.sort_unstable();
    edges.dedup();
    edges.retain(|edge| before.after.as_ref().is_none_or(|after| edge > after));
    let more = edges.len() > MOST;
    edges.truncate(MOST);
    let next = if more { Some(State { after: edges.last().cloned(), ..before }) } else { next };
    let membership = |(group, is_group, member): Edge| {
        if is_group { Membership::group(group, member) } else { Membership::worker(group, member) }
    };
    Ok((edges.into_iter().map(membership).collect(), next))
}

fn start(cx: &Context, from: &str) -> Result<State> {
    let phase = match from {
        "user-groups" => Phase::People,
        "group-list" => Phase::List,
        _ if cx.wanted_groups().is_empty() => Phase::List,
        _ => Phase::Wanted,
    };
    let at = At::start(cx, phase == Phase::People)?;
    let count = if phase == Phase::People { at.count } else { at.count.min(GROUPS) };
    Ok(State { phase, at: At { count, bare: from == "group-detail", ..at }, any: false, after: None })
}

type Found = (Vec<Edge>, Option<State>);

fn wanted(cx: &Context, from: &str, state: &mut State) -> Result<Found> {
    let first = usize::try_from(state.at.read).unwrap_or(usize::MAX);
    let ids: Vec<&str> = cx.wanted_groups().iter().skip(first).take(AT_ONCE).map(String::as_str).collect();
    let details = details(cx, &state.at.path, &ids)?;
    state.any |= details.iter().any(|(_, members)| members.is_some());
    let edges = edges(cx, details)?;
    let read = first + ids.len();
    let next = if read < cx.wanted_groups().len() {
        Some(State { at: At { read: read as u64, ..state.at.clone() }, after: None, ..state.clone() })
    } else if from == "auto" && !state.any {
        // Empty, or not offered here: the list of groups has to tell.
        Some(State { phase: Phase::List, at: state.at.again(), after: None, ..state.clone() })
    } else {
        None
    };
    Ok((edges, next))
}

fn groups(cx: &Context, from: &str, state: &mut State) -> Result<Found> {
    let filter = cx.setting("group_filter").optional();
    let mut listed = Vec::new();
    let page = list::page(cx, state.at.clone(), filter, &mut |id, row| {
        listed.push((id.to_owned(), row.get("members").map(elements)));
    })?;
    let some = page.offered && (state.at.read > 0 || page.rows > 0);
    state.any |= listed.iter().any(|(_, members)| members.is_some());
    listed.retain(|(id, _)| cx.wants_group(id));
    let doubtful = |members: &Option<Vec<Element>>| match members {
        _ if from == "group-detail" => true,
        None => from == "auto",
        Some(members) => from == "auto" && CUT_OFF.contains(&members.len()),
    };
    let ids: Vec<&str> =
        listed.iter().filter(|(_, members)| doubtful(members)).map(|(id, _)| id.as_str()).collect();
    let details = details(cx, &state.at.path, &ids)?;
    state.any |= details.iter().any(|(_, members)| members.is_some());
    for (id, members) in details {
        if let Some((_, listed)) = listed.iter_mut().find(|(own, _)| *own == id && members.is_some()) {
            *listed = members;
        }
    }
    let next = match page.next {
        Some(at) => Some(State { at, after: None, ..state.clone() }),
        // No group has members: they are not offered here.
        None if from == "auto" && !state.any && (some || !page.offered) => {
            Some(State { phase: Phase::People, at: At::start(cx, true)?, any: false, after: None })
        }
        None => None,
    };
    Ok((edges(cx, listed)?, next))
}

fn people(cx: &Context, state: &State) -> Result<Found> {
    let filter = settings::user_filter(cx, false, None)?;
    let mut edges = Vec::new();
    let page = list::page(cx, state.at.clone(), filter.as_deref(), &mut |user, row| {
        let groups = row.get("groups").map_or(&[][..], Json::items).iter();
        // Without a type it is direct; the others are what flattening adds.
        let groups = groups.filter(|group| cx.flattened() || !group.is("type", "indirect"));
        let ids = groups.filter_map(|group| element(group).map(|(id, _)| id)).filter(|id| cx.wants_group(id));
        edges.extend(ids.map(|group| (group, false, user.to_owned())));
    })?;
    let next = page.next.map(|at| State { at, after: None, ..state.clone() });
    Ok((edges, next))
}

/// The members of these groups; `None` where a group is without.
fn details(cx: &Context, path: &str, ids: &[&str]) -> Result<Vec<(String, Option<Vec<Element>>)>> {
    let mut all = Vec::new();
    for ids in ids.chunks(AT_ONCE) {
        let call = |id: &&str| {
            let call = cx.get("scim", format!("{path}/{}", segment(id))).auth("api");
            call.header("accept", "application/scim+json, application/json;q=0.9").purpose("group")
        };
        let answers = cx.fetch_all(ids.iter().map(call).collect());
        for (id, answer) in ids.iter().zip(answers) {
            let members = match answer {
                Ok(answer) => {
                    let group: Json = answer.json()?;
                    list::good(cx, &answer, &group)?;
                    group.get("members").map(elements)
                }
                // Gone since the list was read, or not offered one by one.
                Err(Failure::Upstream(404 | 405 | 410 | 501)) => None,
                Err(failure) => return Err(failure),
            };
            all.push(((*id).to_owned(), members));
        }
    }
    Ok(all)
}

/// The members of a group: a list of objects or of ids, or an object by id.
fn elements(members: &Json) -> Vec<Element> {
    let by_id = members.get("value").is_none() && members.get("$ref").is_none();
    let keys = members.members().iter().filter(|_| by_id).map(|(id, _)| (id.to_string(), None));
    let items = if by_id && !members.members().is_empty() { &[] } else { members.items() };
    items.iter().filter_map(element).chain(keys).collect()
}

fn element(member: &Json) -> Option<Element> {
    let target = member.text_of("$ref").unwrap_or_default();
    let mut path = target.trim_end_matches('/').rsplit('/');
    let (last, list) =
        (path.next().unwrap_or_default(), path.next().unwrap_or_default().to_ascii_lowercase());
    let is_group = match member.text_of("type").unwrap_or_default().to_ascii_lowercase().as_str() {
        "group" => Some(true),
        "user" => Some(false),
        _ if list.contains("group") => Some(true),
        _ if list.contains("user") => Some(false),
        _ => None,
    };
    let id = member.text().or_else(|| (!last.is_empty()).then(|| last.to_owned()))?;
    Some((id, is_group))
}

/// The edges of these groups. Members of no type are people unless there is a
/// group of this id, for which all groups are listed.
fn edges(cx: &Context, groups: Vec<(String, Option<Vec<Element>>)>) -> Result<Vec<Edge>> {
    let unclear =
        groups.iter().any(|(_, members)| members.iter().flatten().any(|(_, is_group)| is_group.is_none()));
    let known = if unclear { group_ids(cx)? } else { BTreeSet::new() };
    let of = |(group, members): (String, Option<Vec<Element>>)| {
        let known = &known;
        let edge = move |(id, is_group): Element| {
            (group.clone(), is_group.unwrap_or_else(|| known.contains(&id)), id)
        };
        members.into_iter().flatten().map(edge)
    };
    Ok(groups.into_iter().flat_map(of).collect())
}

fn group_ids(cx: &Context) -> Result<BTreeSet<String>> {
    let mut ids = BTreeSet::new();
    let mut at = Some(At { bare: true, ..At::start(cx, false)? });
    while let Some(now) = at {
        at = list::page(cx, now, None, &mut |id, _| {
            ids.insert(id.to_owned());
        })?
        .next;
    }
    Ok(ids)
}
