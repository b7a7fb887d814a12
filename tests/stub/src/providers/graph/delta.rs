//! Changes since an earlier reading, as Microsoft Graph tells them.

use axum::response::Response;
use bytes::Bytes;

use super::{LARGEST, Parts, SHAPE, context, error, failure, group_fields, link, person};
use crate::faults::{Fault, Page};
use crate::json::Json;
use crate::people::Person;
use crate::server::Stub;
use crate::web::{self, Ask, JSON};

/// A round of changes: which batches it covers and where it stands.
struct Round {
    offset: usize,
    size: usize,
    /// The last batch that the reader knows; none in a first round.
    since: Option<u32>,
    /// The last batch of the round.
    until: u32,
    parts: Parts,
    beginning: bool,
}

impl Round {
    fn new(stub: &Stub, ask: &Ask) -> Result<Self, Box<Response>> {
        let now = stub.company().batch;
        let preferred = ask
            .header("prefer")
            .and_then(|prefer| prefer.split("odata.maxpagesize=").nth(1))
            .and_then(|text| text.split([',', ';', ' ']).next())
            .and_then(|size| size.parse::<usize>().ok());
        let (largest, default) = stub.options.sizes(LARGEST, 200);
        let size = preferred.unwrap_or(default).clamp(1, largest);
        let gone = || {
            let query = ask.query.without("$deltatoken");
            let response = error(410, "syncStateNotFound", "The sync state is not found; start again.");
            Box::new(web::with_header(response, "location", &link(stub, ask, &query)))
        };
        if let Some(token) = ask.query.get("$skiptoken") {
            let numbers = web::read_token::<5>("R0usm", token);
            let Some([offset, size, since, until, parts]) = numbers else {
                return Err(Box::new(error(400, "syncStateNotFound", "The sync state is not found.")));
            };
            let since = (since > 0).then(|| since as u32 - 1);
            let until = until as u32;
            return Ok(Self { offset, size, since, until, parts: Parts(parts), beginning: false });
        }
        let Some(token) = ask.query.get("$deltatoken") else {
            let parts = Parts::new(&ask.query);
            return Ok(Self { offset: 0, size, since: None, until: now, parts, beginning: true });
        };
        if token == "latest" {
            let parts = Parts::new(&ask.query);
            return Ok(Self { offset: 0, size, since: Some(now), until: now, parts, beginning: true });
        }
        if stub.faults().has(Fault::ExpireDelta) {
            return Err(gone());
        }
        match web::read_token::<2>("MF1Lu", token) {
            Some([since, parts]) if since <= now as usize => Ok(Self {
                offset: 0,
                size,
                since: Some(since as u32),
                until: now,
                parts: Parts(parts),
                beginning: true,
            }),
            // A token of an earlier life of the stub, say.
            Some(_) => Err(gone()),
            None => Err(Box::new(error(400, "syncStateNotFound", "The sync state is not found."))),
        }
    }

    fn at(&self, stub: &Stub, ask: &Ask, offset: usize) -> String {
        let since = self.since.map_or(0, |since| since as usize + 1);
        let numbers = [offset, self.size, since, self.until as usize, self.parts.0];
        link(stub, ask, &format!("$skiptoken={}", web::token("R0usm", &numbers)))
    }

    /// The links at the end of a page.
    fn links(&self, json: &mut Json, stub: &Stub, ask: &Ask, total: usize) {
        if self.offset + self.size < total {
            json.field("@odata.nextLink", &self.at(stub, ask, self.offset + self.size));
        } else {
            let token = web::token("MF1Lu", &[self.until as usize, self.parts.0]);
            json.field("@odata.deltaLink", &link(stub, ask, &format!("$deltatoken={token}")));
        }
    }

    fn number(&self) -> usize {
        self.offset / self.size + 1
    }
}

pub fn users(stub: &Stub, ask: &Ask) -> Response {
    for unsupported in ["$expand", "$top", "$orderby", "$count", "$search"] {
        if ask.query.get(unsupported).is_some() {
            return error(
                400,
                "Request_UnsupportedQuery",
                &format!("'{unsupported}' is not supported here."),
            );
        }
    }
    let round = match Round::new(stub, ask) {
        Ok(round) => round,
        Err(response) => return *response,
    };
    let key = format!("{}#{}", ask.key(), round.size);
    stub.people(ask, &SHAPE, JSON, key, failure, |company, faults| {
        let changed: Vec<u32>;
        let list = match round.since {
            None => &company.present,
            Some(since) => {
                let news = |person: &&Person| person.changed_by > since;
                changed = company.people.iter().filter(news).map(|person| person.index).collect();
                &changed
            }
        };
        let rows = faults.rows(list, round.offset, round.size);
        let body = Json::object(|json| {
            json.field("@odata.context", &context(stub, "users"));
            round.links(json, stub, ask, list.len());
            json.list("value", |json| {
                for row in &rows {
                    let row = company.person(*row);
                    json.item(|json| {
                        if row.gone.is_some() {
                            json.field("id", &row.graph_id);
                            json.nested("@removed", |json| json.field("reason", "changed"));
                        } else {
                            person(json, company, row, round.parts, true);
                        }
                    });
                }
            });
        });
        let own = round.at(stub, ask, round.offset);
        Page { body: Bytes::from(body), number: round.number(), beginning: round.beginning, own }
    })
}

/// Id and kind of a member, and whether it came (or went).
type Member = (String, &'static str, bool);

/// How many members one entry of a group has in a round of changes; a larger
/// group comes several times.
const MEMBERS_AT_A_TIME: usize = 500;

pub fn groups(stub: &Stub, ask: &Ask) -> Response {
    let round = match Round::new(stub, ask) {
        Ok(round) => round,
        Err(response) => return *response,
    };
    let key = format!("{}#{}", ask.key(), round.size);
    stub.list(JSON, key, |company| {
        // One entry: a group and some of its members.
        let mut entries: Vec<(usize, Vec<Member>)> = Vec::new();
        for (number, group) in company.groups.iter().enumerate() {
            let members: Vec<Member> = match round.since {
                None => {
                    let groups = group
                        .groups
                        .iter()
                        .map(|child| (company.groups[*child].graph_id.clone(), "group", true));
                    let people =
                        group.people.iter().map(|row| (company.person(*row).graph_id.clone(), "user", true));
                    groups.chain(people).collect()
                }
                Some(since) => company
                    .moved
                    .iter()
                    .filter(|moved| moved.batch > since && moved.group == number)
                    // Who is soft-deleted keeps the memberships.
                    .filter(|moved| company.person(moved.person).gone.is_none())
                    .map(|moved| (company.person(moved.person).graph_id.clone(), "user", moved.joined))
                    .collect(),
            };
            match (members.is_empty(), round.since) {
                (true, None) => entries.push((number, Vec::new())),
                _ => entries.extend(members.chunks(MEMBERS_AT_A_TIME).map(|some| (number, some.to_vec()))),
            }
        }
        Json::object(|json| {
            json.field("@odata.context", &context(stub, "groups"));
            round.links(json, stub, ask, entries.len());
            json.list("value", |json| {
                for (number, members) in entries.iter().skip(round.offset).take(round.size) {
                    json.item(|json| {
                        group_fields(json, &company.groups[*number]);
                        json.list("members@delta", |json| {
                            for (id, kind, joined) in members {
                                json.item(|json| {
                                    json.field("@odata.type", &format!("#microsoft.graph.{kind}"));
                                    json.field("id", id);
                                    if !joined {
                                        json.nested("@removed", |json| json.field("reason", "deleted"));
                                    }
                                });
                            }
                        });
                    });
                }
            });
        })
    })
}
