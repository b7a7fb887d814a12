//! Who belongs to the groups: out of their list, out of each group, or out of
//! the people, whichever the server offers.

use rollcall_sdk::prelude::*;

use crate::filter;
use crate::group::{AT_ONCE, Edge, Element, Listed, details, edges, element, elements, has_members};
use crate::json::Json;
use crate::list::{self, At};
use crate::user::User;

/// What the host takes in one page.
const MOST: usize = 5000;
/// Groups of a page, since each may have very many members.
const GROUPS: u32 = 25;
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
            let groups = User::of(row).get("groups").items().iter().filter(is_told).filter_map(element);
            let ids = groups.map(|(id, _)| id).filter(|id| cx.wants_group(id));
            edges.extend(ids.map(|group| (group, false, user.to_owned())));
        })?;
        Ok((edges, page.next.map(|at| self.on(at, self.any))))
    }
}
