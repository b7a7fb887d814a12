//! Who belongs to the groups: out of their list, out of each group, or out of
//! the people, whichever the server offers.

use std::collections::BTreeSet;

use rollcall_sdk::prelude::*;

use crate::filter;
use crate::json::Json;
use crate::list::{self, At};
use crate::server::{self, ACCEPT};

/// What the host takes in one page.
const MOST: usize = 5000;
/// Groups of a page, since each may have very many members.
const GROUPS: u32 = 25;
/// Groups that are asked for at once: one alone may have an answer of megabytes.
const AT_ONCE: usize = 5;
/// Lists of members that are cut off are cut off here.
const CUT_OFF: [usize; 4] = [100, 200, 500, 1000];
/// What a group answers that is gone since the list was read, or a server that
/// does not offer groups one by one.
const NOT_THERE: [u16; 4] = [404, 405, 410, 501];

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

/// A group and its members; `None` where it is without.
type Listed = (String, Option<Vec<Element>>);

pub fn page(cx: &Context, cursor: &Cursor) -> Result<MembershipPage> {
    let from =
        cx.setting("members_from").one_of(&["auto", "group-list", "group-detail", "user-groups", "none"])?;
    if from == "none" {
        return Ok(MembershipPage::default());
    }
    let mut state = match cursor.get()? {
        Some(state) => state,
        None => State::start(cx, from)?,
    };
    // A page with nothing that is wanted is no page: the host gives up a read
    // that has too many of them. 200 requests are what a call may make, and
    // groups may take 26 a page.
    let mut pages = if state.phase == Phase::People { 20 } else { 5 };
    loop {
        pages -= 1;
        match state.read(cx, from)? {
            (edges, Some(next)) if edges.is_empty() && pages > 0 => state = next,
            (edges, next) => return Ok(MembershipPage::of(edges).next(next)),
        }
    }
}

impl State {
    fn start(cx: &Context, from: &str) -> Result<Self> {
        let phase = match from {
            "user-groups" => Phase::People,
            "group-list" => Phase::List,
            _ if cx.wanted_groups().is_empty() => Phase::List,
            _ => Phase::Wanted,
        };
        let at = At::start(cx, phase == Phase::People)?;
        let count = if phase == Phase::People { at.count } else { at.count.min(GROUPS) };
        Ok(Self { phase, at: At { count, bare: from == "group-detail", ..at }, any: false, after: None })
    }

    /// One page, and what follows.
    fn read(self, cx: &Context, from: &str) -> Result<(Vec<Membership>, Option<Self>)> {
        let (mut edges, next) = match self.phase {
            Phase::Wanted => self.wanted(cx, from)?,
            Phase::List => self.groups(cx, from)?,
            Phase::People => self.people(cx)?,
        };
        // In an order of their own, so that a page that is asked for again can be
        // gone on with even if the server has changed it meanwhile.
        edges.sort_unstable();
        edges.dedup();
        edges.retain(|edge| self.after.as_ref().is_none_or(|after| edge > after));
        let more = edges.len() > MOST;
        edges.truncate(MOST);
        let next = if more { Some(Self { after: edges.last().cloned(), ..self }) } else { next };
        let membership = |(group, is_group, member): Edge| {
            if is_group { Membership::group(group, member) } else { Membership::worker(group, member) }
        };
        Ok((edges.into_iter().map(membership).collect(), next))
    }

    /// The next page of the same list.
    fn on(&self, at: At, any: bool) -> Self {
        Self { phase: self.phase, at, any, after: None }
    }

    fn wanted(&self, cx: &Context, from: &str) -> Result<(Vec<Edge>, Option<Self>)> {
        let first = usize::try_from(self.at.read).unwrap_or(usize::MAX);
        let mut rest = cx.wanted_groups().iter().skip(first).map(String::as_str);
        let ids: Vec<&str> = rest.by_ref().take(AT_ONCE).collect();
        let groups = details(cx, &self.at.path, &ids)?;
        let any = self.any || has_members(&groups);
        let next = if rest.next().is_some() {
            Some(self.on(At { read: self.at.read + ids.len() as u64, ..self.at.clone() }, any))
        } else if from == "auto" && !any {
            // Empty, or not offered here: the list of groups has to tell.
            Some(Self { phase: Phase::List, ..self.on(self.at.again(), any) })
        } else {
            None
        };
        Ok((edges(cx, groups)?, next))
    }

