//! The request for a page of a list, and what a refusal of it means.

use rollcall_sdk::prelude::*;
use rollcall_sdk::{fault, json};
use serde::ser::{SerializeMap, Serializer};

use crate::filter;
use crate::list::{At, Paging};
use crate::mapping::Mapping;
use crate::server::{self, accepting};
use crate::user::ENTERPRISE;

/// With the setting `attributes`: what the field map reads, and nothing else.
const ATTRIBUTES: &str = "id,externalId,userName,active,displayName,name,nickName,title,userType,\
    preferredLanguage,locale,timezone,emails,phoneNumbers,addresses,groups,meta";

impl At {
    pub fn purpose(&self) -> &'static str {
        if self.users { "people page" } else { "groups page" }
    }

    fn parameters(&self, cx: &Context, filter: Option<&str>) -> Result<Vec<(&'static str, String)>> {
        let count = ("count", self.count.to_string());
        let mut all = match self.paging {
            Paging::Index => vec![("startIndex", (self.read + 1).to_string()), count],
            Paging::Cursor => vec![("cursor", self.cursor.clone().unwrap_or_default()), count],
            Paging::None => Vec::new(),
        };
        all.extend(filter.map(|filter| ("filter", filter.to_owned())));
        if self.users && cx.setting("attributes").boolean(false)? {
            let mapping = Mapping::read(cx)?;
            let mapped = mapping.paths().filter_map(|path| path.split('[').next());
            let names: Vec<_> = [ATTRIBUTES, ENTERPRISE].into_iter().chain(mapped).collect();
            all.push(("attributes", names.join(",")));
        }
        if self.bare {
            all.push(("excludedAttributes", "members".into()));
        }
        if self.sort {
            all.extend([("sortBy", "id".into()), ("sortOrder", "ascending".into())]);
        }
        Ok(all)
    }

    fn send(&self, cx: &Context, filter: Option<&str>) -> Result<Answer> {
        let parameters = self.parameters(cx, filter)?;
        let search = cx.setting("search").boolean(false)?;
        accepting(|accept| {
            let call = if search {
                let body = serde_json::to_vec(&SearchRequest(&parameters)).unwrap_or_default();
                cx.post("scim", format!("{}/.search", self.path)).body("application/scim+json", body)
            } else {
                let call = cx.get("scim", &self.path);
                parameters.iter().fold(call, |call, (key, value)| call.query(key, value))
            };
            call.auth("api").header("accept", accept).purpose(self.purpose()).any_status()
        })
    }

    /// A page that is no refusal; `None`: there are no groups here, or nobody
    /// whom the filter lets through.
    pub fn ask(&mut self, cx: &Context, filter: Option<&str>) -> Result<Option<Answer>> {
        loop {
            let answer = self.send(cx, filter)?;
            if (200..300).contains(&answer.status()) {
                let now = || Since::at(server::time(&answer).unwrap_or(cx.now()));
                self.began = Some(self.began.unwrap_or_else(now));
                return Ok(Some(answer));
            }
            let first = self.is_first();
            let kind = json::text_at(answer.body(), &["scimType"]).unwrap_or_default();
            match (answer.status(), &*kind) {
                // It says that it sorts, and does not.
                (400 | 501, _) if first && self.sort => self.sort = false,
                (_, "expiredCursor" | "invalidCursor") if self.cursor.is_some() && !self.restarted => {
                    *self = Self { restarted: true, ..self.again() };
                }
                (404 | 405 | 501, _) if first && !self.users => {
                    warn!("{answer}: the server is taken to offer no groups");
                    return Ok(None);
                }
                // Some servers say so that nobody fits the filter.
                (404, _) if first && filter.is_some() && self.send(cx, None)?.status() == 200 => {
                    return Ok(None);
                }
                _ => return Err(self.refusal(cx, filter, &kind, &answer)),
            }
        }
    }

    /// What the admin has to change, as far as that can be told.
    fn refusal(&self, cx: &Context, filter: Option<&str>, kind: &str, answer: &Answer) -> Failure {
        let reason = <crate::Scim as Connector>::reason(answer);
        let said = reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
        warn!("{answer}{said}");
        let setting = |key, why: &str| cx.setting(key).wrong(&format!("{why}{said}"));
        // Some servers refuse a filter as if a right were missing.
        let is_good_without = || self.send(cx, None).is_ok_and(|plain| plain.status() == 200);
        let is_filter_refused = || match answer.status() {
            400 | 501 => filter.is_some(),
            403 => filter.is_some() && self.is_first() && is_good_without(),
            _ => false,
        };
        match (answer.status(), kind) {
            (404, _) if self.users && self.is_first() => {
                let why = "leads to no list of people (HTTP 404); enter the URL that stands before `/Users`";
                setting("base_url", why)
            }
            (400, "invalidCount" | "tooMany") | (413, _) => {
                setting("page_size", "is more than the server takes")
            }
            (414, _) => setting("search", "has to be `true`, as the URL is too long for the server"),
            _ if is_filter_refused() => match filter::changes_since(cx) {
                Ok(None) if self.users => setting("user_filter", "is not taken by the server"),
                Ok(None) => setting("group_filter", "is not taken by the server"),
                _ => Failure::CheckpointExpired,
            },
            (400 | 501, _) if self.paging == Paging::Cursor && self.is_first() => {
                setting("paging", "is `cursor`, which the server does not take; choose `index`")
            }
            _ => fault::of_status(answer, reason),
        }
    }
}

/// The parameters of a list as the body of `POST .search` (RFC 7644 section 3.4.3).
struct SearchRequest<'a>(&'a [(&'static str, String)]);

impl Serialize for SearchRequest<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut body = to.serialize_map(None)?;
        body.serialize_entry("schemas", &["urn:ietf:params:scim:api:messages:2.0:SearchRequest"])?;
        for (key, value) in self.0 {
            match *key {
                "startIndex" | "count" => body.serialize_entry(key, &value.parse::<u64>().ok())?,
                "attributes" | "excludedAttributes" => {
                    body.serialize_entry(key, &value.split(',').collect::<Vec<_>>())?;
                }
                _ => body.serialize_entry(key, value)?,
            }
        }
        body.end()
    }
}
