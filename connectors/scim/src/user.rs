//! A user as the server has it, and what stands at a path of it.

use std::borrow::Cow;

use rollcall_sdk::prelude::*;

use crate::json::Json;

pub const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const CORE: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

/// The extension for enterprises, under whichever name the server has it.
const ENTERPRISE_KEYS: [&str; 3] = [ENTERPRISE, "enterprise", "urn:scim:schemas:extension:enterprise:1.0"];

/// A user, whose core attributes may be wrapped under their URN, and whose
/// enterprise attributes may stand among the core ones.
pub struct User<'j, 'a> {
    top: &'j Json<'a>,
    core: &'j Json<'a>,
    enterprise: &'j Json<'a>,
}

impl<'j, 'a> User<'j, 'a> {
    pub fn of(row: &'j Json<'a>) -> Self {
        let enterprise = ENTERPRISE_KEYS.iter().map(|key| row.get(key)).find(|found| !found.is_null());
        Self { top: row, core: row.get(CORE), enterprise: enterprise.unwrap_or(&Json::Null) }
    }

    pub fn get(&self, name: &str) -> &'j Json<'a> {
        match self.top.get(name) {
            Json::Null => self.core.get(name),
            found => found,
        }
    }

    /// Everything at the top, and then the wrapped core attributes.
    pub fn members(&self) -> impl Iterator<Item = &'j (Cow<'a, str>, Json<'a>)> {
        self.top.members().iter().chain(self.core.members())
    }

    pub fn text(&self, name: &str) -> Option<String> {
        self.get(name).text()
    }

    pub fn enterprise(&self, name: &str) -> &'j Json<'a> {
        match self.enterprise.get(name) {
            Json::Null => self.get(name),
            found => found,
        }
    }

    pub fn unit(&self, name: &str) -> Option<Unit> {
        Unit::of(None, self.enterprise(name).text())
    }

    /// The values of an attribute that has several, without the deleted ones.
    pub fn values(&self, name: &str) -> impl Iterator<Item = &'j Json<'a>> + Clone {
        self.get(name).items().iter().filter(|item| !item.get("operation").is("delete"))
    }

    /// Whatever stands at `urn:…:User:member.sub`, `attr[type eq "x"].sub` or `attr.sub`.
    pub fn find(&self, path: &str) -> Vec<&'j Json<'a>> {
        // A URN has dots and colons of its own: the keys tell where it ends.
        let below = |key: &str| Some(path.get(key.len()..)?.strip_prefix(':')?).filter(|_| begins(path, key));
        if let Some(rest) = below(CORE) {
            return self.walk(&Json::Null, rest);
        }
        if let Some(rest) = below(ENTERPRISE) {
            return self.walk(self.enterprise, rest);
        }
        let found = self.top.members().iter().find_map(|(key, value)| Some((value, below(key)?)));
        match found {
            Some((extension, rest)) => self.walk(extension, rest),
            // Members of an extension also come without it.
            None if begins(path, "urn:") => {
                self.walk(&Json::Null, path.rsplit(':').next().unwrap_or_default())
            }
            None => self.walk(&Json::Null, path),
        }
    }

    /// Follows the steps of a path, from an object or else from the user itself.
    fn walk(&self, from: &'j Json<'a>, path: &str) -> Vec<&'j Json<'a>> {
        let (first, mut rest) = step(path);
        let (name, mut filter) = first.split_once('[').unwrap_or((first, ""));
        let mut found = match from.get(name) {
            Json::Null => vec![self.get(name)],
            own => vec![own],
        };
        loop {
            found = found.into_iter().flat_map(Json::items).filter(|item| fits(item, filter)).collect();
            if rest.is_empty() {
                return found;
            }
            let (next, after) = step(rest);
            let (name, own) = next.split_once('[').unwrap_or((next, ""));
            found = found.into_iter().map(|item| item.get(name)).collect();
            (rest, filter) = (after, own);
        }
    }
}

fn begins(text: &str, with: &str) -> bool {
    text.get(..with.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(with))
}

/// The first step of a path, up to a dot outside of brackets, and what follows.
fn step(path: &str) -> (&str, &str) {
    let mut inside = false;
    let dot = path.find(|c| {
        inside = (inside || c == '[') && c != ']';
        c == '.' && !inside
    });
    dot.and_then(|at| path.split_at_checked(at))
        .map_or((path, ""), |(step, rest)| (step, rest.trim_start_matches('.')))
}

/// Whether a value fits `type eq "work"]`; any fits an empty filter.
fn fits(item: &Json, filter: &str) -> bool {
    let mut words = filter.trim_end_matches(']').splitn(3, ' ');
    let (Some(name), Some(_), Some(value)) = (words.next(), words.next(), words.next()) else {
        return filter.is_empty();
    };
    item.get(name).text().is_some_and(|text| text.eq_ignore_ascii_case(value.trim().trim_matches('"')))
}