    fn groups(&self, cx: &Context, from: &str) -> Result<(Vec<Edge>, Option<Self>)> {
        let filter = cx.setting("group_filter").optional();
        let mut groups: Vec<Listed> = Vec::new();
        let page = list::page(cx, self.at.clone(), filter, &mut |id, row| {
            groups.push((id.to_owned(), elements(row.get("members"))));
        })?;
        let listed_any = has_members(&groups);
        groups.retain(|(id, _)| cx.wants_group(id));
        let is_doubtful = |members: &Option<Vec<Element>>| match from {
            "group-detail" => true,
            "auto" => members.as_ref().is_none_or(|members| CUT_OFF.contains(&members.len())),
            _ => false,
        };
        let doubtful = groups.iter().filter(|(_, members)| is_doubtful(members));
        let ids: Vec<&str> = doubtful.map(|(id, _)| id.as_str()).collect();
        let details = details(cx, &self.at.path, &ids)?;
        let any = self.any || listed_any || has_members(&details);
        for (id, members) in details {
            if let Some((_, listed)) = groups.iter_mut().find(|(own, _)| *own == id && members.is_some()) {
                *listed = members;
            }
        }
        let is_empty = page.offered && self.at.read == 0 && page.count == 0;
        let next = match page.next {
            Some(at) => Some(self.on(at, any)),
            // No group has members: they are not offered here.
            None if from == "auto" && !any && !is_empty => {
                Some(Self { phase: Phase::People, at: At::start(cx, true)?, any: false, after: None })
            }
            None => None,
        };
        Ok((edges(cx, groups)?, next))
    }

    fn people(&self, cx: &Context) -> Result<(Vec<Edge>, Option<Self>)> {
        let filter = filter::of_people(cx, false, None)?;
        let mut edges = Vec::new();
        let page = list::page(cx, self.at.clone(), filter.as_deref(), &mut |user, row| {
            // Without a type it is direct; the others are what flattening adds.
            let is_told = |group: &&Json| cx.flattened() || !group.get("type").is("indirect");
            let groups = row.get("groups").items().iter().filter(is_told).filter_map(element);
            let ids = groups.map(|(id, _)| id).filter(|id| cx.wants_group(id));
            edges.extend(ids.map(|group| (group, false, user.to_owned())));
        })?;
        Ok((edges, page.next.map(|at| self.on(at, self.any))))
    }
}

fn has_members(groups: &[Listed]) -> bool {
    groups.iter().any(|(_, members)| members.is_some())
}

/// These groups, each asked for itself.
fn details(cx: &Context, path: &str, ids: &[&str]) -> Result<Vec<Listed>> {
    let mut all = Vec::new();
    for ids in ids.chunks(AT_ONCE) {
        let call = |id: &&str| {
            let call = cx.get("scim", format!("{path}/{}", segment(id))).auth("api");
            call.header("accept", ACCEPT).purpose("group")
        };
        let answers = cx.fetch_all_unless(ids.iter().map(call).collect(), &NOT_THERE);
        for (id, answer) in ids.iter().zip(answers) {
            let members = match answer? {
                Some(answer) => {
                    let group: Json = answer.json()?;
                    server::good(cx, &answer, &group)?;
                    elements(group.get("members"))
                }
                None => {
                    warn!("a group cannot be asked for by itself");
                    None
                }
            };
            all.push(((*id).to_owned(), members));
        }
    }
    Ok(all)
}

/// The members of a group: a list of objects or of ids, or an object by id.
fn elements(members: &Json) -> Option<Vec<Element>> {
    let is_by_id = members.get("value").is_null() && members.get("$ref").is_null();
    Some(match members {
        Json::Null => return None,
        Json::Object(by_id) if is_by_id => by_id.iter().map(|(id, _)| (id.to_string(), None)).collect(),
        members => members.items().iter().filter_map(element).collect(),
    })
}

fn element(member: &Json) -> Option<Element> {
    let target = member.target();
    let kind = member.get("type");
    let list = target.as_ref().map_or("", |(list, _)| list);
    let is_group = if kind.is("group") {
        Some(true)
    } else if kind.is("user") {
        Some(false)
    } else if list.contains("group") {
        Some(true)
    } else {
        list.contains("user").then_some(false)
    };
    Some((member.text().or(target.map(|(_, id)| id))?, is_group))
}

/// The edges of these groups. Members of no type are people unless there is a
/// group of this id, for which all groups are listed.
fn edges(cx: &Context, groups: Vec<Listed>) -> Result<Vec<Edge>> {
    let is_unclear = |(_, members): &Listed| members.iter().flatten().any(|(_, is_group)| is_group.is_none());
    let known = if groups.iter().any(is_unclear) { group_ids(cx)? } else { BTreeSet::new() };
    let mut edges = Vec::new();
    for (group, members) in groups {
        for (id, is_group) in members.into_iter().flatten() {
            edges.push((group.clone(), is_group.unwrap_or_else(|| known.contains(&id)), id));
        }
    }
    Ok(edges)
}

fn group_ids(cx: &Context) -> Result<BTreeSet<String>> {
    let mut ids = BTreeSet::new();
    let mut at = Some(At { bare: true, ..At::start(cx, false)? });
    while let Some(now) = at {
        let page = list::page(cx, now, None, &mut |id, _| _ = ids.insert(id.to_owned()))?;
        at = page.next;
    }
    Ok(ids)
}
