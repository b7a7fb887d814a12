//! A group, and whom it has for members.

use std::collections::BTreeSet;

use rollcall_sdk::prelude::*;

use crate::json::Json;
use crate::list::{self, At};
use crate::server::{self, ACCEPT, ACCEPT_PLAIN};

/// Groups that are asked for at once: one alone may have an answer of megabytes.
pub const AT_ONCE: usize = 5;
/// What a group answers that is gone since the list was read, or a server that
/// does not offer groups one by one.
const NOT_THERE: [u16; 4] = [404, 405, 410, 501];

/// Group, whether the member is a group, member.
pub type Edge = (String, bool, String);

/// A member, and whether it is a group, if the server says so.
pub type Element = (String, Option<bool>);

/// A group and its members; `None` where it is without.
pub type Listed = (String, Option<Vec<Element>>);

pub fn has_members(groups: &[Listed]) -> bool {
    groups.iter().any(|(_, members)| members.is_some())
}

/// These groups, each asked for itself.
pub fn details(cx: &Context, path: &str, ids: &[&str]) -> Result<Vec<Listed>> {
    let mut all = Vec::new();
    for ids in ids.chunks(AT_ONCE) {
        let call = |id: &str, accept: &str| {
            let call = cx.get("scim", format!("{path}/{}", segment(id))).auth("api");
            call.header("accept", accept).purpose("group")
        };
        let answers = cx.fetch_all_unless(ids.iter().map(|id| call(id, ACCEPT)).collect(), &NOT_THERE);
        for (id, answer) in ids.iter().zip(answers) {
            let answer = match answer {
                Err(Failure::Upstream(406 | 415)) => call(id, ACCEPT_PLAIN).send_unless(&NOT_THERE),
                answer => answer,
            };
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
pub fn elements(members: &Json) -> Option<Vec<Element>> {
    let is_by_id = members.get("value").is_null() && members.get("$ref").is_null();
    Some(match members {
        Json::Null => return None,
        Json::Object(by_id) if is_by_id => by_id.iter().map(|(id, _)| (id.to_string(), None)).collect(),
        members => members.items().iter().filter_map(element).collect(),
    })
}

/// A member as the list has it; without an id it is nobody.
pub fn element(member: &Json) -> Option<Element> {
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
pub fn edges(cx: &Context, groups: Vec<Listed>) -> Result<Vec<Edge>> {
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
